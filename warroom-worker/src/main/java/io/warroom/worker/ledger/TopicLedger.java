package io.warroom.worker.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.warroom.event.WarRoomFailed;
import io.warroom.topic.Topic;
import io.warroom.topic.Undecodable;
import io.warroom.worker.contract.CloudEvent;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Ledger;
import io.warroom.worker.opening.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * The ledger of the partitions that this worker owns. It knows only what it has read back from the topics: what it parks or
 * releases counts when {@link LedgerReader} reads it.
 */
public final class TopicLedger implements Ledger {

    private static final Logger log = LoggerFactory.getLogger(TopicLedger.class);

    private final KafkaOperations<String, SpecificRecord> events;
    private final KafkaOperations<byte[], byte[]> bytes;
    private final Deserializer<?> decoder;
    private final String topicPrefix;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Map<Integer, PartitionLedger> owned = new ConcurrentHashMap<>();

    /**
     * Owns nothing at first.
     *
     * @param events writes incident-parked
     * @param bytes repeats results as they are
     * @param decoder reads results
     * @param meters counts what is parked, by reason, and shows how many wait
     */
    public TopicLedger(
            KafkaOperations<String, SpecificRecord> events,
            KafkaOperations<byte[], byte[]> bytes,
            Deserializer<?> decoder,
            String topicPrefix,
            Clock clock,
            MeterRegistry meters) {
        this.events = events;
        this.bytes = bytes;
        this.decoder = decoder;
        this.topicPrefix = topicPrefix;
        this.clock = clock;
        this.meters = meters;
        meters.gauge("warroom.incidents.waiting", this, TopicLedger::waiting);
    }

    /** This worker owns the partition from now on; done when what is in its topics has been read. */
    public CompletableFuture<Void> own(int partition) {
        return owned.computeIfAbsent(partition, added -> new PartitionLedger()).restored();
    }

    /** Another worker may own it now. */
    public void disown(int partition) {
        owned.remove(partition);
    }

    Map<Integer, PartitionLedger> owned() {
        return owned;
    }

    @Override
    public Entry find(Incident incident) {
        String key = key(incident);
        for (PartitionLedger partition : owned.values()) {
            var result = partition.result(key);
            if (result.isPresent() && isOf(incident, result.get())) {
                return Entry.ENDED;
            }
            if (partition.waiting(key).isPresent()) {
                return Entry.WAITS;
            }
        }
        return Entry.NEW;
    }

    /** A room is the incident's for ever; a failure only of the declaration that failed. */
    private boolean isOf(Incident incident, ConsumerRecord<byte[], byte[]> result) {
        if (!result.topic().equals(Topic.WAR_ROOM_FAILED.name(topicPrefix))) {
            return true;
        }
        try {
            return decoder.deserialize(result.topic(), result.headers(), result.value()) instanceof WarRoomFailed failed
                    && failed.getDeclaredAt().equals(incident.declaredAt());
        } catch (KafkaException e) {
            if (Undecodable.why(e) == Undecodable.REGISTRY_AWAY) {
                throw e; // the incident's record is tried again
            }
            return false; // somebody else's bytes are nobody's result
        }
    }

    @Override
    public void repeatResult(Incident incident) {
        String key = key(incident);
        var known = owned.values().stream()
                .map(partition -> partition.result(key))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the partition of " + key + " was lost meanwhile"));
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
        events.send(record).join();
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
        events.send(new ProducerRecord<String, SpecificRecord>(topic(), key(incident), null))
                .join();
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
