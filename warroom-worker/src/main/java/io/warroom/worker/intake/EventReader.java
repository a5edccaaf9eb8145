package io.warroom.worker.intake;

import io.warroom.event.IncidentLimits;
import io.warroom.topic.Undecodable;
import io.warroom.worker.intake.Reception.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records as events, or says why that cannot be. Thread-safe when its decoder is. */
final class EventReader {

    private static final Logger log = LoggerFactory.getLogger(EventReader.class);

    private final Deserializer<?> decoder;

    EventReader(Deserializer<?> decoder) {
        this.decoder = decoder;
    }

    /** @param accept what becomes of the event; it may be of any class */
    Reception read(ConsumerRecord<byte[], byte[]> record, Function<Object, Reception> accept) {
        if (record.value() == null || record.value().length == 0) {
            return new Reception.Rejected(Reason.NO_VALUE, "The record has no value.");
        }
        Object event;
        try {
            event = decoder.deserialize(record.topic(), record.headers(), record.value());
        } catch (KafkaException e) {
            return unreadable(e);
        } catch (RuntimeException e) {
            // Avro throws its own, and the JDK's, for bytes that only look like a record.
            return new Reception.Rejected(
                    Reason.NOT_AVRO,
                    "The value does not fit its schema: " + e.getClass().getSimpleName() + ".");
        }
        return accept.apply(event);
    }

    /** When the record was written, or now where it does not say. */
    static Instant writtenAt(ConsumerRecord<byte[], byte[]> record) {
        return record.timestamp() > 0 ? Instant.ofEpochMilli(record.timestamp()) : Instant.now();
    }

    /**
     * Why an event is not accepted; empty when it is. What was changed to fit it is logged.
     *
     * @param subject what the event names
     */
    static Optional<Reception> refusal(
            ConsumerRecord<byte[], byte[]> record,
            Reception.Subject subject,
            List<IncidentLimits.Violation> violations,
            List<IncidentLimits.Violation> changes) {
        if (!violations.isEmpty()) {
            return Optional.of(new Reception.Rejected(Reason.OUTSIDE_LIMITS, first(violations), subject));
        }
        if (record.key() != null && !new String(record.key(), StandardCharsets.UTF_8).equals(subject.tenantId())) {
            return Optional.of(new Reception.Rejected(
                    Reason.KEY_MISMATCH, "The record's key is not the incident's tenantId; it must be.", subject));
        }
        if (!changes.isEmpty()) {
            log.atWarn()
                    .addKeyValue("tenant", subject.tenantId())
                    .addKeyValue("incidentId", subject.incidentId())
                    .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                    .addKeyValue("reason", first(changes))
                    .log("Fields of an event were outside their limits; they are changed or left out");
        }
        return Optional.empty();
    }

    private static String first(List<IncidentLimits.Violation> violations) {
        return violations.stream()
                .limit(5)
                .map(violation -> violation.field() + " " + violation.message())
                .collect(Collectors.joining("; "));
    }

    private static Reception unreadable(KafkaException e) {
        return switch (Undecodable.why(e)) {
            case REGISTRY_AWAY -> new Reception.NotReadableNow(e);
            case UNKNOWN_SCHEMA ->
                new Reception.Rejected(
                        Reason.UNKNOWN_SCHEMA, "The schema registry does not know the record's schema id.");
            case NOT_AVRO ->
                new Reception.Rejected(
                        Reason.NOT_AVRO,
                        "The value is not Avro in Confluent's wire format (a zero byte, a four-byte schema id, the"
                                + " record).");
        };
    }
}
