package io.warroom.e2e.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A clock for one process alone, which is set while that runs: libfaketime, where it is installed. Time that passes is true. */
final class FakeClock {

    private static final List<Path> WHERE_DISTRIBUTIONS_PUT_IT = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/faketime/libfaketimeMT.so.1"));

    private final Path offset;

    FakeClock() throws IOException {
        offset = Files.createTempFile("clock-", ".offset");
        offset.toFile().deleteOnExit();
        set(Duration.ZERO);
    }

    static boolean isInstalled() {
        return library().isPresent();
    }

    private static Optional<Path> library() {
        return WHERE_DISTRIBUTIONS_PUT_IT.stream().filter(Files::exists).findFirst();
    }

    /** For a process that lives by this clock. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                offset.toString(),
                "FAKETIME_NO_CACHE",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1");
    }

    /** From now on it is so far ahead of the true one. */
    void set(Duration ahead) throws IOException {
        // At once: whoever reads a file that is being written has the true time for a moment.
        var next = Files.writeString(
                offset.resolveSibling(offset.getFileName() + ".next"), "%+d".formatted(ahead.toSeconds()));
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }
}
