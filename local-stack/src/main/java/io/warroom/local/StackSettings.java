package io.warroom.local;

import java.nio.file.Path;

/**
 * Where a stack keeps its things and where it listens, always on 127.0.0.1.
 *
 * @param kept false for a throw-away stack, whose schemas may be gone with it
 */
record StackSettings(
        Path folder,
        boolean kept,
        int brokerPort,
        int databasePort,
        int registryPort,
        int apiPort,
        int workerPort,
        int simulatorPort) {

    /** Every port known: free ones in place of zeros. @throws LocalStackException for the first that is taken */
    StackSettings withPortsChosen() {
        return new StackSettings(
                folder.toAbsolutePath().normalize(),
                kept,
                Ports.choose(brokerPort, "the Kafka broker"),
                Ports.choose(databasePort, "PostgreSQL"),
                Ports.choose(registryPort, "the schema registry"),
                Ports.choose(apiPort, "the config service"),
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

    String worker() {
        return "http://127.0.0.1:" + workerPort;
    }

    /** The simulated platform's base URL; {@code platform} in lower case. */
    String platform(String platform) {
        return simulator() + "/" + platform;
    }
}
