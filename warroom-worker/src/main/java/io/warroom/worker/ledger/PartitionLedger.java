package io.warroom.worker.ledger;

import io.warroom.topic.TenantPartitioner;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition's incidents, by key {@code tenantId/incidentId}: the last record of each topic. What this worker writes is
 * taken in at once, and once more when it is read back; an older record than the one known is skipped. Thread-safe.
 */
final class PartitionLedger {

    /** What waits of one tenant, what is being parked included. */
    private record Usage(int incidents, long bytes) {

        private static final Usage NONE = new Usage(0, 0);

        Usage plus(int moreIncidents, long moreBytes) {
            return new Usage(incidents + moreIncidents, bytes + moreBytes);
        }
    }

    /**
     * A room that was closed.
     *
     * @param until an incident that was declared by then is this one
     * @param timestamp when that was written, in milliseconds since 1970
     */
    record Closed(int generation, Instant until, long timestamp) {}

    /** What a thread has read is of one session: another begins when somebody else has written the partition. */
    static final class Session {}

    /** Each may have 8 MiB; it takes a registry that lost its schemas to have one. */
    private static final int MAX_UNREADABLE = 100;

    private final ParkingLimits limits;
    private final PartitionWriter writer;

    private final Map<String, KeptResult> opened = new ConcurrentHashMap<>();
    private final Map<String, KeptResult> failed = new ConcurrentHashMap<>();
    private final Map<String, Closed> closed = new ConcurrentHashMap<>();

    /** Changed under this object's lock, as are the next three. */
    private final ConcurrentNavigableMap<String, ParkedIncident> parked = new ConcurrentSkipListMap<>();

    /** Offsets of tombstones that were written and not read back: older records are yet to be read. */
    private final Map<String, Long> released = new HashMap<>();

    private final Map<String, Usage> usages = new HashMap<>();
    /** Up to here incident-parked was read back; a record that was written below it is none to wait for. */
    private long parkedReadBack = -1;

    /** Records of incident-parked whose schema the registry does not have now, a few of them. */
    private final Map<String, ConsumerRecord<byte[], byte[]>> unreadable = new ConcurrentHashMap<>();

    private volatile int waiting;

    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    /** Offsets of the last records that were written through here. */
    private final Map<TopicPartition, Long> written = new ConcurrentHashMap<>();

    private volatile CompletableFuture<Void> restored = new CompletableFuture<>();
    private volatile Session session = new Session();
    private volatile boolean wasRestored;

    /** @param writers makes the partition's writer; it is given what to do when others may have written */
    PartitionLedger(ParkingLimits limits, Function<Runnable, PartitionWriter> writers) {
        this.limits = limits;
        this.writer = writers.apply(this::readAgain);
    }

    PartitionWriter writer() {
        return writer;
    }

    /** Done when everything has been read that was in the topics when the writer was ready; another future when it must be read again. */
    CompletableFuture<Void> restored() {
        return restored;
    }

    Session session() {
        return session;
    }

    /** Whether it was read before: what is known may be out of date, but only for now. */
    boolean wasRestored() {
        return wasRestored;
    }

    /** What is in the topics must be read again before anything is decided from it. Called by the writer's thread. */
    private void readAgain() {
        var before = restored;
        if (before.isDone()) {
            wasRestored = true;
        }
        var again = new CompletableFuture<Void>();
        var _ = again.thenRun(() -> before.complete(null));
        restored = again;
    }

    void hasWritten(TopicPartition partition, long offset) {
        written.merge(partition, offset, Math::max);
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

    Optional<ParkedIncident> parked(String key) {
        return Optional.ofNullable(parked.get(key));
    }

    /** Those of one tenant, as they are now. */
    Map<String, ParkedIncident> parkedOf(String tenantId) {
        // '0' is the character behind '/'.
        return parked.subMap(tenantId + "/", tenantId + "0");
    }

    Map<String, ParkedIncident> allParked() {
        return parked;
    }

    /**
     * Keeps a record of incident-parked that cannot be read now.
     *
     * @return false when there are too many
     */
    boolean keepUnreadable(String key, ConsumerRecord<byte[], byte[]> record) {
        boolean fits = unreadable.size() < MAX_UNREADABLE;
        if (fits) {
            unreadable.put(key, record);
        }
        return fits;
    }

    Collection<ConsumerRecord<byte[], byte[]>> unreadable() {
        return List.copyOf(unreadable.values());
    }

    /** How many incidents wait. */
    int waiting() {
        return waiting;
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
        if (wasRestored && !restored.isDone() && offset > written.getOrDefault(partition, -1L)) {
            session = new Session();
        }
        next.put(partition, offset + 1);
    }

    /**
     * Reserves what an incident takes that is about to be parked; if so, {@link #unreserve} must follow.
     *
     * @param size of its record in bytes
     * @return false when its tenant's limits do not allow it
     */
    synchronized boolean reserve(String key, int size) {
        String tenant = TenantPartitioner.tenantOf(key);
        var usage = usages.getOrDefault(tenant, Usage.NONE);
        var known = parked.get(key);
        boolean fits = known == null
                ? limits.fits(usage.incidents(), usage.bytes(), size)
                : limits.fitsAgain(usage.incidents() - 1, usage.bytes() - known.size(), size);
        if (fits) {
            usages.put(tenant, usage.plus(1, size));
        }
        return fits;
    }

    /** It is parked, and counts by itself; or it could not be. */
    synchronized void unreserve(String key, int size) {
        use(TenantPartitioner.tenantOf(key), -1, -size);
    }

    private void use(String tenant, int incidents, long bytes) {
        var usage = usages.getOrDefault(tenant, Usage.NONE).plus(incidents, bytes);
        if (usage.incidents() == 0) {
            usages.remove(tenant);
        } else {
            usages.put(tenant, usage);
        }
    }

    /**
     * Takes in what a record of incident-parked says.
     *
     * @param incident null for a tombstone
     */
    synchronized void parked(String key, long offset, @Nullable ParkedIncident incident, boolean readBack) {
        if (readBack) {
            parkedReadBack = Math.max(parkedReadBack, offset);
        }
        unreadable.computeIfPresent(key, (its, record) -> record.offset() <= offset ? null : record);
        var known = parked.get(key);
        if ((known != null && known.offset() >= offset) || released.getOrDefault(key, -1L) > offset) {
            return;
        }
        String tenant = TenantPartitioner.tenantOf(key);
        if (known != null) {
            parked.remove(key);
            use(tenant, -1, -known.size());
        }
        released.remove(key);
        if (incident != null) {
            var usage = usages.getOrDefault(tenant, Usage.NONE);
            // What this worker parks has reserved its place. Beyond the limits is what others parked under greater
            // ones.
            boolean fits = !readBack || limits.fitsAgain(usage.incidents(), usage.bytes(), incident.size());
            var kept = fits ? incident : incident.beyondLimits();
            parked.put(key, kept);
            use(tenant, 1, kept.size());
        } else if (!readBack && offset > parkedReadBack) {
            // It must outlive the older records that are yet to be read.
            released.put(key, offset);
        }
        int others = waiting - (known == null ? 0 : 1);
        waiting = parked.containsKey(key) ? others + 1 : others;
    }
}
