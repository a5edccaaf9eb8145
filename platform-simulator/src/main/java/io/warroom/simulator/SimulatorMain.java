package io.warroom.simulator;

import java.io.IOException;
import java.util.Arrays;

/** The executable jar: {@code --port=9200 --host=127.0.0.1}. */
public final class SimulatorMain {
    private SimulatorMain() {}

    /** Serves until the process is ended. */
    public static void main(String[] args) {
        String host = "127.0.0.1";
        String port = "9200";
        for (String arg : args) {
            if (arg.startsWith("--host=")) {
                host = arg.substring("--host=".length());
            } else if (arg.startsWith("--port=")) {
                port = arg.substring("--port=".length());
            } else {
                leave("Unknown argument " + arg + " in " + Arrays.toString(args)
                        + "; known: --port=9200 --host=127.0.0.1");
            }
        }
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            leave("--port must be from 0 to 65535, not " + port);
        }
        try {
            Simulator simulator = Simulator.start(host, Integer.parseInt(port));
            Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "close"));
            System.out.println("Platform simulator ready at " + simulator.baseUrl());
        } catch (IOException unavailable) {
            leave("The simulator cannot listen on " + host + ":" + port + ": " + unavailable.getMessage());
        }
    }

    private static void leave(String why) {
        System.err.println(why);
        System.exit(1);
    }
}
