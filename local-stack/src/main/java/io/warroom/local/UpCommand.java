package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code warroom up}: everything, kept under one folder, until Ctrl-C. */
@Command(
        name = "up",
        description = "Start everything and keep its data; Ctrl-C stops it.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--folder",
            defaultValue = ".warroom",
            description = "Where data and logs are kept (${DEFAULT-VALUE}).")
    private Path folder = Path.of(".warroom");

    @Option(names = "--kafka-port", defaultValue = "9092", description = "0 for a free one (${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Option(names = "--database-port", defaultValue = "15432", description = "0 for a free one (${DEFAULT-VALUE}).")
    private int databasePort;

    @Option(names = "--registry-port", defaultValue = "8081", description = "0 for a free one (${DEFAULT-VALUE}).")
    private int registryPort;

    @Option(names = "--api-port", defaultValue = "8080", description = "0 for a free one (${DEFAULT-VALUE}).")
    private int apiPort;

    @Option(names = "--worker-port", defaultValue = "8090", description = "0 for a free one (${DEFAULT-VALUE}).")
    private int workerPort;

    @Option(names = "--workers", defaultValue = "1", description = "How many workers, 1 to 8 (${DEFAULT-VALUE}).")
    private int workers;

    @Option(names = "--simulator-port", defaultValue = "9200", description = "0 for a free one (${DEFAULT-VALUE}).")
    private int simulatorPort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var _ = RunLock.take(folder)) {
            var settings = new StackSettings(
                            folder,
                            true,
                            kafkaPort,
                            databasePort,
                            registryPort,
                            apiPort,
                            workers,
                            workerPort,
                            simulatorPort)
                    .withPortsChosen();
            var progress = new Progress();
            try (var run = StackRun.start(settings, progress)) {
                var signIn = run.signIn();
                new ExampleCompanies(settings, signIn)
                        .introduce(
                                DemoOrganization.keptIn(folder.resolve("keys").resolve("examples.json")));
                StackAddress.of(settings).write(folder);
                show(settings, signIn, progress.sinceStart());
                return run.untilStopped();
            } finally {
                Files.deleteIfExists(StackAddress.file(folder));
            }
        }
    }

    private static void show(StackSettings settings, SignIn signIn, Duration took) {
        System.out.printf(
                """

                Warroom is up after %.1f s.
                  console             %s/console
                  API                 %s
                  sign-in             %s
                  chat platforms      %s
                  Kafka bootstrap     127.0.0.1:%d
                  schema registry     http://127.0.0.1:%d/apis/ccompat/v7
                  PostgreSQL          127.0.0.1:%d  (user postgres, password in %s)
                  logs                %s

                Three example companies have their apps enabled: acme-wecom, acme-dingtalk and acme-lark. In another terminal:
                  ./warroom declare --tenant acme-lark --title "Checkout is down" --severity P1 \\
                      --responder "Li Wei,,+8613800010001" --responder "Anna Keller,,+8613800010007"
                Any other call: curl --config %s %s/api/v1/tenants/acme-lark/mobile-apps
                Ctrl-C stops everything.
                """,
                took.toMillis() / 1000.0,
                settings.api(),
                settings.api(),
                // Shown once: a terminal's scrollback is no place to keep it.
                SignIn.USER + " / "
                        + (signIn.fresh() ? signIn.password() + "  (kept in " : "the password is in ")
                        + SignIn.file(settings.folder())
                        + (signIn.fresh() ? ", not shown again)" : ""),
                settings.simulator(),
                settings.brokerPort(),
                settings.registryPort(),
                settings.databasePort(),
                settings.folder().resolve("postgresql").resolve("password"),
                settings.folder().resolve("logs"),
                SignIn.curlConfig(settings.folder()),
                settings.api());
    }
}
