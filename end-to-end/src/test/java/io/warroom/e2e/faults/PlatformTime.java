package io.warroom.e2e.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The platforms' clock, which can be set on: tokens expire and what they remember for some hours is forgotten. Thread-safe. */
final class PlatformTime extends Clock implements InstantSource {

    private volatile Duration ahead = Duration.ZERO;

    void pass(Duration time) {
        ahead = ahead.plus(time);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("platforms tell the time in UTC");
    }
}
