package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.worker.intake.OffsetTracker.Commit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OffsetTrackerTest {

    private static final int HISTORIES = Integer.getInteger("warroom.histories", 10_000);

    /** Lives of one partition, one after another: what one committed last is all that the next one knows. */
    @Test
    void whatIsDoneAndCommittedIsNeverDoneAgainAndWhatIsNotIsNeverPassedOver() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var random = new Random(seed);
            List<Long> log = offsetsWithGaps(random);
            var committedDone = new HashSet<Long>();
            @Nullable Commit last = null;
            for (int life = 0; life < 6; life++) {
                boolean dies = life < 5;
                int steps = dies ? random.nextInt(2 * log.size()) : Integer.MAX_VALUE;
                var tracker = new OffsetTracker();
                if (last != null) {
                    tracker.restore(last.position(), last.metadata());
                }
                long from = last == null ? log.getFirst() : last.position();
                var ahead = new ArrayList<>(
                        log.stream().filter(offset -> offset >= from).toList());
                var open = new ArrayList<Long>();
                var done = new HashSet<>(committedDone);
                while (steps-- > 0 && !(ahead.isEmpty() && open.isEmpty())) {
                    if (!ahead.isEmpty() && (open.isEmpty() || random.nextBoolean())) {
                        long offset = ahead.removeFirst();
                        boolean again = tracker.received(offset, 0);
                        assertThat(again)
                                .as("seed %d, offset %d", seed, offset)
                                .isEqualTo(!committedDone.contains(offset));
                        if (again) {
                            open.add(offset);
                        }
                    } else {
                        long offset = open.remove(random.nextInt(open.size()));
                        tracker.done(offset);
                        done.add(offset);
                    }
                    var commit = tracker.toCommit();
                    if (commit.isPresent() && random.nextInt(4) == 0) {
                        last = commit.get();
                        tracker.committed(last);
                        committedDone.addAll(done);
                        assertThat(last.position())
                                .as("seed %d", seed)
                                .isLessThanOrEqualTo(
                                        open.stream().min(Long::compare).orElse(Long.MAX_VALUE));
                        assertThat(tracker.toCommit()).as("seed %d", seed).isEmpty();
                    }
                }
                if (!dies) {
                    assertThat(tracker.inFlight()).isZero();
                    assertThat(tracker.toCommit().orElse(last))
                            .as("seed %d", seed)
                            .isEqualTo(new Commit(log.getLast() + 1, ""));
                }
            }
        }
    }

    @Test
    void theWidestWindowFitsIntoTheMetadataThatBrokersTake() {
        var tracker = new OffsetTracker();
        var random = new Random(1);
        for (long offset = 0; offset < OffsetTracker.WIDEST + 500; offset++) {
            tracker.received(offset, 0);
            if (offset > 0 && random.nextBoolean()) {
                tracker.done(offset);
            }
        }

        var commit = tracker.toCommit().orElseThrow();
        assertThat(commit.position()).isZero();
        assertThat(commit.metadata().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(4096);
        assertThat(tracker.width()).isGreaterThanOrEqualTo(OffsetTracker.WIDEST);
    }

    @Test
    void metadataOfSomebodyElseIsPassedOver() {
        for (String foreign : List.of("", "cafe", "w1:***", "w2:AAAA")) {
            var tracker = new OffsetTracker();
            tracker.restore(7, foreign);
            assertThat(tracker.received(7, 0)).as(foreign).isTrue();
            assertThat(tracker.received(8, 0)).as(foreign).isTrue();
        }
    }

    @Test
    void aRecordEndsOnce() {
        var tracker = new OffsetTracker();
        tracker.received(5, 0);
        tracker.done(5);

        assertThatThrownBy(() -> tracker.done(5)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theOldestIsTheOneThatHoldsThePositionBack() {
        var tracker = new OffsetTracker();
        tracker.received(5, 50);
        tracker.received(9, 90);
        tracker.done(5);

        assertThat(tracker.oldest()).contains(new OffsetTracker.Oldest(9, 90));
    }

    private static List<Long> offsetsWithGaps(Random random) {
        var offsets = new TreeSet<Long>();
        long next = random.nextInt(1000);
        for (int i = 0; i < 60; i++) {
            next += 1 + (random.nextInt(4) == 0 ? random.nextInt(20) : 0);
            offsets.add(next);
        }
        return List.copyOf(offsets);
    }
}
