package io.warroom.local;

import java.time.Duration;
import java.time.Instant;

/** Says on the terminal what has come up, and when, counted from the start of the command. Thread-safe. */
final class Progress {
    private final Instant started =
            ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

    Duration sinceStart() {
        return Duration.between(started, Instant.now());
    }

    void up(String part) {
        System.out.printf("  %5.1f s  %s%n", sinceStart().toMillis() / 1000.0, part);
    }
}
