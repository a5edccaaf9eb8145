package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import io.warroom.config.access.TenantRateLimit.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TenantRateLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final TenantRateLimit limit = new TenantRateLimit(new RateLimitSettings(2, 3, 4, 5), new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    @Test
    void aTenantMaySendTenSecondsWorthAtOnceAndNoMore() {
        assertThat(served("acme", Kind.INCIDENT, 100)).isEqualTo(20);
        assertThat(served("acme", Kind.READ, 100)).isEqualTo(30);
        assertThat(served("acme", Kind.CHANGE, 100)).isEqualTo(40);
    }

    @Test
    void aTenantBeyondItsRateTakesNothingFromAnother() {
        served("greedy", Kind.INCIDENT, 1_000);

        assertThat(served("acme", Kind.INCIDENT, 20)).isEqualTo(20);
    }

    @Test
    void requestsAreServedAgainAfterTheTimeThatWasAnswered() {
        served("acme", Kind.INCIDENT, 1_000);
        var wait = limit.mustWait("acme", Kind.INCIDENT).orElseThrow();

        nanos.addAndGet(wait.toNanos());

        assertThat(limit.mustWait("acme", Kind.INCIDENT)).isEmpty();
    }

    @Test
    void requestsWithSecretsAreCountedByTheMinute() {
        assertThat(served("acme", Kind.KEY_CHANGE, 100)).isEqualTo(5);

        nanos.addAndGet(Duration.ofSeconds(24).toNanos());

        assertThat(served("acme", Kind.KEY_CHANGE, 100)).isEqualTo(2);
    }

    private long served(String tenant, Kind kind, int requests) {
        long served = 0;
        for (int i = 0; i < requests; i++) {
            if (limit.mustWait(tenant, kind).isEmpty()) {
                served++;
            }
        }
        return served;
    }
}
