package io.warroom.worker.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UntilSafeTest {

    private final List<Duration> pauses = new ArrayList<>();
    private final UntilSafe untilSafe = new UntilSafe(pauses::add);
    private int tries;

    @Test
    void aRecordThatIsRefusedIsTriedTenTimesInFourMinutes() {
        assertThatThrownBy(
                        () -> untilSafe.run(() -> fail(Integer.MAX_VALUE, new UnpublishableException("large", null))))
                .isInstanceOf(UnpublishableException.class);

        assertThat(tries).isEqualTo(10);
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofSeconds(63 + 3 * 60));
    }

    @Test
    void aBrokerThatIsUnreachableIsTriedForAsLongAsItTakes() throws Exception {
        untilSafe.run(() -> fail(1_000, new IllegalStateException("the broker is unreachable")));

        assertThat(tries).isEqualTo(1_001);
    }

    @Test
    void aTopicWhoseLimitIsRaisedMeanwhileTakesTheRecord() throws Exception {
        untilSafe.run(() -> fail(9, new UnpublishableException("large", null)));

        assertThat(tries).isEqualTo(10);
    }

    private void fail(int times, RuntimeException failure) {
        if (tries++ < times) {
            throw failure;
        }
    }
}
