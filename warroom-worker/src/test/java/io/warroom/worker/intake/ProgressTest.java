package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class ProgressTest {

    /** Not far from where a long begins again: only differences count. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

    private final Progress progress = new Progress(Duration.ofMinutes(2), nanos::get);

    @Test
    void theOldestOfAllThatIsWaitedForTurnsHealthDownByNameOffsetAndAge() {
        progress.noteDelays(Stream.of(
                delay(1, 40, nanos.get() + 1_000), delay(2, 50, nanos.get()), delay(0, 60, nanos.get() + 2_000)));
        pass(Duration.ofMinutes(2));
        assertThat(progress.health().getStatus()).isEqualTo(Status.UP);
        pass(Duration.ofSeconds(5));

        var health = progress.health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails())
                .containsEntry("partition", "incident-declared-2")
                .containsEntry("oldestOffset", 50L)
                .containsEntry("ageSeconds", 125L)
                .containsEntry("waitsFor", "a record's end");
    }

    @Test
    void aPartitionThatIsNeverReadBecauseItsRestoreNeverEndsIsSeenToo() {
        progress.noteDelays(Stream.of(new Delay(
                new TopicPartition("incident-declared", 4), Optional.empty(), nanos.get(), "what must be known")));
        pass(Duration.ofSeconds(121));

        assertThat(progress.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(progress.health().getDetails())
                .containsEntry("partition", "incident-declared-4")
                .containsEntry("waitsFor", "what must be known")
                .doesNotContainKey("oldestOffset");
    }

    @Test
    void nothingThatIsWaitedForIsWell() {
        progress.noteDelays(Stream.of(delay(1, 40, nanos.get())));
        progress.noteDelays(Stream.empty());
        pass(Duration.ofHours(1));

        assertThat(progress.health().getStatus()).isEqualTo(Status.UP);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static Delay delay(int partition, long offset, long sinceNanos) {
        return new Delay(
                new TopicPartition("incident-declared", partition), Optional.of(offset), sinceNanos, "a record's end");
    }
}
