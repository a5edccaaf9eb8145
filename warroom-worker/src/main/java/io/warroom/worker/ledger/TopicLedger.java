package io.warroom.worker.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.warroom.event.IncidentParked;
import io.warroom.event.MissingMember;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import io.warroom.topic.Undecodable;
import io.warroom.worker.contract.CloudEvent;
import io.warroom.worker.contract.OpenRooms;
import io.warroom.worker.contract.Publication;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.DisownedException;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Ledger;
import io.warroom.worker.opening.OpenRoom;
import io.warroom.worker.opening.UnpublishableException;
import io.warroom.worker.opening.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * The ledger of the partitions that this worker owns: what {@link LedgerReader} has read of the workers' topics, and what went
 * through here onto them since. Thread-safe.
 */
public final class TopicLedger implements Ledger, Publication {

    private static final Logger log = LoggerFactory.getLogger(TopicLedger.class);

    /** Bytes of a failure that are kept to repeat it. */
    private static final int MAX_KEPT_FAILURE = 32 * 1_024;

    private static final int MAX_KEPT_NAMES = 100;

    /** More than clocks that are set by one another do. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final KafkaOperations<byte[], byte[]> bytes;
    private final IntFunction<Producer<byte[], byte[]>> producers;
    private final Serializer<SpecificRecord> encoder;
    private final Deserializer<?> decoder;
    private final String topicPrefix;
    private final Map<String, Topic> topics = new HashMap<>();
    private final Clock clock;
    private final ClockSetting setting;
    private final ParkingLimits limits;
    private final MeterRegistry meters;
    private final Map<Integer, PartitionLedger> owned = new ConcurrentHashMap<>();
    /** What a thread decides from what it has read is not written once somebody else has written the partition. */
    @SuppressWarnings("ThreadLocalUsage") // one process may have two ledgers, in tests
    private final ThreadLocal<PartitionLedger.@Nullable Session> read = new ThreadLocal<>();

    /**
     * Owns nothing at first.
     *
     * @param bytes knows the topics' partitions
     * @param producers makes a transactional producer for a partition's number; its transactional id has that number
     * @param encoder of what is written
     * @param decoder of what is read
     * @param setting of that clock
     * @param limits of what may wait of one tenant
     * @param meters counts what is parked, by reason, and shows how many wait
     */
    public TopicLedger(
            KafkaOperations<byte[], byte[]> bytes,
            IntFunction<Producer<byte[], byte[]>> producers,
            Serializer<SpecificRecord> encoder,
            Deserializer<?> decoder,
            String topicPrefix,
            Clock clock,
            ClockSetting setting,
            ParkingLimits limits,
            MeterRegistry meters) {
        this.bytes = bytes;
        this.producers = producers;
        this.encoder = encoder;
        this.decoder = decoder;
        this.topicPrefix = topicPrefix;
        Stream.of(Topic.INCIDENT_PARKED, Topic.WAR_ROOM_OPENED, Topic.WAR_ROOM_FAILED, Topic.WAR_ROOM_CLOSED)
                .forEach(topic -> topics.put(topic.name(topicPrefix), topic));
        this.clock = clock;
        this.setting = setting;
        this.limits = limits;
        this.meters = meters;
        meters.gauge("warroom.incidents.waiting", this, TopicLedger::waiting);
    }

    /**
     * This worker owns the partition from now on: whoever wrote it before is fenced. Done when what is in its topics has been read.
     */
    public CompletableFuture<Void> own(int partition) {
        return owned.computeIfAbsent(partition, this::begin).restored();
    }

    private PartitionLedger begin(int partition) {
        var added = new PartitionLedger(limits, lost -> new PartitionWriter(producers, partition, lost));
        added.writer().start();
        return added;
    }

    /** Another worker may own it now. */
    public void disown(int partition) {
        var gone = owned.remove(partition);
        if (gone != null) {
            gone.writer().close();
        }
    }

    /** New producers are made: those that are time by a clock that was set back. */
    public void renewProducers() {
        owned.values().forEach(partition -> partition.writer().renewProducer());
    }

    /** The partitions of this worker that no other can write. */
    Map<Integer, PartitionLedger> readable() {
        return owned.entrySet().stream()
                .filter(one -> one.getValue().writer().isReady())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    Map<Integer, PartitionLedger> owned() {
        return owned;
    }

    /** Partitions that this worker owns and whose topics it has read. */
    public Set<Integer> restored() {
        return owned.entrySet().stream()
                .filter(one -> one.getValue().restored().isDone())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The topics that the ledger is read from. */
    Set<String> topics() {
        return topics.keySet();
    }

    @Override
    public Optional<Waiting> waiting(Incident incident) {
        return waiting(home(incident.tenantId()), key(incident));
    }

    private Optional<Waiting> waiting(PartitionLedger home, String key) {
        return home.parked(key).flatMap(parked -> decoded(key, parked));
    }

    /** With its times by the clock as it is set now. */
    private Optional<Waiting> decoded(String key, ParkedIncident parked) {
        byte[] value = parked.value();
        var waiting = value == null
                ? Optional.of(parked.outline(key))
                : decoded(new ConsumerRecord<>(topic(), 0, parked.offset(), null, value), IncidentParked.class)
                        .map(ParkedIncidents::waiting);
        return waiting.map(read -> inOurTime(parked, read));
    }

    /** What is needed to decide when it is tried, with its times by the clock as it is set now. */
    Waiting outline(String key, ParkedIncident parked) {
        return inOurTime(parked, parked.outline(key));
    }

    private Waiting inOurTime(ParkedIncident parked, Waiting read) {
        var ahead = parked.ahead();
        return setting.moved(ahead.isZero() ? read : read.earlier(ahead), parked.clockThen());
    }

    /**
     * The tenant's own.
     *
     * @throws DisownedException when another worker has it: what is known here may be out of date, and what would be written
     *     could take away what that one wrote
     * @throws KafkaException when its topics must be read again first
     */
    private PartitionLedger home(String tenantId) {
        var home = owned.get(partitionOf(tenantId));
        if (home != null && home.wasRestored() && !home.restored().isDone()) {
            throw new KafkaException("the partition of tenant " + tenantId + " is read again before it is written");
        }
        if (home == null || !home.restored().isDone()) {
            throw new DisownedException("the partition of tenant " + tenantId
                    + " is another worker's, or what that one wrote is yet to be read");
        }
        return home;
    }

    private int partitionOf(String tenantId) {
        return TenantPartitioner.partitionOf(
                tenantId, bytes.partitionsFor(topic()).size());
    }

    /** As {@link #home}: what is written by this thread is decided from what it reads now. */
    private PartitionLedger homeToRead(String tenantId) {
        var home = home(tenantId);
        read.set(home.session());
        return home;
    }

    /** As {@link #home}, if nobody else has written since this thread has read it. */
    private PartitionLedger homeToWrite(String tenantId) {
        var home = home(tenantId);
        var known = read.get();
        if (known != null && known != home.session()) {
            throw new DisownedException(
                    "another worker has written the partition of tenant " + tenantId + " meanwhile");
        }
        return home;
    }

    @Override
    public Standing standing(String tenantId, String incidentId) {
        String key = tenantId + "/" + incidentId;
        var home = homeToRead(tenantId);
        var waiting = waiting(home, key).orElse(null);
        var opened = home.opened(key).orElse(null);
        var closed = home.closed(key).orElse(null);
        var failed = home.failed(key)
                .flatMap(record -> decoded(record, WarRoomFailed.class))
                .orElse(null);
        int openedIn = opened == null ? 0 : generation(opened);
        int closedIn = closed == null ? 0 : closed.generation();
        int failedIn = failed == null ? 0 : failed.getGeneration();
        int roomIn = Math.max(openedIn, closedIn);
        if (waiting != null
                && waiting.incident().generation() > roomIn
                && (failed == null || !isEndedBy(failed, home, key, waiting))) {
            return new Standing.Waits(waiting);
        }
        if (failed != null && failedIn > roomIn) {
            return new Standing.Failed(
                    failed.getDeclaredAt(), failed.getFailedAt(), failedIn, failed.getRoomMayExist());
        }
        if (closed != null && closedIn >= openedIn) {
            return new Standing.Closed(closedIn, closed.until());
        }
        if (opened == null) {
            return new Standing.Unknown();
        }
        return room(opened)
                .<Standing>map(room -> new Standing.Open(
                        room, waiting == null || (waiting.pending() == null && room.briefed()) ? null : waiting))
                .orElseGet(Standing.WithoutChat::new);
    }

    /** Its worker was killed before it was released; one that was parked after the failure is tried again. */
    private static boolean isEndedBy(WarRoomFailed failed, PartitionLedger home, String key, Waiting waiting) {
        var incident = waiting.incident();
        if (failed.getGeneration() != incident.generation()) {
            return failed.getGeneration() > incident.generation();
        }
        int order = incident.declaredAt().compareTo(failed.getDeclaredAt());
        return order < 0 || (order == 0 && parkedAt(home, key) <= failedAt(home, key));
    }

    private static long parkedAt(PartitionLedger home, String key) {
        return home.parked(key).map(ParkedIncident::timestamp).orElse(0L);
    }

    private static long failedAt(PartitionLedger home, String key) {
        return home.failed(key).map(ConsumerRecord::timestamp).orElse(0L);
    }

    private int generation(ConsumerRecord<byte[], byte[]> opened) {
        return decoded(opened, WarRoomOpened.class)
                .map(WarRoomOpened::getGeneration)
                .orElse(1);
    }

    private Optional<OpenRoom> room(ConsumerRecord<byte[], byte[]> result) {
        boolean briefed = result.headers().lastHeader(OpenRooms.UNBRIEFED) == null;
        return decoded(result, WarRoomOpened.class).flatMap(OpenRooms::of).map(room -> room.withFirstMessage(briefed));
    }

    /**
     * Empty, and said in the log, for a record that is none of ours.
     *
     * @throws KafkaException when the registry is away: nothing may be passed over then
     */
    private <T> Optional<T> decoded(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        try {
            return Optional.of(type.cast(decoder.deserialize(record.topic(), record.headers(), record.value())));
        } catch (RuntimeException e) {
            if (e instanceof KafkaException failed && Undecodable.why(failed) == Undecodable.REGISTRY_AWAY) {
                throw failed;
            }
            log.atError()
                    .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                    .setCause(e)
                    .log("A record of the workers' topics cannot be read and is passed over");
            return Optional.empty();
        }
    }

    /**
     * Takes in a record of one of the {@link #topics()}.
     *
     * @return what waits by it, if anything does
     * @throws KafkaException when the registry is away
     */
    Optional<Waiting> apply(PartitionLedger partition, ConsumerRecord<byte[], byte[]> record) {
        return apply(partition, record, true, setting.now());
    }

    /** @param readBack false for one that was just written: it will be read back */
    private Optional<Waiting> apply(
            PartitionLedger partition, ConsumerRecord<byte[], byte[]> record, boolean readBack, Duration clockThen) {
        var topic = topics.get(record.topic());
        if (record.key() == null || topic == null) {
            return Optional.empty(); // none of ours: their broker compacts by key
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        boolean tombstone = record.value() == null;
        switch (topic) {
            case WAR_ROOM_OPENED -> partition.opened(key, record);
            case WAR_ROOM_FAILED -> partition.failed(key, bounded(record));
            case WAR_ROOM_CLOSED -> {
                if (tombstone) {
                    partition.closed(key, null);
                } else {
                    decoded(record, WarRoomClosed.class)
                            .ifPresent(closed -> partition.closed(key, closed(record, closed)));
                }
            }
            case INCIDENT_PARKED -> {
                var waiting = tombstone
                        ? Optional.<Waiting>empty()
                        : decoded(record, IncidentParked.class).map(ParkedIncidents::waiting);
                if (!tombstone && waiting.isEmpty() && !partition.keepUnreadable(key, record)) {
                    log.atError()
                            .addKeyValue("incidentId", key)
                            .log(
                                    "Too many waiting incidents cannot be read; this one is skipped until the next restart");
                }
                if (tombstone || waiting.isPresent()) {
                    partition.parked(
                            key,
                            record.offset(),
                            waiting.map(read -> ParkedIncident.of(
                                            record.offset(),
                                            record.timestamp(),
                                            record.value(),
                                            read,
                                            readBack ? ahead(record.timestamp()) : Duration.ZERO,
                                            clockThen))
                                    .orElse(null),
                            readBack);
                }
                return waiting;
            }
            default -> throw new IllegalStateException("not a topic of the ledger: " + topic);
        }
        return Optional.empty();
    }

    /** Waiting incidents that could not be read, and can now: a registry may have its schemas back. */
    List<Waiting> readUnreadable(PartitionLedger partition) {
        return partition.unreadable().stream()
                .filter(this::isReadable)
                .flatMap(record -> apply(partition, record).stream())
                .toList();
    }

    private boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
        try {
            return decoder.deserialize(record.topic(), record.headers(), record.value()) instanceof IncidentParked;
        } catch (RuntimeException e) {
            log.debug("A waiting incident can still not be read", e);
            return false;
        }
    }

    /** What was declared until its resolution is the incident that was closed. */
    private static PartitionLedger.Closed closed(ConsumerRecord<byte[], byte[]> record, WarRoomClosed closed) {
        var header = record.headers().lastHeader(OpenRooms.RESOLVED_AT);
        var until = header == null
                ? closed.getClosedAt()
                : Instant.ofEpochMilli(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
        // A resolution's time is its producer's: one that lies ahead must not swallow the next declaration.
        return new PartitionLedger.Closed(
                closed.getGeneration(),
                until.isBefore(closed.getClosedAt()) ? until : closed.getClosedAt(),
                record.timestamp());
    }

    /** A failure of an older worker may name a thousand people: the first of them are kept. */
    private ConsumerRecord<byte[], byte[]> bounded(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null || record.value().length <= MAX_KEPT_FAILURE) {
            return record;
        }
        var failed = decoded(record, WarRoomFailed.class).orElse(null);
        if (failed == null) {
            return record;
        }
        int total = Math.max(failed.getMissing().size(), failed.getMissingTotal());
        var kept = new ArrayList<MissingMember>();
        int characters = 0;
        for (var one : failed.getMissing()) {
            characters += one.getPersonId().length()
                    + one.getName().length()
                    + one.getDetail().length();
            if (kept.size() == MAX_KEPT_NAMES || characters > MAX_KEPT_FAILURE / 4) {
                break;
            }
            kept.add(one);
        }
        var cut = WarRoomFailed.newBuilder(failed)
                .setMissing(kept)
                .setMissingTotal(total)
                .build();
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                record.key(),
                encoder.serialize(record.topic(), record.headers(), cut),
                record.headers(),
                Optional.empty());
    }

    /** A worker whose clock was ahead of ours wrote times that are not to be waited for. */
    private Duration ahead(long writtenMillis) {
        var ahead = Duration.between(clock.instant(), Instant.ofEpochMilli(writtenMillis));
        return ahead.compareTo(CLOCKS_DIFFER) > 0 ? ahead : Duration.ZERO;
    }

    @Override
    public void publish(ProducerRecord<String, SpecificRecord> record) {
        write(record, encoded(record));
    }

    private byte @Nullable [] encoded(ProducerRecord<String, SpecificRecord> record) {
        try {
            return record.value() == null ? null : encoder.serialize(record.topic(), record.headers(), record.value());
        } catch (RuntimeException e) {
            if (e instanceof KafkaException failed && Undecodable.why(failed) != Undecodable.NOT_AVRO) {
                throw failed;
            }
            throw new UnpublishableException("a record of " + record.topic() + " cannot be encoded", e);
        }
    }

    private void write(ProducerRecord<String, SpecificRecord> record, byte @Nullable [] value) {
        String tenant = TenantPartitioner.tenantOf(record.key());
        var home = homeToWrite(tenant);
        var clockThen = setting.now();
        byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
        var written =
                send(home, new ProducerRecord<>(record.topic(), partitionOf(tenant), key, value, record.headers()));
        apply(
                home,
                new ConsumerRecord<>(
                        written.topic(),
                        written.partition(),
                        written.offset(),
                        written.timestamp(),
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        key,
                        value,
                        record.headers(),
                        Optional.empty()),
                false,
                clockThen);
    }

    /** @throws UnpublishableException when its topic takes no record of its size */
    private static RecordMetadata send(PartitionLedger home, ProducerRecord<byte[], byte[]> record) {
        try {
            var written = home.writer().write(record);
            home.hasWritten(new TopicPartition(written.topic(), written.partition()), written.offset());
            return written;
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof RecordTooLargeException) {
                    throw new UnpublishableException(
                            "a record of " + record.topic() + " is too large for its topic", e);
                }
            }
            throw e;
        }
    }

    @Override
    public void repeatResult(Incident incident) {
        String key = key(incident);
        var home = homeToWrite(incident.tenantId());
        boolean hasFailed = standing(incident.tenantId(), incident.incidentId()) instanceof Standing.Failed;
        var known = (hasFailed ? home.failed(key) : home.opened(key)).orElse(null);
        if (known == null) {
            return; // closed, and its opening is older than results are kept
        }
        var again = new ProducerRecord<byte[], byte[]>(known.topic(), known.partition(), known.key(), known.value());
        known.headers().forEach(again.headers()::add);
        send(home, again);
    }

    @Override
    public Parking park(Waiting waiting) {
        var incident = waiting.incident();
        var record = new ProducerRecord<String, SpecificRecord>(topic(), key(incident), ParkedIncidents.event(waiting));
        String name = topic() + "/" + key(incident) + "/" + waiting.deadline() + "/" + waiting.attempts();
        CloudEvent.describe(
                record,
                Topic.INCIDENT_PARKED,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(),
                clock.instant());
        byte[] value = Objects.requireNonNull(encoded(record));
        var home = homeToWrite(incident.tenantId());
        if (!home.reserve(record.key(), value.length)) {
            meters.counter("warroom.parked.limit.exceeded").increment();
            return Parking.LIMIT_EXCEEDED;
        }
        try {
            write(record, value);
        } finally {
            home.unreserve(record.key(), value.length);
        }
        meters.counter("warroom.parked", "reason", waiting.reason().name()).increment();
        log.atInfo()
                .addKeyValue("tenant", incident.tenantId())
                .addKeyValue("incidentId", incident.incidentId())
                .addKeyValue("errorCode", waiting.reason())
                .addKeyValue("attempts", waiting.attempts())
                .log("Incident waits");
        return Parking.PARKED;
    }

    @Override
    public void release(Incident incident) {
        publish(new ProducerRecord<>(topic(), key(incident), null));
    }

    /** How many incidents of the owned partitions wait. */
    int waiting() {
        return owned.values().stream().mapToInt(PartitionLedger::waiting).sum();
    }

    private String topic() {
        return Topic.INCIDENT_PARKED.name(topicPrefix);
    }

    static String key(Incident incident) {
        return incident.tenantId() + "/" + incident.incidentId();
    }
}
