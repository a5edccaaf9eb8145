package io.warroom.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still until it is set, and counts who reads it. Thread-safe. */
final class SettableClock extends Clock {

    final AtomicLong read = new AtomicLong();
    private volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");

    void set(Duration ahead) {
        now = now.plus(ahead);
    }

    @Override
    public Instant instant() {
        read.incrementAndGet();
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("nobody asks a clock of UTC for another zone");
    }
}
