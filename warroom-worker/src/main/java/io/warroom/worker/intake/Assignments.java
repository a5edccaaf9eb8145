package io.warroom.worker.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that one consumer reads: each comes with what was committed of it, waits until what must be known about it is
 * known, pauses while its records wait, and goes with what is done of it committed. Used by the consumer's thread only.
 */
final class Assignments implements ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(Assignments.class);

    /** Records of a partition that may wait for a place before it pauses: some polls' work ahead, and little memory. */
    private static final int MOST_AHEAD = 200;

    /** Well below max.poll.interval.ms (five minutes), long enough for most calls that are under way. */
    private static final Duration REVOKED_MAY_FINISH = Duration.ofSeconds(3);

    /** Well below the stall timeout of the consumer's thread. */
    private static final Duration OFFSETS_AT_MOST = Duration.ofSeconds(20);

    private record Knowing(CompletableFuture<Void> known, long sinceNanos) {}

    private final Consumer<byte[], byte[]> consumer;
    private final Window window;
    private final Commits commits;
    private final Progress progress;
    private final PartitionKnowledge knowledge;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Knowing> assigned = new HashMap<>();

    Assignments(
            Consumer<byte[], byte[]> consumer,
            Window window,
            Commits commits,
            Progress progress,
            PartitionKnowledge knowledge,
            LongSupplier nanoTime) {
        this.consumer = consumer;
        this.window = window;
        this.commits = commits;
        this.progress = progress;
        this.knowledge = knowledge;
        this.nanoTime = nanoTime;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.atInfo().addKeyValue("record", partitions).log("Partitions assigned");
        var positions = consumer.committed(Set.copyOf(partitions), OFFSETS_AT_MOST);
        for (TopicPartition partition : partitions) {
            var tracker = new OffsetTracker();
            var committed = positions.get(partition);
            if (committed != null) {
                tracker.restore(committed.offset(), committed.metadata());
            }
            window.add(partition, tracker);
            assigned.put(partition, new Knowing(knowledge.own(partition.partition()), nanoTime.getAsLong()));
        }
        consumer.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        window.finish(partitions, REVOKED_MAY_FINISH);
        commits.now();
        forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        forget(partitions);
    }

    /** The consumer is closed. */
    void forgetAll() {
        forget(List.copyOf(assigned.keySet()));
        window.clear();
    }

    private void forget(Collection<TopicPartition> partitions) {
        window.drop(partitions);
        assigned.keySet().removeAll(partitions);
        partitions.forEach(partition -> {
            progress.forget(partition.partition());
            knowledge.disown(partition.partition());
        });
    }

    /** Pauses what has records waiting and resumes what has few, so that it does not flutter. */
    void keepWithinLimits() {
        var paused = consumer.paused();
        assigned.forEach((partition, its) -> {
            int waiting = window.waiting(partition);
            if (paused.contains(partition)) {
                if (its.known().isDone() && waiting <= MOST_AHEAD / 2) {
                    consumer.resume(List.of(partition));
                }
            } else if (waiting >= MOST_AHEAD) {
                consumer.pause(List.of(partition));
            }
        });
    }

    /**
     * What was assigned, and not revoked since. The consumer's own {@code assignment()} may name a partition a little longer, and
     * whoever asks it for that one's lag or position loses the consumer (KIP-848: its background thread lets the partition go).
     */
    Set<TopicPartition> partitions() {
        return Set.copyOf(assigned.keySet());
    }

    /** The partitions that are not read yet, because something must be known first. */
    Stream<Delay> delays() {
        return assigned.entrySet().stream()
                .filter(one -> !one.getValue().known().isDone())
                .map(one -> new Delay(
                        one.getKey(),
                        Optional.empty(),
                        one.getValue().sinceNanos(),
                        "what must be known about the partition before its records are taken"));
    }
}
