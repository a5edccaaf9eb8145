package io.warroom.benchmarks.flow;

import io.warroom.benchmarks.Figures;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts openings that have ended in this process: the first half warms it up, the second is measured. Thread-safe. */
final class Halves {

    private final int openings;
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch all = new CountDownLatch(1);
    private volatile long halfNanos;
    private volatile double halfCpuSeconds;
    private volatile long endNanos;
    private volatile double endCpuSeconds;

    Halves(int openings) {
        this.openings = openings;
    }

    void ended() {
        int count = ended.incrementAndGet();
        if (count == openings / 2) {
            halfCpuSeconds = Figures.cpuSeconds();
            halfNanos = System.nanoTime();
        } else if (count == openings) {
            endNanos = System.nanoTime();
            endCpuSeconds = Figures.cpuSeconds();
            all.countDown();
        }
    }

    /** Blocks until all have ended: {@code perSecond} and {@code cpuMicros} of an opening in the second half. */
    Figures await() throws InterruptedException {
        if (!all.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("After ten minutes only " + ended + " of " + openings + " had ended");
        }
        int measured = openings - openings / 2;
        return new Figures(Map.of(
                "perSecond", measured / ((endNanos - halfNanos) / 1e9),
                "cpuMicros", (endCpuSeconds - halfCpuSeconds) * 1e6 / measured));
    }
}
