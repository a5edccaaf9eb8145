package io.warroom.worker.intake;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the tracker costs a record: received, and done in another order, within a window; and what a commit costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TrackerBenchmark {

    private static final int RECORDS = 100_000;

    /** Records in flight. */
    @Param({"1000", "10000"})
    private int window;

    private final int[] order = new int[RECORDS];
    private OffsetTracker halfDone = new OffsetTracker();

    /** Makes the order: each time, one of the window is done. */
    @Setup(Level.Trial)
    public void shuffle() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < RECORDS; i++) {
            order[i] = random.nextInt(window);
        }
        halfDone = new OffsetTracker();
        for (int offset = 0; offset < window; offset++) {
            halfDone.received(offset, 0);
        }
        for (int offset = 1; offset < window; offset += 2) {
            halfDone.done(offset);
        }
    }

    /** A record's share of a window that slides over a hundred thousand. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long aRecord() {
        var tracker = new OffsetTracker();
        var inFlight = new long[window];
        long next = 0;
        for (int i = 0; i < window; i++) {
            inFlight[i] = next;
            tracker.received(next++, i);
        }
        for (int i = 0; i < RECORDS; i++) {
            int place = order[i];
            tracker.done(inFlight[place]);
            inFlight[place] = next;
            tracker.received(next++, i);
        }
        return tracker.width();
    }

    /** Position and bitmap, with every other record of the window done. */
    @Benchmark
    public Optional<?> aCommit() {
        return halfDone.toCommit();
    }
}
