package io.warroom.local;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line behind {@code ./warroom}. */
@Command(
        name = "warroom",
        description =
                "Incidents to chat rooms, all on this machine: broker, database, registry, simulator and services.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(up | demo | declare | help)",
        subcommands = {UpCommand.class, DemoCommand.class, DeclareCommand.class, HelpCommand.class})
public final class Main {
    private static final String LOGGING = "logback.configurationFile";

    /** For picocli. */
    public Main() {}

    /** Runs the command and exits with its status: 0 done, 1 could not be done (said in words), 2 misspelt. */
    public static void main(String[] arguments) {
        if (System.getProperty(LOGGING) == null) {
            System.setProperty(LOGGING, "io/warroom/local/logback-stack.xml");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((exception, commandLine, _) -> {
            var told = exception instanceof LocalStackException
                    ? exception.getMessage()
                    : "This should not have happened: " + exception;
            commandLine.getErr().println(told);
            commandLine.getErr().flush();
            return 1;
        });
    }
}
