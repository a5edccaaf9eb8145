package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.local.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service from its executable jar, as an operating system process. */
public final class ServiceProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;

    private ServiceProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts the jar and waits until it says that it is ready. */
    public static ServiceProcess start(String jarProperty, Path log, List<String> arguments) throws IOException {
        var service = launched(jarProperty, log, arguments);
        service.awaitReady();
        return service;
    }

    /** Starts the jar and does not wait. */
    public static ServiceProcess launched(String jarProperty, Path log, List<String> arguments) throws IOException {
        return launched(jarProperty, log, List.of(), arguments, Map.of());
    }

    /** As above, with options for the virtual machine, which win over the usual ones, and more of an environment. */
    public static ServiceProcess launched(
            String jarProperty,
            Path log,
            List<String> machineOptions,
            List<String> arguments,
            Map<String, String> environment)
            throws IOException {
        int port = Ports.free("a service");
        var all = new ArrayList<>(arguments);
        all.add("--server.port=" + port);
        all.add("--server.address=127.0.0.1");
        return new ServiceProcess(launch(jarProperty, log, machineOptions, all, environment), log, port);
    }

    /** Waits until it says that it is ready; if that does not come, ends it and throws with its log. */
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

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** {@code kill -9}: returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** {@code SIGSTOP}: it does nothing more, and keeps its connections. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** {@code SIGCONT}: it goes on as if no time had passed. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-s", name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).as("kill -s %s", name).isZero();
    }

    /** {@code SIGTERM}: returns when the process is gone, with how long that took; after {@code atMost} it is killed. */
    public Duration terminate(Duration atMost) throws InterruptedException {
        long begun = System.nanoTime();
        process.destroy();
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Runs the jar to its end, which must be a good one. */
    public static void run(String jarProperty, Path log, List<String> arguments)
            throws IOException, InterruptedException {
        var process = launch(jarProperty, log, List.of(), arguments, Map.of());
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private static Process launch(
            String jarProperty,
            Path log,
            List<String> machineOptions,
            List<String> arguments,
            Map<String, String> environment)
            throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m"));
        command.addAll(machineOptions);
        command.addAll(List.of("-jar", System.getProperty(jarProperty)));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        // Whoever interrupts the tests leaves no service behind, not even one that was just started.
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        } catch (IllegalStateException e) {
            process.destroyForcibly();
            throw e;
        }
        return process;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    public boolean isReady() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("ended with " + process.exitValue());
        }
        try {
            return get("/actuator/health/readiness").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What it says of its health, with details; empty while it says nothing. */
    public String health() throws InterruptedException {
        try {
            return get("/actuator/health").body();
        } catch (IOException e) {
            return "";
        }
    }

    /** Its metrics as Prometheus reads them; empty while it says nothing. */
    public String metrics() throws InterruptedException {
        try {
            var answer = get("/actuator/prometheus");
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Where its log is. */
    public Path logFile() {
        return log;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url() + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                BodyHandlers.ofString());
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
