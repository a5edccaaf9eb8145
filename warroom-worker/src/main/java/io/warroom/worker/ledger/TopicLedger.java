package io.warroom.worker.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.warroom.event.IncidentParked;
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
import io.warroom.worker.opening.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * The ledger of the partitions that this worker owns: what {@link LedgerReader} has read of the workers' topics, and what went
 * through here onto them since. Thread-safe.
 */
public final class TopicLedger implements Ledger, Publication {

    private static final Logger log = LoggerFactory.getLogger(TopicLedger.class);

    /** More than clocks that are set by one another do. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final KafkaOperations<byte[], byte[]> bytes;
    private final Serializer<SpecificRecord> encoder;
    private final Deserializer<?> decoder;
    private final String topicPrefix;
    private final Map<String, Topic> topics = new HashMap<>();
    private final Clock clock;
    private final ClockSetting setting;
    private final MeterRegistry meters;
    private final Map<Integer, PartitionLedger> owned = new ConcurrentHashMap<>();

    /**
     * Owns nothing at first.
     *
     * @param bytes writes; it must hash keys as the topics' other writers do
     * @param encoder of what is written
     * @param decoder of what is read
     * @param setting of that clock
     * @param meters counts what is parked, by reason, and shows how many wait
     */
    public TopicLedger(
            KafkaOperations<byte[], byte[]> bytes,
            Serializer<SpecificRecord> encoder,
            Deserializer<?> decoder,
            String topicPrefix,
            Clock clock,
            ClockSetting setting,
            MeterRegistry meters) {
        this.bytes = bytes;
        this.encoder = encoder;
        this.decoder = decoder;
        this.topicPrefix = topicPrefix;
        Stream.of(Topic.INCIDENT_PARKED, Topic.WAR_ROOM_OPENED, Topic.WAR_ROOM_FAILED, Topic.WAR_ROOM_CLOSED)
                .forEach(topic -> topics.put(topic.name(topicPrefix), topic));
        this.clock = clock;
        this.setting = setting;
        this.meters = meters;
        meters.gauge("warroom.incidents.waiting", this, TopicLedger::waiting);
    }

    /** This worker owns the partition from now on; done when what is in its topics has been read. */
    public CompletableFuture<Void> own(int partition) {
        return owned.computeIfAbsent(partition, added -> new PartitionLedger(setting))
                .restored();
    }

    /** Another worker may own it now. */
    public void disown(int partition) {
        owned.remove(partition);
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
        return home(incident.tenantId()).waiting(key(incident));
    }

    /**
     * The tenant's own.
     *
     * @throws DisownedException when another worker has it: what is known here may be out of date, and what would be written
     *     could take away what that one wrote
     */
    private PartitionLedger home(String tenantId) {
        int partitions = bytes.partitionsFor(topic()).size();
        var home = owned.get(TenantPartitioner.partitionOf(tenantId, partitions));
        if (home == null || !home.restored().isDone()) {
            throw new DisownedException("the partition of tenant " + tenantId
                    + " is another worker's, or what that one wrote is yet to be read");
        }
        return home;
    }

    @Override
    public Standing standing(String tenantId, String incidentId) {
        String key = tenantId + "/" + incidentId;
        var home = home(tenantId);
        var waiting = home.waiting(key).orElse(null);
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
        return order < 0 || (order == 0 && home.parkedAt(key) <= failedAt(home, key));
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
            case WAR_ROOM_FAILED -> partition.failed(key, record);
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
                        : decoded(record, IncidentParked.class)
                                .map(ParkedIncidents::waiting)
                                .map(read -> readBack ? inOurTime(read, record.timestamp()) : read);
                if (tombstone || waiting.isPresent()) {
                    partition.parked(
                            key, record.offset(), record.timestamp(), waiting.orElse(null), readBack, clockThen);
                }
                return waiting;
            }
            default -> throw new IllegalStateException("not a topic of the ledger: " + topic);
        }
        return Optional.empty();
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

    /** A worker whose clock was ahead of ours wrote times that are not to be waited for. */
    private Waiting inOurTime(Waiting waiting, long writtenMillis) {
        var ahead = Duration.between(clock.instant(), Instant.ofEpochMilli(writtenMillis));
        return ahead.compareTo(CLOCKS_DIFFER) > 0 ? waiting.earlier(ahead) : waiting;
    }

    @Override
    public void publish(ProducerRecord<String, SpecificRecord> record) {
        if (topics.containsKey(record.topic())) {
            home(record.key().substring(0, record.key().indexOf('/')));
        }
        var clockThen = setting.now();
        byte[] value =
                record.value() == null ? null : encoder.serialize(record.topic(), record.headers(), record.value());
        byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
        var written = bytes.send(new ProducerRecord<>(record.topic(), null, key, value, record.headers()))
                .join()
                .getRecordMetadata();
        var partition = owned.get(written.partition());
        if (partition != null) {
            apply(
                    partition,
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
    }

    @Override
    public void repeatResult(Incident incident) {
        String key = key(incident);
        var home = home(incident.tenantId());
        boolean hasFailed = standing(incident.tenantId(), incident.incidentId()) instanceof Standing.Failed;
        var known = (hasFailed ? home.failed(key) : home.opened(key)).orElse(null);
        if (known == null) {
            return; // closed, and its opening is older than results are kept
        }
        var again = new ProducerRecord<byte[], byte[]>(known.topic(), known.partition(), known.key(), known.value());
        known.headers().forEach(again.headers()::add);
        bytes.send(again).join();
    }

    @Override
    public void park(Waiting waiting) {
        var incident = waiting.incident();
        var record = new ProducerRecord<String, SpecificRecord>(topic(), key(incident), ParkedIncidents.event(waiting));
        String name = topic() + "/" + key(incident) + "/" + waiting.deadline() + "/" + waiting.attempts();
        CloudEvent.describe(
                record,
                Topic.INCIDENT_PARKED,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(),
                clock.instant());
        publish(record);
        meters.counter("warroom.parked", "reason", waiting.reason().name()).increment();
        log.atInfo()
                .addKeyValue("tenant", incident.tenantId())
                .addKeyValue("incidentId", incident.incidentId())
                .addKeyValue("errorCode", waiting.reason())
                .addKeyValue("attempts", waiting.attempts())
                .log("Incident waits");
    }

    @Override
    public void release(Incident incident) {
        publish(new ProducerRecord<>(topic(), key(incident), null));
    }

    /** How many incidents of the owned partitions wait. */
    int waiting() {
        return owned.values().stream()
                .mapToInt(partition -> partition.allWaiting().size())
                .sum();
    }

    private String topic() {
        return Topic.INCIDENT_PARKED.name(topicPrefix);
    }

    static String key(Incident incident) {
        return incident.tenantId() + "/" + incident.incidentId();
    }
}
