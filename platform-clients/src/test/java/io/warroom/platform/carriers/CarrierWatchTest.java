package io.warroom.platform.carriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.Test;

class CarrierWatchTest {

    private static final VirtualThreadSchedulerMXBean SCHEDULER =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

    private static final CountDownLatch ASKED = new CountDownLatch(1);
    private static final CountDownLatch ANSWERED = new CountDownLatch(1);

    /** Whoever initializes it waits for another virtual thread, and all that use it wait for whoever initializes it. */
    private static final class Slow {
        static final int VALUE;

        static {
            try {
                ANSWERED.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            VALUE = ASKED.hashCode();
        }
    }

    @Test
    void whenAllCarriersWaitForOneThatHasNoneItGetsOne() throws Exception {
        int usual = SCHEDULER.getParallelism();
        int users = 4 * usual;
        var begun = new AtomicInteger();
        var ended = new CountDownLatch(users);
        try {
            Thread.startVirtualThread(() -> {
                awaitQuietly(ASKED);
                ANSWERED.countDown();
            });
            for (int i = 0; i < users; i++) {
                Thread.startVirtualThread(() -> {
                    begun.incrementAndGet();
                    assertThat(Slow.VALUE).isEqualTo(ASKED.hashCode());
                    ended.countDown();
                });
            }
            await().until(() -> begun.get() >= usual);
            ASKED.countDown();

            try (var watch = new CarrierWatch(Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofMillis(200))) {
                assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
                assertThat(watch.times()).isPositive();
                await().untilAsserted(
                                () -> assertThat(SCHEDULER.getParallelism()).isEqualTo(usual));
            }
        } finally {
            ANSWERED.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
