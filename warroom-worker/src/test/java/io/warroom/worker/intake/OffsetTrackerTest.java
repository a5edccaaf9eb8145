package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffsetTrackerTest {

    private static final int HISTORIES = 10_000;

    @Test
    void theCommittedPositionNeverPassesAnOpenRecordAndReachesTheEndWhenAllAreDone() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var random = new Random(seed);
            var tracker = new OffsetTracker();
            List<Long> open = new ArrayList<>();
            long next = random.nextInt(1000);
            long committed = -1;
            for (int step = 0; step < 100; step++) {
                if (open.isEmpty() || random.nextBoolean()) {
                    next += 1 + random.nextInt(3); // offsets have gaps
                    tracker.received(next);
                    open.add(next);
                } else {
                    tracker.done(open.remove(random.nextInt(open.size())));
                }
                OptionalLong position = tracker.toCommit();
                if (position.isPresent()) {
                    assertThat(position.getAsLong())
                            .as("seed %d", seed)
                            .isGreaterThan(committed)
                            .isLessThanOrEqualTo(
                                    open.stream().min(Long::compare).orElse(Long.MAX_VALUE));
                    committed = position.getAsLong();
                    tracker.committed(committed);
                }
            }
            open.forEach(tracker::done);
            assertThat(tracker.toCommit().orElse(committed)).as("seed %d", seed).isEqualTo(next + 1);
            assertThat(tracker.inFlight()).isZero();
        }
    }

    @Test
    void aRecordEndsOnce() {
        var tracker = new OffsetTracker();
        tracker.received(5);
        tracker.done(5);

        assertThatThrownBy(() -> tracker.done(5)).isInstanceOf(IllegalStateException.class);
    }
}
