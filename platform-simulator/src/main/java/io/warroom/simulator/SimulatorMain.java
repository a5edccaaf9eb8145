package io.warroom.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;

/** The executable jar: {@code --port=9200 --host=127.0.0.1 --world=FOLDER}. */
public final class SimulatorMain {
    private SimulatorMain() {}

    /** Serves until the process is ended. */
    public static void main(String[] args) {
        String host = "127.0.0.1";
        String port = "9200";
        Path world = null;
        for (String arg : args) {
            if (arg.startsWith("--host=")) {
                host = arg.substring("--host=".length());
            } else if (arg.startsWith("--port=")) {
                port = arg.substring("--port=".length());
            } else if (arg.startsWith("--world=")) {
                world = Path.of(arg.substring("--world=".length()));
            } else {
                leave("Unknown argument " + arg + " in " + Arrays.toString(args)
                        + "; known: --port=9200 --host=127.0.0.1 --world=FOLDER");
            }
        }
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            leave("--port must be from 0 to 65535, not " + port);
        }
        try {
            Simulator simulator = Simulator.start(host, Integer.parseInt(port), Clock.systemUTC(), world);
            Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "close"));
            System.out.println("Platform simulator ready at " + simulator.baseUrl());
        } catch (IOException unavailable) {
            leave("The simulator cannot start on " + host + ":" + port + ": " + unavailable.getMessage());
        }
    }

    private static void leave(String why) {
        System.err.println(why);
        System.exit(1);
    }
}
