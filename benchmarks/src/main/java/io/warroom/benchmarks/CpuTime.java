package io.warroom.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * CPU time of a JVM of {@link ChildJvm#command()} without its just-in-time compilers': after minutes they still take as much as
 * the work itself, the more the larger the program is, and a process that runs for days does not pay that. Where there is no
 * {@code /proc}, with it.
 */
public final class CpuTime {

    /** As Linux tells them to every program. */
    private static final double TICKS_A_SECOND = 100;

    private static final int USER = 13;
    private static final int SYSTEM = 14;

    private CpuTime() {}

    /** Until now. */
    public static double seconds(ProcessHandle process) {
        double all = process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
        var tasks = Path.of("/proc", Long.toString(process.pid()), "task");
        if (!Files.isDirectory(tasks)) {
            return all;
        }
        double compilers = 0;
        try (var threads = Files.newDirectoryStream(tasks)) {
            for (var thread : threads) {
                compilers += ofACompiler(thread);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all - compilers;
    }

    private static double ofACompiler(Path thread) throws IOException {
        try {
            var words = Files.readString(thread.resolve("stat"));
            if (!words.contains("(C1 Compiler") && !words.contains("(C2 Compiler")) {
                return 0;
            }
            // The name may hold spaces; behind it two fields are gone.
            var fields = words.substring(words.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER - 2]) + Long.parseLong(fields[SYSTEM - 2])) / TICKS_A_SECOND;
        } catch (NoSuchFileException e) {
            return 0; // it ended meanwhile, and was none: compilers stay
        }
    }
}
