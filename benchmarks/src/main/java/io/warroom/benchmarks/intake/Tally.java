package io.warroom.benchmarks.intake;

import io.warroom.benchmarks.Figures;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts incidents that have ended, each once, and when. Thread-safe. */
final class Tally {

    private final AtomicIntegerArray seen;
    private final long[] endedNanos;
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch all;
    private final double cpuBefore = Figures.cpuSeconds();

    Tally(int incidents) {
        seen = new AtomicIntegerArray(incidents);
        endedNanos = new long[incidents];
        all = new CountDownLatch(incidents);
    }

    void ended(long incident) {
        if (seen.getAndSet((int) incident, 1) == 0) {
            endedNanos[ended.getAndIncrement()] = System.nanoTime();
            all.countDown();
        }
    }

    /**
     * Blocks until all have ended. {@code steadyPerSecond}: between the first tenth and the last, so that neither the first
     * fetch nor the last straggler counts; {@code lastSixthSeconds}: how long the last sixth took, when the process is warm.
     */
    Figures await() throws InterruptedException {
        if (!all.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("After ten minutes " + all.getCount() + " incidents had not ended");
        }
        int tenth = endedNanos.length / 10;
        int last = endedNanos.length - 1;
        double steadySeconds = (endedNanos[last - tenth] - endedNanos[tenth]) / 1e9;
        return new Figures(Map.of(
                "steadyPerSecond", (last - 2 * tenth) / steadySeconds,
                "lastSixthSeconds", (endedNanos[last] - endedNanos[last / 6 * 5]) / 1e9,
                "cpuMicrosPerIncident", (Figures.cpuSeconds() - cpuBefore) * 1e6 / endedNanos.length));
    }
}
