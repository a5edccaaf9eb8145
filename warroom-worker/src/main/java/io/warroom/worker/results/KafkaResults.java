package io.warroom.worker.results;

import io.micrometer.core.instrument.MeterRegistry;
import io.warroom.event.FailureReason;
import io.warroom.event.MissingMember;
import io.warroom.event.MissingReason;
import io.warroom.event.Role;
import io.warroom.event.RoomMember;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.platform.Missing;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.CloudEvent;
import io.warroom.worker.contract.Platforms;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Result;
import io.warroom.worker.opening.Results;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Publishes results keyed {@code tenantId/incidentId}, with CloudEvents headers, and waits for the broker. The event id is a
 * pure function of incident and kind of result, so a repeat carries the same one.
 */
public final class KafkaResults implements Results {

    private static final Logger log = LoggerFactory.getLogger(KafkaResults.class);

    private final KafkaOperations<String, SpecificRecord> kafka;
    private final String topicPrefix;
    private final MeterRegistry meters;

    /** @param meters counts results and the time from declaration to room, by platform and reason, never by tenant */
    public KafkaResults(KafkaOperations<String, SpecificRecord> kafka, String topicPrefix, MeterRegistry meters) {
        this.kafka = kafka;
        this.topicPrefix = topicPrefix;
        this.meters = meters;
    }

    @Override
    public void publish(Result result) {
        switch (result) {
            case Result.Opened opened -> {
                String id = eventId(opened.incident(), Topic.WAR_ROOM_OPENED);
                send(Topic.WAR_ROOM_OPENED, opened.incident(), id, opened.at(), opened(opened, id));
                count(opened.platform(), "OPENED");
                meters.timer(
                                "warroom.declared.to.opened",
                                "platform",
                                opened.platform().name())
                        .record(Duration.between(opened.incident().declaredAt(), opened.at()));
            }
            case Result.WithoutChat none -> {
                String id = eventId(none.incident(), Topic.WAR_ROOM_OPENED);
                send(Topic.WAR_ROOM_OPENED, none.incident(), id, none.at(), withoutChat(none, id));
                count(null, "WITHOUT_CHAT");
            }
            case Result.Failed failed -> {
                String id = eventId(failed.incident(), Topic.WAR_ROOM_FAILED);
                send(Topic.WAR_ROOM_FAILED, failed.incident(), id, failed.at(), failed(failed, id));
                count(failed.platform(), failed.reason().name());
            }
        }
    }

    private void count(@Nullable PlatformKind platform, String outcome) {
        meters.counter("warroom.results", "platform", platform == null ? "NONE" : platform.name(), "outcome", outcome)
                .increment();
    }

    private void send(Topic topic, Incident incident, String eventId, Instant at, SpecificRecord event) {
        var record = new ProducerRecord<String, SpecificRecord>(
                topic.name(topicPrefix), incident.tenantId() + "/" + incident.incidentId(), event);
        CloudEvent.describe(record, topic, eventId, at);
        kafka.send(record).join();
        log.atInfo()
                .addKeyValue("tenant", incident.tenantId())
                .addKeyValue("incidentId", incident.incidentId())
                .addKeyValue("result", topic.name(""))
                .log("Incident ended");
    }

    private static String eventId(Incident incident, Topic topic) {
        String name = topic.name("") + "/" + incident.tenantId() + "/" + incident.incidentId();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static WarRoomOpened opened(Result.Opened opened, String id) {
        return WarRoomOpened.newBuilder()
                .setEventId(id)
                .setTenantId(opened.incident().tenantId())
                .setIncidentId(opened.incident().incidentId())
                .setPlatform(Platforms.event(opened.platform()))
                .setRoomId(opened.roomId())
                .setRoomName(opened.roomName())
                .setAppRevision(opened.appRevision())
                .setMembers(opened.members().stream()
                        .map(member -> RoomMember.newBuilder()
                                .setPersonId(member.person().personId())
                                .setName(member.person().name())
                                .setPlatformUserId(member.platformUserId())
                                .setRole(role(member.person().role()))
                                .build())
                        .toList())
                .setMissing(missing(opened.missing()))
                .setDeclaredAt(opened.incident().declaredAt())
                .setOpenedAt(opened.at())
                .build();
    }

    private static WarRoomOpened withoutChat(Result.WithoutChat none, String id) {
        return WarRoomOpened.newBuilder()
                .setEventId(id)
                .setTenantId(none.incident().tenantId())
                .setIncidentId(none.incident().incidentId())
                .setDeclaredAt(none.incident().declaredAt())
                .setOpenedAt(none.at())
                .build();
    }

    private static WarRoomFailed failed(Result.Failed failed, String id) {
        var failure = failed.failure();
        return WarRoomFailed.newBuilder()
                .setEventId(id)
                .setTenantId(failed.incident().tenantId())
                .setIncidentId(failed.incident().incidentId())
                .setPlatform(Platforms.event(failed.platform()))
                .setReason(
                        switch (failed.reason()) {
                            case NO_APP -> FailureReason.NO_APP;
                            case KEY_REJECTED -> FailureReason.KEY_REJECTED;
                            case APP_MISCONFIGURED -> FailureReason.APP_MISCONFIGURED;
                            case TOO_FEW_PEOPLE -> FailureReason.TOO_FEW_PEOPLE;
                            case REFUSED_BY_PLATFORM -> FailureReason.REFUSED_BY_PLATFORM;
                            case QUOTA_EXHAUSTED -> FailureReason.QUOTA_EXHAUSTED;
                            case PLATFORM_UNAVAILABLE -> FailureReason.PLATFORM_UNAVAILABLE;
                        })
                .setDetail(failed.words())
                .setPlatformCode(failure == null ? null : failure.code())
                .setPlatformRequestId(failure == null ? null : failure.requestId())
                .setAppRevision(failed.appRevision())
                .setMissing(missing(failed.missing()))
                .setDeclaredAt(failed.incident().declaredAt())
                .setFailedAt(failed.at())
                .build();
    }

    private static List<MissingMember> missing(List<Missing> missing) {
        return missing.stream()
                .map(one -> MissingMember.newBuilder()
                        .setPersonId(one.person().personId())
                        .setName(one.person().name())
                        .setReason(
                                switch (one.reason()) {
                                    case NO_CONTACT -> MissingReason.NO_CONTACT;
                                    case NOT_FOUND -> MissingReason.NOT_FOUND;
                                    case OUT_OF_APP_RANGE -> MissingReason.OUT_OF_APP_RANGE;
                                    case REFUSED -> MissingReason.REFUSED;
                                    case RESIGNED -> MissingReason.RESIGNED;
                                    case ROOM_FULL -> MissingReason.ROOM_FULL;
                                    case LOOKUP_FAILED -> MissingReason.LOOKUP_FAILED;
                                })
                        .setDetail(one.detail())
                        .build())
                .toList();
    }

    private static Role role(Person.Role role) {
        return switch (role) {
            case COMMANDER -> Role.COMMANDER;
            case COMMUNICATIONS -> Role.COMMUNICATIONS;
            case RESPONDER -> Role.RESPONDER;
        };
    }
}
