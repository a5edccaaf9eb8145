package io.warroom.worker.opening;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that passes evenly: whoever sets the machine's clock ends nothing early that is timed by it, and keeps nothing from ending.
 * What others read, or what outlives the process, is timed by the clock. Thread-safe.
 */
public final class SteadyTime implements InstantSource {

    private final Instant begun = Instant.now();
    private final long begunNanos = System.nanoTime();

    /** Agrees with the machine's clock now. */
    public SteadyTime() {}

    @Override
    public Instant instant() {
        return begun.plusNanos(System.nanoTime() - begunNanos);
    }
}
