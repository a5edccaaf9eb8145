package io.warroom.benchmarks.intake;

import io.warroom.benchmarks.Figures;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts incidents that have ended, each once, when, and how long after they were declared. Thread-safe. */
final class Tally {

    private final AtomicIntegerArray seen;
    private final long[] endedNanos;
    private final long[] ageMillis;
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch all;
    private final double cpuBefore = Figures.cpuSeconds();

    Tally(int incidents) {
        seen = new AtomicIntegerArray(incidents);
        endedNanos = new long[incidents];
        ageMillis = new long[incidents];
        all = new CountDownLatch(incidents);
    }

    void ended(long incident, Instant declaredAt) {
        if (seen.getAndSet((int) incident, 1) == 0) {
            ageMillis[(int) incident] = System.currentTimeMillis() - declaredAt.toEpochMilli();
            endedNanos[ended.getAndIncrement()] = System.nanoTime();
            all.countDown();
        }
    }

    /**
     * Blocks until all have ended. {@code steadyPerSecond}: between the first tenth and the last, so that neither the first
     * fetch nor the last straggler counts; {@code lastSixthSeconds}: how long the last sixth took, when the process is warm;
     * {@code p50AgeMillis} and {@code p99AgeMillis}: from declared to ended, of the half that was declared last.
     */
    Figures await() throws InterruptedException {
        if (!all.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("After ten minutes " + all.getCount() + " incidents had not ended");
        }
        int tenth = endedNanos.length / 10;
        int last = endedNanos.length - 1;
        var ages = Arrays.stream(ageMillis, ageMillis.length / 2, ageMillis.length)
                .sorted()
                .toArray();
        double steadySeconds = (endedNanos[last - tenth] - endedNanos[tenth]) / 1e9;
        return new Figures(Map.of(
                "steadyPerSecond", (last - 2 * tenth) / steadySeconds,
                "lastSixthSeconds", (endedNanos[last] - endedNanos[last / 6 * 5]) / 1e9,
                "p50AgeMillis", (double) ages[ages.length / 2],
                "p99AgeMillis", (double) ages[ages.length * 99 / 100],
                "cpuMicrosPerIncident", (Figures.cpuSeconds() - cpuBefore) * 1e6 / endedNanos.length));
    }
}
