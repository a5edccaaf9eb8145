package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitsTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final AtomicLong nanos = new AtomicLong();
    private final AnsweringLater consumer = new AnsweringLater();
    private final TakingProducer broker = new TakingProducer(0);
    private final OffsetTracker tracker = new OffsetTracker();
    private final Window window = new Window(
            new RecordWork(
                    new DeclarationDoor((topic, value) -> null, incident -> {}),
                    new Rejections(broker.template(), ""),
                    new Forwarding(broker.template())),
            new IntakeLimits(1, 1, Duration.ofMinutes(1), Duration.ZERO),
            nanos::get);
    private final Commits commits = new Commits(consumer, window, nanos::get);

    @Test
    void oneCommitIsUnderWayAtATimeAndTheNextTellsWhatWasDoneMeanwhile() {
        window.add(PARTITION, tracker);
        end(0);
        later();
        end(1);
        later();
        assertThat(consumer.sent).containsExactly(1L);

        consumer.answer(null);
        later();
        consumer.answer(null);
        later();

        assertThat(consumer.sent).containsExactly(1L, 2L);
    }

    @Test
    void whatTheBrokerDidNotTakeIsCommittedAgain() {
        window.add(PARTITION, tracker);
        end(0);
        later();
        consumer.answer(new TimeoutException("away"));
        later();

        assertThat(consumer.sent).containsExactly(1L, 1L);
    }

    @Test
    void commitsThatKeepFailingAreADelayUntilOneSucceeds() {
        window.add(PARTITION, tracker);
        end(0);
        for (int i = 0; i < 60; i++) {
            later();
            consumer.answer(new TimeoutException("away"));
        }
        assertThat(commits.delay()).hasValueSatisfying(delay -> {
            assertThat(delay.sinceNanos()).isEqualTo(Duration.ofMillis(600).toNanos());
            assertThat(delay.awaited()).contains("TimeoutException");
        });

        later();
        consumer.answer(null);

        assertThat(commits.delay()).isEmpty();
    }

    @Test
    void anAnswerThatComesAfterALaterCommitSaysNothingAnyMore() {
        window.add(PARTITION, tracker);
        end(0);
        later();
        end(1);
        commits.now();
        assertThat(consumer.waited).containsExactly(Duration.ofSeconds(2));

        consumer.answer(null);

        assertThat(window.toCommit()).isEmpty();
        assertThat(consumer.sent).containsExactly(1L, 2L);
    }

    @Test
    void aBrokerThatIsAwayKeepsAPartitionFromLeavingForTwoSecondsAndNoLonger() {
        window.add(PARTITION, tracker);
        end(0);
        consumer.away = true;

        commits.now();

        assertThat(consumer.waited).containsExactly(Duration.ofSeconds(2));
        assertThat(window.toCommit()).containsKey(PARTITION);
    }

    private void end(long offset) {
        tracker.received(offset, 0);
        tracker.done(offset);
    }

    private void later() {
        nanos.addAndGet(Duration.ofMillis(600).toNanos());
        commits.inPassing();
    }

    private static final class AnsweringLater extends MockConsumer<byte[], byte[]> {

        private final List<Long> sent = new ArrayList<>();
        private final List<Duration> waited = new ArrayList<>();
        private Map<TopicPartition, OffsetAndMetadata> underWay = Map.of();
        private @Nullable OffsetCommitCallback callback;
        private boolean away;

        AnsweringLater() {
            super("earliest");
        }

        void answer(@Nullable Exception failure) {
            var waiting = callback;
            callback = null;
            if (waiting != null) {
                waiting.onComplete(underWay, failure);
            }
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback answered) {
            sent.add(offsets.values().iterator().next().offset());
            underWay = offsets;
            callback = answered;
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            waited.add(timeout);
            if (away) {
                throw new TimeoutException("away");
            }
            sent.add(offsets.values().iterator().next().offset());
        }
    }
}
