package io.warroom.platform.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class SupervisedThreadTest {

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(2);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init") // each test starts it
    private SupervisedThread thread;

    @AfterEach
    void stop() {
        thread.requestStop();
        stopped.countDown();
        thread.join();
    }

    static List<Throwable> failures() {
        return List.of(
                new NoClassDefFoundError("Missing"),
                new OutOfMemoryError("Java heap space"),
                new StackOverflowError(),
                new ExceptionInInitializerError("static"),
                new IllegalStateException("a bug"),
                new InterruptedException("by accident"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aBodyThatFailsIsRunAgain(Throwable failure) {
        start(heartbeat -> {
            if (runs.incrementAndGet() == 1) {
                sneak(failure);
            }
            stopped.await();
        });

        await().until(() -> runs.get() == 2);

        assertThat(thread.threadRestarts()).isEqualTo(1);
        assertThat(thread.threadFailure()).isEmpty();
    }

    @Test
    void aBodyThatReturnsEarlyIsRunAgain() {
        start(heartbeat -> {
            if (runs.incrementAndGet() > 1) {
                stopped.await();
            }
        });

        await().until(() -> runs.get() == 2);

        assertThat(thread.threadRestarts()).isEqualTo(1);
    }

    @Test
    void anInterruptThatIsNoStopDoesNotEndTheNextRun() {
        start(heartbeat -> {
            if (runs.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted");
            }
            stopped.await();
            runs.incrementAndGet();
        });
        await().until(() -> runs.get() == 2);

        thread.requestStop();
        stopped.countDown();
        thread.join();

        assertThat(runs).hasValue(3);
    }

    @Test
    void theBackOffDoublesUpToItsMaximum() {
        start(heartbeat -> {
            if (runs.incrementAndGet() > 7) {
                stopped.await();
            }
            throw new NoClassDefFoundError("Missing");
        });

        await().until(() -> runs.get() == 8);

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void aBodyThatKeepsFailingIsReportedUntilItRunsWell() {
        start(heartbeat -> {
            if (runs.incrementAndGet() > SupervisedThread.MAX_FAILURES_IN_A_ROW) {
                stopped.await();
            }
            throw new NoClassDefFoundError("Missing");
        });
        await().until(() -> runs.get() == SupervisedThread.MAX_FAILURES_IN_A_ROW + 1);
        assertThat(thread.threadFailure())
                .hasValueSatisfying(
                        why -> assertThat(why).contains("test-thread", "5 times in a row", "NoClassDefFoundError"));

        nanos.addAndGet(SupervisedThread.HEALTHY_RUN.toNanos());

        assertThat(thread.threadFailure()).isEmpty();
    }

    @Test
    void aBodyThatMakesNoProgressIsReported() {
        start(heartbeat -> stopped.await());
        nanos.addAndGet(STALL_TIMEOUT.toNanos());
        assertThat(thread.threadFailure()).isEmpty();

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(thread.threadFailure())
                .hasValueSatisfying(why -> assertThat(why).contains("test-thread", "121 s"));
    }

    @Test
    void aHeartbeatIsProgress() {
        var beat = new CountDownLatch(1);
        start(heartbeat -> {
            beat.await();
            heartbeat.run();
            runs.incrementAndGet();
            stopped.await();
        });
        nanos.addAndGet(STALL_TIMEOUT.plusSeconds(1).toNanos());

        beat.countDown();
        await().until(() -> runs.get() == 1);

        assertThat(thread.threadFailure()).isEmpty();
    }

    @Test
    void anErrorOfTheVirtualMachineEndsItAndIsReported() {
        start(heartbeat -> {
            throw new InternalError("the virtual machine");
        });

        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThat(thread.threadFailure())
                        .hasValueSatisfying(why -> assertThat(why).contains("has ended", "InternalError")));
    }

    @Test
    void aThreadThatIsDoneIsNotRunAgainAndIsNoFailure() {
        thread = SupervisedThread.startUntilDone("test-thread", STALL_TIMEOUT, heartbeat -> runs.incrementAndGet());
        thread.join();

        assertThat(runs).hasValue(1);
        assertThat(thread.threadFailure()).isEmpty();
    }

    @Test
    void aStopEndsTheBackOffAtOnce() {
        thread = SupervisedThread.start("test-thread", STALL_TIMEOUT, heartbeat -> {
            runs.incrementAndGet();
            throw new IllegalStateException("a bug");
        });
        await().until(() -> thread.threadRestarts() >= 1);

        thread.requestStop();
        thread.join();

        assertThat(thread.threadFailure()).isEmpty();
    }

    private void start(SupervisedThread.Body body) {
        thread = new SupervisedThread("test-thread", STALL_TIMEOUT, false, body, nanos::get, pauses::add).started();
    }

    @SuppressWarnings("unchecked") // throws what the compiler does not let through
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }
}
