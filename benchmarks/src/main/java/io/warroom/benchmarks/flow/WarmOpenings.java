package io.warroom.benchmarks.flow;

import io.warroom.benchmarks.CpuTime;
import io.warroom.benchmarks.Figures;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts openings that have ended in this process: the last quarter is measured, the others warm it up. Thread-safe. */
final class WarmOpenings {

    private final int openings;
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch all = new CountDownLatch(1);
    private volatile long warmNanos;
    private volatile double warmCpuSeconds;
    private volatile long endNanos;
    private volatile double endCpuSeconds;

    WarmOpenings(int openings) {
        this.openings = openings;
    }

    /** How many of so many warm up. */
    static int cold(int openings) {
        return openings / 4 * 3;
    }

    void ended() {
        int count = ended.incrementAndGet();
        if (count == cold(openings)) {
            warmCpuSeconds = CpuTime.seconds(ProcessHandle.current());
            warmNanos = System.nanoTime();
        } else if (count == openings) {
            endNanos = System.nanoTime();
            endCpuSeconds = CpuTime.seconds(ProcessHandle.current());
            all.countDown();
        }
    }

    /** Blocks until all have ended: {@code perSecond} and {@code cpuMicros} of an opening when warm. */
    Figures await() throws InterruptedException {
        if (!all.await(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("After ten minutes only " + ended + " of " + openings + " had ended");
        }
        int measured = openings - cold(openings);
        return new Figures(Map.of(
                "perSecond", measured / ((endNanos - warmNanos) / 1e9),
                "cpuMicros", (endCpuSeconds - warmCpuSeconds) * 1e6 / measured));
    }
}
