package io.warroom.worker.intake;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets a consumer read the partitions whose numbers this worker owns in another topic; the group only keeps the offsets. Used by
 * the consumer's thread only.
 */
final class OwnedPartitions {

    private final Consumer<byte[], byte[]> consumer;
    private final List<String> topics;
    private final Supplier<Set<Integer>> owned;
    private final Assignments assignments;

    /** @param owned as of now */
    OwnedPartitions(
            Consumer<byte[], byte[]> consumer,
            List<String> topics,
            Supplier<Set<Integer>> owned,
            Assignments assignments) {
        this.consumer = consumer;
        this.topics = topics;
        this.owned = owned;
        this.assignments = assignments;
    }

    /**
     * Reads them from now on, and no other.
     *
     * @return false when there are none: a consumer of nothing cannot be polled
     */
    boolean follow() {
        var numbers = owned.get();
        var wanted = topics.stream()
                .flatMap(topic -> numbers.stream().map(partition -> new TopicPartition(topic, partition)))
                .collect(Collectors.toSet());
        var before = Set.copyOf(consumer.assignment());
        if (!wanted.equals(before)) {
            var gone = before.stream().filter(one -> !wanted.contains(one)).toList();
            if (!gone.isEmpty()) {
                assignments.onPartitionsRevoked(gone);
            }
            consumer.assign(wanted);
            var added = wanted.stream().filter(one -> !before.contains(one)).toList();
            if (!added.isEmpty()) {
                assignments.onPartitionsAssigned(added);
            }
        }
        return !wanted.isEmpty();
    }
}
