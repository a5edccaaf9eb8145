package io.warroom.platform.threads;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a body on a platform thread until {@link #requestStop()}. A body that throws, or returns early, is logged at ERROR, counted
 * and run again after a back-off. {@link InternalError} and {@link UnknownError} of the virtual machine end the thread;
 * {@link #threadFailure()} then reports that.
 *
 * <p>The body calls its heartbeat at least once within the stall timeout. It must begin again from its own fields when it is run
 * again. The stall timeout is longer than {@link #MAX_BACKOFF}. Thread-safe.
 */
public final class SupervisedThread implements Supervised {

    /** What runs on the thread. */
    @FunctionalInterface
    public interface Body {

        /**
         * Returns only when the thread is to stop.
         *
         * @param heartbeat records that the thread makes progress
         * @throws Exception whatever went wrong: the body is run again
         */
        void run(Runnable heartbeat) throws Exception;
    }

    private static final Logger log = LoggerFactory.getLogger(SupervisedThread.class);

    static final Duration MIN_BACKOFF = Duration.ofSeconds(1);
    static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    /** Failures in a row after which only a new process helps: a class that failed to initialize stays failed in this one. */
    static final int MAX_FAILURES_IN_A_ROW = 5;

    /** A body that ran this long before it failed begins a new row. */
    static final Duration HEALTHY_RUN = Duration.ofMinutes(1);

    /** Waits for the given time, or less when the thread stops. */
    interface Pause {
        void await(Duration duration) throws InterruptedException;
    }

    private final String name;
    private final Duration stallTimeout;
    private final boolean mayComplete;
    private final Body body;
    private final LongSupplier nanoTime;
    private final Pause pause;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong restarts = new AtomicLong();
    private volatile long heartbeatNanos;
    private volatile long beganNanos;
    private volatile boolean completed;
    private volatile int failuresInARow;
    private volatile @Nullable Throwable lastFailure;
    private final Thread thread;

    /** Starts a daemon thread whose body runs until the thread is stopped. */
    public static SupervisedThread start(String name, Duration stallTimeout, Body body) {
        return new SupervisedThread(name, stallTimeout, false, body, System::nanoTime, null).started();
    }

    /** Starts a daemon thread whose body is done when it returns. */
    public static SupervisedThread startUntilDone(String name, Duration stallTimeout, Body body) {
        return new SupervisedThread(name, stallTimeout, true, body, System::nanoTime, null).started();
    }

    SupervisedThread(
            String name,
            Duration stallTimeout,
            boolean mayComplete,
            Body body,
            LongSupplier nanoTime,
            @Nullable Pause pause) {
        this.name = name;
        this.stallTimeout = stallTimeout;
        this.mayComplete = mayComplete;
        this.body = body;
        this.nanoTime = nanoTime;
        this.pause = pause == null ? this::awaitStop : pause;
        this.heartbeatNanos = nanoTime.getAsLong();
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    SupervisedThread started() {
        thread.start();
        return this;
    }

    private void run() {
        while (!isStopping()) {
            try {
                heartbeat();
                beganNanos = nanoTime.getAsLong();
                body.run(this::heartbeat);
                if (mayComplete || isStopping()) {
                    completed = true;
                    return;
                }
                throw new IllegalStateException("the body returned although the thread was not stopped");
            } catch (InternalError | UnknownError e) {
                lastFailure = e;
                throw e;
            } catch (Throwable e) {
                // An interrupt that is no stop must not end the next run at once.
                boolean interrupted = Thread.interrupted();
                if (isStopping()) {
                    log.debug("Thread {} stopped by {}", name, e.getClass().getSimpleName(), e);
                    return;
                }
                failed(e, interrupted);
            }
        }
    }

    private void failed(Throwable failure, boolean interrupted) {
        int failures = isHealthyRun() ? 1 : failuresInARow + 1;
        failuresInARow = failures;
        lastFailure = failure;
        heartbeat();
        restarts.incrementAndGet();
        var backOff = backOff(failures);
        try {
            log.atError()
                    .addKeyValue("thread", name)
                    .addKeyValue("interrupted", interrupted)
                    .setCause(failure)
                    .log("A thread failed; it is run again after {} ms", backOff.toMillis());
            pause.await(backOff);
        } catch (InterruptedException e) {
            log.debug("The back-off of thread {} was interrupted", name, e);
        } catch (Throwable e) {
            // No memory for a line in the log: threadFailure() and threadRestarts() still report it.
            failure.addSuppressed(e);
        }
    }

    private boolean isHealthyRun() {
        return nanoTime.getAsLong() - beganNanos >= HEALTHY_RUN.toNanos();
    }

    private static Duration backOff(int failures) {
        var doubled = MIN_BACKOFF.multipliedBy(1L << Math.min(failures - 1, 10));
        return doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    }

    private void awaitStop(Duration duration) throws InterruptedException {
        var _ = stopping.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void heartbeat() {
        heartbeatNanos = nanoTime.getAsLong();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** The body is not run again from now on. The caller makes the present run end. */
    public void requestStop() {
        stopping.countDown();
    }

    /** Interrupts what the body waits for. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Waits until the thread has ended; returns early when the caller is interrupted. */
    public void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<String> threadFailure() {
        if (completed || isStopping()) {
            return Optional.empty();
        }
        var failure = lastFailure;
        if (failure != null && !thread.isAlive()) {
            return Optional.of(
                    "thread " + name + " has ended: " + failure.getClass().getSimpleName());
        }
        boolean keepsFailing = failuresInARow >= MAX_FAILURES_IN_A_ROW && !isHealthyRun();
        if (failure != null && keepsFailing) {
            return Optional.of("thread " + name + " failed " + failuresInARow + " times in a row: "
                    + failure.getClass().getSimpleName());
        }
        var silent = Duration.ofNanos(nanoTime.getAsLong() - heartbeatNanos);
        return silent.compareTo(stallTimeout) > 0
                ? Optional.of("thread " + name + " has not made progress for " + silent.toSeconds() + " s")
                : Optional.empty();
    }

    @Override
    public long threadRestarts() {
        return restarts.get();
    }
}
