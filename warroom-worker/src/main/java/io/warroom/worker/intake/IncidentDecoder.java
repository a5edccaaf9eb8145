package io.warroom.worker.intake;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.topic.Undecodable;
import io.warroom.worker.contract.Incidents;
import io.warroom.worker.intake.Reception.Reason;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a record as an incident. May wait for the schema registry, so it runs on the incident's own thread. */
final class IncidentDecoder {

    private final Deserializer<?> decoder;

    IncidentDecoder(Deserializer<?> decoder) {
        this.decoder = decoder;
    }

    Reception receive(ConsumerRecord<byte[], byte[]> record) {
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
        if (!(event instanceof IncidentDeclared declared)) {
            return new Reception.Rejected(Reason.WRONG_TYPE, "The value is not an IncidentDeclared.");
        }
        return accept(record, declared);
    }

    private static Reception accept(ConsumerRecord<byte[], byte[]> record, IncidentDeclared declared) {
        var violations = IncidentLimits.violations(declared);
        if (!violations.isEmpty()) {
            return new Reception.Rejected(
                    Reason.OUTSIDE_LIMITS,
                    violations.stream()
                            .limit(5)
                            .map(violation -> violation.field() + " " + violation.message())
                            .collect(Collectors.joining("; ")));
        }
        if (record.key() != null && !new String(record.key(), StandardCharsets.UTF_8).equals(declared.getTenantId())) {
            return new Reception.Rejected(
                    Reason.KEY_MISMATCH, "The record's key is not the incident's tenantId; it must be.");
        }
        return new Reception.Accepted(Incidents.of(declared));
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
