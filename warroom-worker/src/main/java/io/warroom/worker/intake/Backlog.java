package io.warroom.worker.intake;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that were fetched and wait for a place in the window: in order within a partition, in turn between partitions, so
 * that a full partition holds up no other. Used by the consumer's thread only.
 */
final class Backlog {

    /**
     * A record that waits.
     *
     * @param sinceNanos when it was fetched, as {@link System#nanoTime()} tells it
     */
    record Waiting(ConsumerRecord<byte[], byte[]> record, long sinceNanos) {}

    /** The partition whose turn is next comes first; none is empty. */
    private final LinkedHashMap<TopicPartition, ArrayDeque<Waiting>> waiting = new LinkedHashMap<>();

    void add(ConsumerRecord<byte[], byte[]> record, long nowNanos) {
        waiting.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), partition -> new ArrayDeque<>())
                .add(new Waiting(record, nowNanos));
    }

    /** Takes out the next record of the next partition that has room; empty when none has. */
    Optional<ConsumerRecord<byte[], byte[]>> next(Predicate<TopicPartition> hasRoom) {
        // A loop: this is asked for every record, and by the one thread that all records pass.
        for (TopicPartition partition : waiting.keySet()) {
            if (hasRoom.test(partition)) {
                return Optional.of(take(partition));
            }
        }
        return Optional.empty();
    }

    private ConsumerRecord<byte[], byte[]> take(TopicPartition partition) {
        // Out and in again: to the end of the turn.
        var records = Objects.requireNonNull(waiting.remove(partition));
        var record = records.remove().record();
        if (!records.isEmpty()) {
            waiting.put(partition, records);
        }
        return record;
    }

    /** Each partition's next. */
    Stream<Waiting> heads() {
        return waiting.values().stream().map(ArrayDeque::element);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size(TopicPartition partition) {
        var records = waiting.get(partition);
        return records == null ? 0 : records.size();
    }

    void drop(Collection<TopicPartition> partitions) {
        waiting.keySet().removeAll(partitions);
    }

    void clear() {
        waiting.clear();
    }
}
