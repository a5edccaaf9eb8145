package io.warroom.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Apicurio Registry, speaking Confluent's schema registry API, as a process of its own on 127.0.0.1 and on this process's Java.
 * Started once, closed once; it ends with this process, however that ends.
 */
public final class Registry implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** What becomes of the schemas when the registry stops. */
    public enum Storage {
        /** Gone: the next start is empty and gives ids anew. */
        IN_MEMORY,
        /** Kept in the work folder with their ids, without which records written earlier could not be read. */
        KEPT
    }

    private final ChildProcess process;
    private final int port;

    private Registry(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** As {@link #start(Path, int, Storage)}, with schemas in memory. */
    public static Registry start(Path workDir, int port) {
        return start(workDir, port, Storage.IN_MEMORY);
    }

    /**
     * Starts the registry and waits until it answers.
     *
     * @param workDir made when missing; holds the log, and the schemas when they are kept
     * @param port 0 for a free one
     * @throws LocalStackException when the port is taken, the registry was not unpacked by a build, or it does not start
     */
    public static Registry start(Path workDir, int port, Storage storage) {
        var listen = Ports.choose(port, "the schema registry");
        var jar = Installation.registry().resolve("quarkus-run.jar");
        var folder = workDir.toAbsolutePath();
        var command = new ArrayList<>(List.of(
                "-Xmx320m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + listen,
                // Its management port is 9000 unless told, and two registries on a machine would meet there.
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + Ports.choose(0, "the schema registry's management"),
                "-Dquarkus.http.access-log.enabled=false",
                "-Dquarkus.log.level=WARN",
                // Twenty connections at the start are for a busy server.
                "-Dapicurio.datasource.jdbc.initial-size=1",
                "-Dapicurio.datasource.jdbc.min-size=1",
                "-Dapicurio.datasource.jdbc.max-size=10",
                "-Dapicurio.storage.snapshot.location=" + folder));
        if (storage == Storage.KEPT) {
            command.add(
                    "-Dapicurio.datasource.url=jdbc:h2:file:" + folder.resolve("schemas") + ";DB_CLOSE_ON_EXIT=FALSE");
        }
        command.addAll(List.of("-jar", jar.toString()));
        var process = ChildProcess.startJava("the schema registry", command, folder.resolve("registry.log"));
        var registry = new Registry(process, listen);
        try {
            var http = new Http();
            process.awaitReady(() -> http.answers(registry.url() + "/subjects"), PATIENCE);
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
        return registry;
    }

    /** For {@code schema.registry.url} of any Confluent client. */
    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    ChildProcess process() {
        return process;
    }

    /** Stops the registry and waits for its end. */
    @Override
    public void close() {
        process.close();
    }
}
