package io.warroom.config.testing;

import static org.awaitility.Awaitility.await;

import io.warroom.config.ConfigService;
import io.warroom.local.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The service as an operating system process, from the class path of the tests; its sessions in the database bear its name. Safe
 * for concurrent use.
 */
public final class ServiceProcess implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String name;
    private final Process process;
    private final Path log;
    private final int port;

    private ServiceProcess(String name, Process process, Path log, int port) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /**
     * Starts it and does not wait.
     *
     * @param folder where its log is, by its name
     * @param more properties that go before the deployment's own
     */
    public static ServiceProcess launch(String name, Deployment deployment, Path folder, String... more)
            throws IOException {
        int port = Ports.free("a config service");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m",
                "-cp",
                System.getProperty("java.class.path"),
                ConfigService.class.getName()));
        var overrides = new ArrayList<>(List.of(more));
        overrides.add("--server.port=" + port);
        overrides.add("--spring.datasource.url=" + deployment.database().jdbcUrl() + "?ApplicationName=" + name);
        command.addAll(List.of(Deployment.withOverrides(deployment.arguments(), overrides)));
        var log = folder.resolve(name + ".log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // Whoever interrupts the tests leaves no service behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new ServiceProcess(name, process, log, port);
    }

    /** Waits until it is ready; throws with its log when that does not come. */
    public void awaitReady() throws IOException {
        try {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(this::isReady);
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException("not ready; its log:\n" + Files.readString(log), e);
        }
    }

    private boolean isReady() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("ended with " + process.exitValue());
        }
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"));
            return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    /** Of its sessions in the database. */
    public String name() {
        return name;
    }

    /**
     * Sends a request.
     *
     * @param path from the root
     * @param headers names and values in turn
     */
    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .setHeader("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** What it has said, its standard error included. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Writes what lives on its heap to a file that must not be there yet. */
    public void dumpHeap(Path file) throws IOException, InterruptedException {
        var dump = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.heap_dump",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (dump.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    /** {@code kill -9}: returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops its clock, as a machine that swaps or a garbage collection that does not end would. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Ends {@link #freeze}. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " ended with " + status);
        }
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
