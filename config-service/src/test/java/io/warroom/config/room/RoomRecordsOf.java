package io.warroom.config.room;

import io.warroom.event.FailureReason;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentParked;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.MessageKind;
import io.warroom.event.MessageState;
import io.warroom.event.MissingMember;
import io.warroom.event.MissingReason;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Role;
import io.warroom.event.RoomMember;
import io.warroom.event.RoomMessage;
import io.warroom.event.Severity;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaTemplate;

/** Writes to the topics what producers and workers would write of one incident. */
final class RoomRecordsOf {

    static final Instant DECLARED = Instant.parse("2026-10-01T12:00:00Z");

    private final KafkaTemplate<String, Object> kafka;
    private final String prefix;
    private final String tenant;
    private final String incident;
    private String title;
    private Severity severity = Severity.P1;
    private @Nullable String region = "eu-1";
    private Instant declaredAt = DECLARED;

    RoomRecordsOf(KafkaTemplate<String, Object> kafka, String prefix, String tenant, String incident) {
        this.kafka = kafka;
        this.prefix = prefix;
        this.tenant = tenant;
        this.incident = incident;
        this.title = "Incident " + incident;
    }

    RoomRecordsOf titled(String text) {
        title = text;
        return this;
    }

    RoomRecordsOf as(Severity other) {
        severity = other;
        return this;
    }

    RoomRecordsOf in(@Nullable String otherRegion) {
        region = otherRegion;
        return this;
    }

    RoomRecordsOf at(Instant time) {
        declaredAt = time;
        return this;
    }

    RoomRecordsOf declared() {
        return send(Topic.INCIDENT_DECLARED, tenant, declaration());
    }

    RoomRecordsOf updated(@Nullable String newTitle, @Nullable Severity newSeverity, @Nullable String note) {
        return send(
                Topic.INCIDENT_UPDATED,
                tenant,
                new IncidentUpdated(
                        tenant, incident, newTitle, newSeverity, null, note, List.of(), declaredAt.plusSeconds(60)));
    }

    RoomRecordsOf resolved() {
        return send(
                Topic.INCIDENT_RESOLVED,
                tenant,
                new IncidentResolved(tenant, incident, "a cable", declaredAt.plusSeconds(120)));
    }

    RoomRecordsOf parked(int attempts) {
        return send(
                Topic.INCIDENT_PARKED,
                tenant + "/" + incident,
                new IncidentParked(
                        tenant,
                        incident,
                        declaration(),
                        ParkReason.THROTTLED,
                        "The platform throttles.",
                        attempts,
                        declaredAt.plusSeconds(10L * attempts),
                        declaredAt.plusSeconds(600),
                        Platform.LARK,
                        3L,
                        false,
                        null,
                        List.of(),
                        null,
                        1));
    }

    RoomRecordsOf parkedNoLonger() {
        return send(Topic.INCIDENT_PARKED, tenant + "/" + incident, null);
    }

    RoomRecordsOf opened(Platform platform) {
        return send(
                Topic.WAR_ROOM_OPENED,
                tenant + "/" + incident,
                new WarRoomOpened(
                        "opened-" + incident,
                        tenant,
                        incident,
                        platform,
                        "oc_" + incident,
                        "Room of " + incident,
                        4L,
                        List.of(new RoomMember("p-1", "陈", "ou_1", Role.COMMANDER)),
                        List.of(new MissingMember("p-2", "Li", MissingReason.RESIGNED, "Has left the company.")),
                        declaredAt,
                        declaredAt.plusSeconds(2),
                        List.of(),
                        List.of(new RoomMessage(
                                MessageKind.FIRST,
                                MessageState.SENT,
                                "**Checkout is down**",
                                declaredAt.plusSeconds(3),
                                "om_1",
                                null,
                                null,
                                null)),
                        1,
                        null,
                        null,
                        null));
    }

    RoomRecordsOf failed(String detail) {
        return send(
                Topic.WAR_ROOM_FAILED,
                tenant + "/" + incident,
                new WarRoomFailed(
                        "failed-" + incident,
                        tenant,
                        incident,
                        Platform.WECOM,
                        FailureReason.KEY_REJECTED,
                        detail,
                        "40001",
                        "req-7",
                        2L,
                        List.of(),
                        declaredAt,
                        declaredAt.plusSeconds(600),
                        1,
                        false,
                        0));
    }

    RoomRecordsOf closed() {
        return send(
                Topic.WAR_ROOM_CLOSED,
                tenant + "/" + incident,
                new WarRoomClosed(
                        "closed-" + incident,
                        tenant,
                        incident,
                        Platform.LARK,
                        "oc_" + incident,
                        true,
                        declaredAt.plusSeconds(180),
                        null,
                        1));
    }

    RoomRecordsOf send(Topic topic, String key, @Nullable Object value) {
        try {
            kafka.send(topic.name(prefix), key, value).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("writing to " + topic, e);
        }
        return this;
    }

    private IncidentDeclared declaration() {
        return IncidentDeclaration.of(tenant, incident, title, severity, declaredAt)
                .region(region)
                .responder("p-1", "陈", Role.COMMANDER, "chen@example.com", "+8613800000001")
                .build();
    }
}
