package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code warroom demo}: everything in a throw-away folder on free ports, and three incidents to watch. */
@Command(
        name = "demo",
        description = "Start everything in a throw-away folder and open three rooms, one on each platform.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--keep-running", description = "Leave it up afterwards, until Ctrl-C.")
    private boolean keepRunning;

    @Option(
            names = "--kill-a-worker",
            description = "Run two workers and kill one of them (-9) right after the incidents are declared.")
    private boolean killAWorker;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("warroom-demo-");
        // After a failure the folder stays: the message points to a log in it.
        var status = run(folder);
        if (status == 0) {
            Folders.delete(folder);
        }
        return status;
    }

    private int run(Path folder) throws InterruptedException {
        var settings = new StackSettings(folder, false, 0, 0, 0, 0, killAWorker ? 2 : 1, 0, 0).withPortsChosen();
        var progress = new Progress();
        System.out.println("Starting Warroom in " + folder + " ...");
        try (var run = StackRun.start(settings, progress)) {
            var complaints = new Demonstration(settings, run.signIn(), progress)
                    .run(killAWorker ? () -> run.killWorker(1) : () -> {});
            complaints.forEach(complaint -> System.out.println("  " + complaint));
            System.out.printf(
                    "%n%s %.1f s after the command. Chats: %s%n",
                    complaints.isEmpty() ? "Three incidents, three rooms," : "Not all went well,",
                    progress.sinceStart().toMillis() / 1000.0,
                    settings.simulator());
            if (keepRunning) {
                System.out.println("Console: " + settings.api() + "/console, as " + SignIn.USER
                        + " with the password in " + SignIn.file(folder) + ". Ctrl-C stops everything.");
                return run.untilStopped();
            }
            return complaints.isEmpty() ? 0 : 1;
        }
    }
}
