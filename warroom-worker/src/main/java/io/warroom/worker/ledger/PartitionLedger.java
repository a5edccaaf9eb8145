package io.warroom.worker.ledger;

import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition's incidents, by key {@code tenantId/incidentId}: the last record of each topic. What this worker writes is
 * taken in at once, and once more when it is read back; an older record than the one known is passed over. Thread-safe.
 */
final class PartitionLedger {

    /**
     * What waits.
     *
     * @param waiting null for a tombstone of ours that was not read back yet
     * @param clock how it was set when the times were read off it
     */
    private record Parked(long offset, @Nullable Waiting waiting, Duration clock, long timestamp) {}

    /**
     * A room that was closed.
     *
     * @param until an incident that was declared by then is this one
     * @param timestamp when that was written, in milliseconds since 1970
     */
    record Closed(int generation, Instant until, long timestamp) {}

    private final ClockSetting clock;

    private final Map<String, KeptResult> opened = new ConcurrentHashMap<>();
    private final Map<String, KeptResult> failed = new ConcurrentHashMap<>();
    private final Map<String, Closed> closed = new ConcurrentHashMap<>();

    private final ConcurrentSkipListMap<String, Parked> parked = new ConcurrentSkipListMap<>();
    /** Up to here incident-parked was read back; a record that was written below it is none to wait for. */
    private volatile long parkedReadBack = -1;

    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> restored = new CompletableFuture<>();

    PartitionLedger(ClockSetting clock) {
        this.clock = clock;
    }

    /** Done once, when everything that was in the topics at the start has been read. */
    CompletableFuture<Void> restored() {
        return restored;
    }

    Optional<ConsumerRecord<byte[], byte[]>> opened(String key) {
        return record(opened, key);
    }

    Optional<ConsumerRecord<byte[], byte[]>> failed(String key) {
        return record(failed, key);
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> record(Map<String, KeptResult> results, String key) {
        return Optional.ofNullable(results.get(key)).map(kept -> kept.record(key));
    }

    Optional<Closed> closed(String key) {
        return Optional.ofNullable(closed.get(key));
    }

    /** When that was written that it waits, in milliseconds since 1970; 0 when it does not. */
    long parkedAt(String key) {
        var known = parked.get(key);
        return known == null ? 0 : known.timestamp();
    }

    /** With its times by the clock as it is set now. */
    Optional<Waiting> waiting(String key) {
        return Optional.ofNullable(parked.get(key)).map(this::now);
    }

    private @Nullable Waiting now(Parked some) {
        var waiting = some.waiting();
        return waiting == null ? null : clock.moved(waiting, some.clock());
    }

    /** Those of one tenant. */
    Collection<Waiting> waitingOf(String tenantId) {
        // '0' is the character behind '/'.
        return waiting(parked.subMap(tenantId + "/", tenantId + "0"));
    }

    Collection<Waiting> allWaiting() {
        return waiting(parked);
    }

    private Collection<Waiting> waiting(Map<String, Parked> some) {
        return some.values().stream().map(this::now).filter(Objects::nonNull).toList();
    }

    void opened(String key, ConsumerRecord<byte[], byte[]> record) {
        keep(opened, key, record);
    }

    void failed(String key, ConsumerRecord<byte[], byte[]> record) {
        keep(failed, key, record);
    }

    /** A tombstone takes the result away: it was erased. What is read back is known from its writing. */
    private static void keep(Map<String, KeptResult> results, String key, ConsumerRecord<byte[], byte[]> record) {
        results.compute(
                key,
                (incident, known) -> known != null && known.offset() >= record.offset()
                        ? known
                        : record.value() == null ? null : new KeptResult(record));
    }

    /** @param room null for a tombstone */
    void closed(String key, @Nullable Closed room) {
        closed.compute(
                key,
                (incident, known) ->
                        room != null && known != null && known.generation() > room.generation() ? known : room);
    }

    /** Lets go of results that were written before; the broker deletes them without a word. */
    void forgetResults(Instant before) {
        opened.values().removeIf(kept -> kept.timestamp() < before.toEpochMilli());
        failed.values().removeIf(kept -> kept.timestamp() < before.toEpochMilli());
        closed.values().removeIf(room -> room.timestamp() < before.toEpochMilli());
    }

    /** Where to read on; empty for what was not read yet. Whoever reads with another consumer goes on here. */
    OptionalLong next(TopicPartition partition) {
        var offset = next.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    void hasRead(TopicPartition partition, long offset) {
        next.put(partition, offset + 1);
    }

    /**
     * Takes in what a record of incident-parked says.
     *
     * @param waiting null for a tombstone
     * @param clockThen how the clock was set when the times were read off it
     */
    void parked(
            String key, long offset, long timestamp, @Nullable Waiting waiting, boolean readBack, Duration clockThen) {
        if (readBack) {
            parkedReadBack = offset;
        }
        parked.compute(key, (incident, known) -> {
            if (known != null && (known.offset() > offset || (known.offset() == offset && known.waiting() != null))) {
                return known;
            }
            // A tombstone that was just written must still outlive the older records that are yet to be read.
            boolean allIsRead = readBack || offset <= parkedReadBack;
            return waiting == null && allIsRead ? null : new Parked(offset, waiting, clockThen, timestamp);
        });
    }
}
