package io.warroom.worker.intake;

import io.warroom.event.IncidentLimits;
import io.warroom.topic.Undecodable;
import io.warroom.worker.intake.Reception.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads records as events, or says why that cannot be. Thread-safe when its decoder is. */
final class EventReader {

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

    /** Why an event is not accepted that says this of itself; empty when it is. */
    static Optional<Reception> refusal(
            ConsumerRecord<byte[], byte[]> record, String tenantId, List<IncidentLimits.Violation> violations) {
        if (!violations.isEmpty()) {
            return Optional.of(new Reception.Rejected(
                    Reason.OUTSIDE_LIMITS,
                    violations.stream()
                            .limit(5)
                            .map(violation -> violation.field() + " " + violation.message())
                            .collect(Collectors.joining("; "))));
        }
        if (record.key() != null && !new String(record.key(), StandardCharsets.UTF_8).equals(tenantId)) {
            return Optional.of(new Reception.Rejected(
                    Reason.KEY_MISMATCH, "The record's key is not the incident's tenantId; it must be."));
        }
        return Optional.empty();
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
