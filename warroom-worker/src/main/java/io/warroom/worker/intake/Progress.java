package io.warroom.worker.intake;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;

/** How far an intake is, and what it waits for longest. Written by the consumer's thread, read by any. */
final class Progress {

    private final Duration stuckAfter;
    private final LongSupplier nanoTime;
    private final Map<Integer, Long> done = new ConcurrentHashMap<>();
    private volatile @Nullable Delay longest;

    Progress(Duration stuckAfter, LongSupplier nanoTime) {
        this.stuckAfter = stuckAfter;
        this.nanoTime = nanoTime;
    }

    /** Asking a consumer for a position may block, but not when it knows its lag. */
    void noteHowFar(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, Window window) {
        for (TopicPartition partition : partitions) {
            var oldest = window.oldest(partition);
            if (oldest.isPresent()) {
                done.put(partition.partition(), oldest.getAsLong());
            } else if (window.waiting(partition) == 0
                    && consumer.currentLag(partition).isPresent()) {
                done.put(partition.partition(), consumer.position(partition));
            }
        }
    }

    /** Everything that is waited for now. */
    void noteDelays(Stream<Delay> delays) {
        // Differences, because nanoTime may be anything.
        longest = delays.reduce((one, other) -> other.sinceNanos() - one.sinceNanos() < 0 ? other : one)
                .orElse(null);
    }

    /** Every record of the partition below this offset is done; empty for one that is not read here. */
    OptionalLong done(int partition) {
        var offset = done.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** The partition is not read here any more. */
    void forget(int partition) {
        done.remove(partition);
    }

    /** DOWN when something has been waited for so long that it cannot be right. */
    Health health() {
        var delay = longest;
        if (delay == null) {
            return Health.up().build();
        }
        var age = Duration.ofNanos(nanoTime.getAsLong() - delay.sinceNanos());
        var health = (age.compareTo(stuckAfter) > 0 ? Health.down() : Health.up())
                .withDetail("partition", delay.partition().toString())
                .withDetail("waitsFor", delay.awaited())
                .withDetail("ageSeconds", age.toSeconds());
        delay.offset().ifPresent(offset -> health.withDetail("oldestOffset", offset));
        return health.build();
    }
}
