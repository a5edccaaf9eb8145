package io.warroom.config.testing;

import io.warroom.event.FailureReason;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentParked;
import io.warroom.event.MessageKind;
import io.warroom.event.MessageState;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Role;
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

/** Writes to the topics what producers and workers write of incidents. Safe for concurrent use. */
public final class WorkerRecords {

    /** When the incidents are declared. */
    public static final Instant DECLARED = Instant.parse("2026-10-01T12:00:00Z");

    private final KafkaTemplate<String, Object> kafka;
    private final String prefix;

    /** Writes with an instance's own producer. */
    @SuppressWarnings("unchecked") // as the wiring has it
    public WorkerRecords(Deployment deployment, Instance instance) {
        this.kafka = (KafkaTemplate<String, Object>) instance.part("kafka", KafkaTemplate.class);
        this.prefix = deployment.prefix();
    }

    /** A declaration with one person. */
    public static IncidentDeclared declaration(String tenant, String incident, Instant declaredAt) {
        return IncidentDeclaration.of(tenant, incident, "Checkout is down", Severity.P1, declaredAt)
                .responder("p-1", "陈", Role.COMMANDER, "chen@example.com", "+8613800000001")
                .build();
    }

    /** {@code incident-declared}. */
    public void declared(String tenant, String incident) {
        send(Topic.INCIDENT_DECLARED, tenant, declaration(tenant, incident, DECLARED));
    }

    /** {@code incident-parked}; null for its tombstone. */
    public void parked(String tenant, String incident, @Nullable Instant declaredAt) {
        send(
                Topic.INCIDENT_PARKED,
                tenant + "/" + incident,
                declaredAt == null
                        ? null
                        : IncidentParked.newBuilder()
                                .setTenantId(tenant)
                                .setIncidentId(incident)
                                .setIncident(declaration(tenant, incident, declaredAt))
                                .setReason(ParkReason.THROTTLED)
                                .setDetail("The platform throttles.")
                                .setAttempts(1)
                                .setNextTryAt(declaredAt.plusSeconds(10))
                                .setDeadline(declaredAt.plusSeconds(600))
                                .build());
    }

    /** {@code war-room-failed}. */
    public void failed(String tenant, String incident, FailureReason reason, Instant failedAt) {
        send(
                Topic.WAR_ROOM_FAILED,
                tenant + "/" + incident,
                WarRoomFailed.newBuilder()
                        .setEventId("failed-" + incident)
                        .setTenantId(tenant)
                        .setIncidentId(incident)
                        .setReason(reason)
                        .setDetail("It failed.")
                        .setDeclaredAt(DECLARED)
                        .setFailedAt(failedAt)
                        .build());
    }

    /** {@code war-room-opened}. */
    public void opened(String tenant, String incident, MessageState firstMessage) {
        send(
                Topic.WAR_ROOM_OPENED,
                tenant + "/" + incident,
                WarRoomOpened.newBuilder()
                        .setEventId("opened-" + incident)
                        .setTenantId(tenant)
                        .setIncidentId(incident)
                        .setPlatform(Platform.LARK)
                        .setRoomId("oc_" + incident)
                        .setRoomName("Room of " + incident)
                        .setDeclaredAt(DECLARED)
                        .setOpenedAt(DECLARED.plusSeconds(2))
                        .setMessages(List.of(new RoomMessage(
                                MessageKind.FIRST,
                                firstMessage,
                                "Checkout is down",
                                DECLARED.plusSeconds(3),
                                null,
                                null,
                                null,
                                null)))
                        .build());
    }

    /** {@code war-room-closed}. */
    public void closed(String tenant, String incident) {
        send(
                Topic.WAR_ROOM_CLOSED,
                tenant + "/" + incident,
                WarRoomClosed.newBuilder()
                        .setEventId("closed-" + incident)
                        .setTenantId(tenant)
                        .setIncidentId(incident)
                        .setPlatform(Platform.LARK)
                        .setRoomId("oc_" + incident)
                        .setDissolved(true)
                        .setClosedAt(DECLARED.plusSeconds(180))
                        .build());
    }

    private void send(Topic topic, String key, @Nullable Object value) {
        try {
            kafka.send(topic.name(prefix), key, value).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("writing to " + topic, e);
        }
    }
}
