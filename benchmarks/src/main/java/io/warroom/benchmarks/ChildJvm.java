package io.warroom.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A main class in a JVM of its own, so that no run warms up another's. It says what it found on lines that begin with a word
 * of {@link Word}; its standard error goes to a file. Not thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

    /** What a line begins with that is meant for the parent. */
    public enum Word {
        /** The process is ready; what follows is its address. */
        READY,
        /** One line of {@link Figures}. */
        FIGURES
    }

    private final Process process;
    private final BufferedReader output;
    private final Path log;

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
    }

    /** How every measured JVM begins; {@code benchmarks.jvm} may add to it, a recording for example. */
    public static List<String> command() {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx4g",
                // A compiler's thread that ended would take the account of its time along.
                "-XX:-UseDynamicNumberOfCompilerThreads"));
        var more = System.getProperty("benchmarks.jvm", "");
        if (!more.isBlank()) {
            command.addAll(List.of(more.strip().split(" +")));
        }
        return command;
    }

    /** @param classPath null means this JVM's own */
    public static ChildJvm start(@Nullable String classPath, Class<?> main, String... arguments) {
        return start(List.of(), classPath, main, arguments);
    }

    /** @param options of its JVM alone */
    public static ChildJvm start(List<String> options, @Nullable String classPath, Class<?> main, String... arguments) {
        var command = new ArrayList<>(command());
        command.addAll(options);
        command.addAll(
                List.of("-cp", classPath == null ? System.getProperty("java.class.path") : classPath, main.getName()));
        command.addAll(List.of(arguments));
        try {
            var log = Files.createTempFile("benchmark-" + main.getSimpleName() + "-", ".log");
            return new ChildJvm(
                    new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + main.getName(), e);
        }
    }

    /**
     * Blocks until the process says it.
     *
     * @return the rest of the line
     * @throws IllegalStateException when it ends without having said it
     */
    public String await(Word word) {
        var last = "";
        try {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(word.name() + " ")) {
                    return line.substring(word.name().length() + 1);
                }
                last = line;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(
                "A process ended without a word of " + word + "; it said last \"" + last + "\", and its log is " + log);
    }

    /**
     * The same, and no longer than so long: then the process is ended.
     *
     * @throws IllegalStateException when it ends without having said it, by itself or because it took too long
     */
    public String await(Word word, Duration longest) {
        var end = CompletableFuture.runAsync(
                process::destroyForcibly, CompletableFuture.delayedExecutor(longest.toMillis(), TimeUnit.MILLISECONDS));
        try {
            return await(word);
        } catch (IllegalStateException e) {
            throw end.isDone() ? new IllegalStateException("A process took longer than " + longest, e) : e;
        } finally {
            end.cancel(false);
        }
    }

    /** Says something to the parent. */
    public static void say(Word word, String what) {
        System.out.println(word + " " + what);
        System.out.flush();
    }

    @Override
    public void close() {
        // Its end of input is what a host waits for; whoever does not heed it is ended.
        try {
            process.outputWriter().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            if (process.exitValue() == 0) {
                Files.delete(log);
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
