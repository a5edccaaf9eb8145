package io.warroom.benchmarks.flow;

import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.CpuTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A worker as it is delivered, a process of its own with the same heap as its peers. Not thread-safe. */
final class WorkerProcess implements AutoCloseable {

    private final Process process;
    private final Path log;

    private WorkerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Does not wait until it is ready. */
    static WorkerProcess start(Stage stage, String prefix, String... more) {
        var command = Stream.of(
                        ChildJvm.command(),
                        List.of("-jar", jar().toString()),
                        List.of(
                                "--server.port=0",
                                "--spring.kafka.bootstrap-servers=" + stage.brokers(),
                                "--spring.kafka.producer.properties.auto.register.schemas=true",
                                "--warroom.schema-registry-url=" + stage.registry(),
                                "--warroom.topics.prefix=" + prefix,
                                "--warroom.sealing.private-keyset=" + stage.privateKeys(),
                                "--warroom.platform.allowed-base-urls=" + stage.platformUrl(),
                                // What is measured is the worker: its tenants' plans allow whatever it can.
                                "--warroom.platform.paced=false"),
                        List.of(more))
                .flatMap(List::stream)
                .toList();
        try {
            var log = Files.createTempFile(stage.folder(), "worker-", ".log");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            // Whoever interrupts the benchmarks leaves no worker behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new WorkerProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("The worker cannot be started", e);
        }
    }

    private static Path jar() {
        var folder = Path.of(System.getProperty("benchmarks.home", "."), "..", "warroom-worker", "target", "program");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "warroom-worker-*-exec.jar")) {
            return jars.iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException("no worker in " + folder + ": build it with ./mvnw package", e);
        }
    }

    /** CPU time until now, without the compilers'. */
    double cpuSeconds() {
        return CpuTime.seconds(process.toHandle());
    }

    /** @throws IllegalStateException when it is not */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("A worker ended with " + process.exitValue() + "; its log is " + log);
        }
    }

    /** {@code kill -9}: returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
