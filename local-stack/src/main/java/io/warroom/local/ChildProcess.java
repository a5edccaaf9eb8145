package io.warroom.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A program beside this one: its output goes to a log file, it does not hear the terminal's Ctrl-C (it is stopped in its
 * turn), and it is told to stop when this process dies, however that happens. Thread-safe.
 */
final class ChildProcess implements AutoCloseable {
    /**
     * Becomes the program ({@code exec}), and leaves a watcher that waits for the end of a pipe which only the parent holds:
     * when the parent is gone, the watcher sends the stop signal, {@code $0}. A session of its own, where there is setsid,
     * because PostgreSQL heeds an INT that it was told to ignore.
     */
    private static final String LEASH = """
            exec 3<&0 </dev/null
            (trap '' INT TERM; read -r _ <&3; kill -s "$0" $$) >/dev/null 2>&1 &
            exec 3<&-
            trap '' INT
            if command -v setsid >/dev/null; then exec setsid "$@"; fi
            exec "$@"
            """;

    private static final Duration POLL = Duration.ofMillis(40);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int TAIL_LINES = 15;

    /** How the program is asked to stop. */
    enum StopSignal {
        TERM,
        INT
    }

    private final String name;
    private final Process process;
    private final Path log;
    private final StopSignal stopSignal;
    private volatile boolean stopping;

    private ChildProcess(String name, Process process, Path log, StopSignal stopSignal) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.stopSignal = stopSignal;
    }

    static ChildProcess start(
            String name, List<String> command, Path log, StopSignal stopSignal, Map<String, String> more) {
        var leashed = new ArrayList<>(List.of("/bin/sh", "-c", LEASH, stopSignal.name()));
        leashed.addAll(command);
        var builder = new ProcessBuilder(leashed)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
        builder.environment().putAll(more);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            return new ChildProcess(name, builder.start(), log, stopSignal);
        } catch (IOException e) {
            throw new LocalStackException(capital(name) + " could not be started: " + e.getMessage(), e);
        }
    }

    /** A Java program on this process's own Java. */
    static ChildProcess startJava(String name, List<String> arguments, Path log) {
        return startJava(name, arguments, log, Map.of());
    }

    /** As above; {@code secrets} go into its environment, because everybody on the machine sees a command line. */
    static ChildProcess startJava(String name, List<String> arguments, Path log, Map<String, String> secrets) {
        return start(name, java(arguments), log, StopSignal.TERM, secrets);
    }

    /** The command line of a Java program on this process's own Java, tuned for a quick start. */
    static List<String> java(List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8"));
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /**
     * Waits until {@code ready} says so.
     *
     * @throws LocalStackException when the program ends first, or is not ready in time; the message shows its log's end
     */
    void awaitReady(BooleanSupplier ready, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new LocalStackException(capital(name) + " ended before it was ready" + evidence());
            }
            if (System.nanoTime() - end > 0) {
                throw new LocalStackException(
                        capital(name) + " was not ready within " + patience.toSeconds() + " s" + evidence());
            }
            pause();
        }
    }

    /** Waits for a program that is expected to end by itself. @throws LocalStackException unless it ends in time with 0 */
    void awaitSuccess(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LocalStackException(
                        capital(name) + " did not finish within " + patience.toSeconds() + " s" + evidence());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (process.exitValue() != 0) {
            throw new LocalStackException(capital(name) + " failed" + evidence());
        }
    }

    /** Calls back, on any thread, when the program ends without having been asked to. */
    void onDeath(Consumer<String> tell) {
        var _ = process.onExit().thenAccept(ended -> {
            if (!stopping) {
                tell.accept(capital(name) + " ended" + evidence());
            }
        });
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends the program by force, as a crash does: {@link #onDeath} is called. */
    void kill() {
        process.destroyForcibly();
    }

    /** Asks the program to stop, waits, and ends it by force when it does not. */
    @Override
    public void close() {
        stopping = true;
        try {
            ask();
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void ask() throws InterruptedException {
        switch (stopSignal) {
            case TERM -> process.destroy();
            case INT -> {
                // Java sends TERM alone.
                try {
                    var _ = new ProcessBuilder("kill", "-s", "INT", Long.toString(process.pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
                } catch (IOException e) {
                    process.destroy();
                }
            }
        }
    }

    private String evidence() {
        var status = process.isAlive() ? "" : " (exit status " + process.exitValue() + ")";
        return status + ". Its log is " + log + ", which ends:" + System.lineSeparator() + tail();
    }

    private String tail() {
        try {
            var lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            var end = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return end.isEmpty() ? "  (nothing was logged)" : "  " + String.join(System.lineSeparator() + "  ", end);
        } catch (IOException e) {
            return "  (the log cannot be read: " + e.getMessage() + ")";
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static LocalStackException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LocalStackException("Interrupted while waiting.", e);
    }

    private static String capital(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
