package io.warroom.benchmarks.simulator;

import io.warroom.simulator.Simulator;
import java.io.IOException;

/** The platform simulator in a process of its own, until its standard input ends. */
public final class SimulatorHost {

    private SimulatorHost() {}

    public static void main(String[] arguments) throws IOException {
        try (var simulator = Simulator.start("127.0.0.1", 0)) {
            Load.ready(simulator.port());
            while (System.in.read() >= 0) {
                // Nothing is said to it but its end.
            }
        }
    }
}
