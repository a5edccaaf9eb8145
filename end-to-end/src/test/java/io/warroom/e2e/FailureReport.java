package io.warroom.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Puts what the services say of themselves into the message of a test that failed, while they are still there: their health, what
 * their threads do, and the end of their logs. A failure that comes once in a hundred builds is explained by its first report or
 * not at all.
 */
final class FailureReport implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

    private static final Pattern TROUBLE = Pattern.compile(" (WARN|ERROR) |OutOfMemory");
    private static final Pattern DETAIL = Pattern.compile(" (DEBUG|TRACE) |^\\s+at ");
    private static final int LINES = 12;
    private static final int STACKS = 8;

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
        throw reported(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) {
        throw reported(failure);
    }

    private static AssertionError reported(Throwable failure) {
        String services = Product.open().stream()
                .flatMap(product -> product.services().stream())
                .map(FailureReport::of)
                .collect(Collectors.joining("\n"));
        return new AssertionError(failure.getMessage() + "\n" + services, failure);
    }

    private static String of(ServiceProcess service) {
        try {
            return "== " + service.logFile().getFileName() + (service.isAlive() ? ", alive" : ", ended")
                    + "\n-- health: " + service.health() + "\n-- threads:\n"
                    + threads(service) + "\n-- log:\n" + log(service);
        } catch (IOException e) {
            return "== no report: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "== no report: interrupted";
        }
    }

    /** The stacks that most threads have, virtual ones included. */
    private static String threads(ServiceProcess service) throws IOException, InterruptedException {
        Path dump = Files.createTempDirectory("threads-").resolve("dump.txt");
        try {
            var command = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(service.pid()),
                            "Thread.dump_to_file",
                            dump.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!command.waitFor(20, TimeUnit.SECONDS) || !Files.exists(dump)) {
                command.destroyForcibly();
                return "(no dump)";
            }
            return Arrays.stream(Files.readString(dump).split("\n\n"))
                    .map(FailureReport::whereItIs)
                    .filter(stack -> stack.contains("io.warroom"))
                    .collect(Collectors.groupingBy(stack -> stack, Collectors.counting()))
                    .entrySet()
                    .stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(STACKS)
                    .map(stack -> stack.getValue() + " x\n" + stack.getKey())
                    .collect(Collectors.joining("\n"));
        } finally {
            Files.deleteIfExists(dump);
            Files.deleteIfExists(dump.getParent());
        }
    }

    /** What it waits for, and how it came there through our own code. */
    private static String whereItIs(String thread) {
        var frames = thread.lines().filter(line -> line.startsWith("    ")).toList();
        return Stream.concat(
                        frames.stream().limit(2), frames.stream().skip(2).filter(frame -> frame.contains("io.warroom")))
                .collect(Collectors.joining("\n"));
    }

    /** Each of its warnings and errors once, and its last lines. */
    private static String log(ServiceProcess service) throws IOException {
        var lines = service.log()
                .lines()
                .filter(line -> !DETAIL.matcher(line).find())
                .toList();
        var troubles = new LinkedHashMap<String, String>();
        lines.stream()
                .filter(line -> TROUBLE.matcher(line).find())
                .forEach(line -> troubles.putIfAbsent(
                        line.substring(line.indexOf(']') + 1).replaceFirst("\\[[^]]*]", ""), line));
        return Stream.concat(
                        troubles.values().stream().limit(LINES), lines.stream().skip(Math.max(0, lines.size() - LINES)))
                .distinct()
                .collect(Collectors.joining("\n"));
    }
}
