package io.warroom.worker.intake;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.platform.Briefing;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.worker.intake.Reception.Reason;
import io.warroom.worker.opening.Incident;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a record as an incident. May wait for the schema registry, so it runs on the incident's own thread. */
final class IncidentDecoder {

    /** 404xx and 422xx: asking again gives the same answer. */
    private static final Pattern CLIENT_ERROR = Pattern.compile("error code: 4(04|22)");

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
        return new Reception.Accepted(incident(declared));
    }

    /** Tells a registry that is away, which passes, from a record that is bad, which does not. */
    private static Reception unreadable(KafkaException e) {
        if (e instanceof RetriableException) {
            return new Reception.NotReadableNow(e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            // The registry client's own error, which code never names at compile time: "...; error code: 40403".
            if (cause instanceof InvalidConfigurationException || isRegistrysAnswer(cause)) {
                return CLIENT_ERROR.matcher(String.valueOf(cause.getMessage())).find()
                        ? new Reception.Rejected(
                                Reason.UNKNOWN_SCHEMA, "The schema registry does not know the record's schema id.")
                        : new Reception.NotReadableNow(e);
            }
            if (cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException) {
                return new Reception.NotReadableNow(e);
            }
        }
        return new Reception.Rejected(
                Reason.NOT_AVRO,
                "The value is not Avro in Confluent's wire format (a zero byte, a four-byte schema id, the record).");
    }

    private static boolean isRegistrysAnswer(Throwable cause) {
        return cause.getClass().getSimpleName().equals("RestClientException");
    }

    private static Incident incident(IncidentDeclared declared) {
        return new Incident(
                declared.getTenantId(),
                declared.getIncidentId(),
                declared.getTitle(),
                switch (declared.getSeverity()) {
                    case P1, P2, P3, P4, P5 -> declared.getSeverity().name();
                    case UNKNOWN -> null;
                },
                declared.getDescription(),
                declared.getImpact(),
                declared.getService(),
                declared.getRegion(),
                declared.getDeclaredAt(),
                chat(declared),
                declared.getLinks().stream()
                        .map(link -> new Briefing.Link(link.getTitle(), link.getUrl()))
                        .toList(),
                declared.getResponders().stream()
                        .map(responder -> new Person(
                                responder.getPersonId(),
                                responder.getName(),
                                switch (responder.getRole()) {
                                    case COMMANDER -> Person.Role.COMMANDER;
                                    case COMMUNICATIONS -> Person.Role.COMMUNICATIONS;
                                    case RESPONDER, UNKNOWN -> Person.Role.RESPONDER;
                                },
                                responder.getPlatformUserId(),
                                responder.getMobile(),
                                responder.getEmail()))
                        .toList());
    }

    private static Incident.Chat chat(IncidentDeclared declared) {
        var chat = declared.getChat();
        if (chat == null) {
            return new Incident.Chat.TenantsChoice();
        }
        return switch (chat) {
            case WECOM -> new Incident.Chat.On(PlatformKind.WECOM);
            case DINGTALK -> new Incident.Chat.On(PlatformKind.DINGTALK);
            case LARK -> new Incident.Chat.On(PlatformKind.LARK);
            case NONE -> new Incident.Chat.None();
            case UNKNOWN -> throw new IllegalStateException("the limits refuse it");
        };
    }
}
