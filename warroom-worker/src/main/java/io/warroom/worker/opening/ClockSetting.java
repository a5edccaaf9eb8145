package io.warroom.worker.opening;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a clock stands to time that passes: whoever sets it lets nobody's time run out, and lets nobody wait longer. Thread-safe.
 */
public final class ClockSetting {

    /** Less is a clock that is kept right. */
    private static final Duration LITTLE = Duration.ofMinutes(1);

    private final Clock clock;
    private final InstantSource time;

    /** Of this machine's clock, or a test's. */
    public ClockSetting(Clock clock) {
        this(clock, new SteadyTime());
    }

    /** @param time that passes, from any beginning */
    public ClockSetting(Clock clock, InstantSource time) {
        this.clock = clock;
        this.time = time;
    }

    /** How far the clock is ahead of time that passes: a number without a meaning, which changes when the clock is set. */
    public Duration now() {
        return Duration.between(time.instant(), clock.instant());
    }

    /**
     * With its times moved as the clock was set since they were read off it.
     *
     * @param then what {@link #now()} was
     */
    public Waiting moved(Waiting waiting, Duration then) {
        var back = then.minus(now());
        return back.abs().compareTo(LITTLE) > 0 ? waiting.earlier(back) : waiting;
    }
}
