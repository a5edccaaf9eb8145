package io.warroom.config.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.config.http.Problem;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class ReadLimitTest {

    @Test
    void aTenantBeyondItsLimitIsRefusedAndOthersAreNot() throws Exception {
        var limit = new ReadLimit(1);
        var reading = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = readers.submit(() -> limit.read("greedy", () -> {
                reading.countDown();
                await(end);
                return "read";
            }));
            reading.await();

            assertThatThrownBy(() -> limit.read("greedy", () -> "second"))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
                        assertThat(problem.retryAfter()).isPresent();
                    });
            assertThat(limit.read("modest", () -> "other")).isEqualTo("other");
            end.countDown();
            assertThat(first.get()).isEqualTo("read");
        }
        assertThat(limit.read("greedy", () -> "again")).isEqualTo("again");
        assertThat(limit.tenants())
                .as("nothing is kept of tenants that do not read")
                .isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
