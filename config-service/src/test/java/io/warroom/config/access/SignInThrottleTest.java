package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {

    private static final String HERE = "192.0.2.1";

    private final TestClock clock = new TestClock();
    private final SignInThrottle throttle = new SignInThrottle(clock);

    @Test
    void anAddressThatGuessesHasToWaitAndThenMayTryOnceMore() {
        for (int i = 0; i < SignInThrottle.FAILURES_PER_ADDRESS; i++) {
            assertThat(throttle.judge("operator", HERE, false)).isEmpty();
        }

        assertThat(throttle.judge("operator", HERE, true))
                .as("a right one that comes too early is not told from a wrong one")
                .hasValue(SignInThrottle.ADDRESS_REGAINS_ONE_IN);
        clock.now = clock.now.plus(SignInThrottle.ADDRESS_REGAINS_ONE_IN);
        assertThat(throttle.judge("operator", HERE, false)).isEmpty();
        assertThat(throttle.judge("operator", HERE, false)).isPresent();
    }

    @Test
    void guessesFromManyAddressesAreLimitedByUserAndSpareTheAddressWhereTheUserIsKnown() {
        assertThat(throttle.judge("operator", HERE, true)).isEmpty();
        for (int i = 0; i < SignInThrottle.FAILURES_PER_USER; i++) {
            assertThat(throttle.judge("operator", "198.51.100." + i, false)).isEmpty();
        }

        assertThat(throttle.judge("operator", "203.0.113.1", true)).isPresent();
        assertThat(throttle.judge("operator", HERE, true)).isEmpty();
        assertThat(throttle.judge("somebody else", "203.0.113.1", true)).isEmpty();
    }

    @Test
    void rightPasswordsAreNeverTooMany() {
        for (int i = 0; i < 1000; i++) {
            assertThat(throttle.judge("operator", HERE, true)).isEmpty();
        }
    }

    @Test
    void theAddressesOfOneHouseholdCountAsOne() {
        for (int i = 0; i < SignInThrottle.FAILURES_PER_ADDRESS; i++) {
            throttle.judge("operator", "2001:db8:1:2::" + i, false);
        }

        assertThat(throttle.judge("operator", "2001:db8:1:2:ffff::1", false)).isPresent();
        assertThat(throttle.judge("operator", "2001:db8:1:3::1", false)).isEmpty();
    }

    @Test
    void itsMemoryIsBounded() {
        for (int i = 0; i < 3 * SignInThrottle.MAX_REMEMBERED; i++) {
            throttle.judge("operator", "10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256, i % 2 == 0);
            clock.now = clock.now.plus(Duration.ofSeconds(10));
        }

        assertThat(throttle.remembered()).isLessThanOrEqualTo(3 * SignInThrottle.MAX_REMEMBERED);
    }

    private static final class TestClock extends Clock {

        private Instant now = Instant.parse("2026-11-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
