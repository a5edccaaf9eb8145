package io.warroom.platform.carriers;

import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives virtual threads more carriers while none of them gets to run. A virtual thread that waits for a class to be loaded or
 * initialized keeps its carrier, of which there are as many as cores (JEP 491 leaves that, JDK 26 mends some of it); when all wait
 * so, for one that has none, every virtual thread of the process stands still for ever. A worker that has just started and meets
 * many incidents at once did that once in some hundred starts.
 *
 * <p>One platform thread looks by starting a virtual one. It ends with {@link #close()}.
 */
public final class CarrierWatch implements Supervised, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CarrierWatch.class);

    private static final Duration EVERY = Duration.ofMillis(500);

    /** Longer than a busy machine takes to come to a thread, mostly: what is short of time needs no more carriers, and bears them. */
    private static final Duration STARVED_AFTER = Duration.ofSeconds(3);

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration ALL_WELL_AFTER = Duration.ofMinutes(1);

    /** The JDK's own bound, {@code jdk.virtualThreadScheduler.maxPoolSize}. */
    private static final int MOST = 256;

    private final VirtualThreadSchedulerMXBean scheduler =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    private final int usual = scheduler.getParallelism();
    private final Duration every;
    private final Duration starvedAfter;
    private final Duration allWellAfter;
    private final AtomicLong times = new AtomicLong();
    private final SupervisedThread thread;

    /** Begins to watch. */
    public CarrierWatch() {
        this(EVERY, STARVED_AFTER, ALL_WELL_AFTER);
    }

    CarrierWatch(Duration every, Duration starvedAfter, Duration allWellAfter) {
        this.every = every;
        this.starvedAfter = starvedAfter;
        this.allWellAfter = allWellAfter;
        this.thread = SupervisedThread.start("carrier-watch", STALL_TIMEOUT, this::run);
    }

    /** How often there were too few carriers since the start. */
    public long times() {
        return times.get();
    }

    private void run(Runnable heartbeat) throws InterruptedException {
        long wellSince = System.nanoTime();
        try {
            while (true) {
                heartbeat.run();
                if (!virtualThreadsRun()) {
                    more();
                    wellSince = System.nanoTime();
                } else if (scheduler.getParallelism() > usual
                        && System.nanoTime() - wellSince > allWellAfter.toNanos()) {
                    scheduler.setParallelism(usual);
                }
                Thread.sleep(every);
            }
        } finally {
            scheduler.setParallelism(usual);
        }
    }

    /** From a thread that is new each time: the scheduler looks for a carrier when a queue was empty, and has one for each starter. */
    private boolean virtualThreadsRun() throws InterruptedException {
        var ran = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> Thread.startVirtualThread(ran::countDown));
        return ran.await(starvedAfter.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void more() {
        int before = scheduler.getParallelism();
        int now = Math.min(2 * before, MOST);
        if (now == before) {
            log.error("No virtual thread gets to run, and {} carriers are the most: a restart helps", before);
            return;
        }
        if (before == usual) {
            times.incrementAndGet();
        }
        log.warn(
                "No virtual thread got to run for {} ms: {} carriers in place of {}",
                starvedAfter.toMillis(),
                now,
                before);
        scheduler.setParallelism(now);
    }

    @Override
    public void close() {
        thread.requestStop();
        thread.interrupt();
        thread.join();
    }

    @Override
    public Optional<String> threadFailure() {
        return thread.threadFailure();
    }

    @Override
    public long threadRestarts() {
        return thread.threadRestarts();
    }
}
