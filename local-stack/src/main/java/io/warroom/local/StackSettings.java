package io.warroom.local;

import java.nio.file.Path;

/**
 * Where a stack keeps its things and where it listens, always on 127.0.0.1.
 *
 * @param kept false for a throw-away stack, whose schemas may be gone with it
 * @param workers how many, 1 to {@link #MAX_WORKERS}
 * @param workerPort of the first worker; the others listen on free ones
 */
record StackSettings(
        Path folder,
        boolean kept,
        int brokerPort,
        int databasePort,
        int registryPort,
        int apiPort,
        int workers,
        int workerPort,
        int simulatorPort) {

    static final int MAX_WORKERS = 8;

    StackSettings {
        if (workers < 1 || workers > MAX_WORKERS) {
            throw new LocalStackException("--workers must be 1 to " + MAX_WORKERS + ", not " + workers + ".");
        }
    }

    /** Every port known: free ones in place of zeros. @throws LocalStackException for the first that is taken */
    StackSettings withPortsChosen() {
        return new StackSettings(
                folder.toAbsolutePath().normalize(),
                kept,
                Ports.choose(brokerPort, "the Kafka broker"),
                Ports.choose(databasePort, "PostgreSQL"),
                Ports.choose(registryPort, "the schema registry"),
                Ports.choose(apiPort, "the config service"),
                workers,
                Ports.choose(workerPort, "the worker"),
                Ports.choose(simulatorPort, "the platform simulator"));
    }

    Path log(String part) {
        return folder.resolve("logs").resolve(part + ".log");
    }

    String api() {
        return "http://127.0.0.1:" + apiPort;
    }

    String simulator() {
        return "http://127.0.0.1:" + simulatorPort;
    }

    /** The simulated platform's base URL; {@code platform} in lower case. */
    String platform(String platform) {
        return simulator() + "/" + platform;
    }
}
