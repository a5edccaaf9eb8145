package io.warroom.worker.results;

import io.micrometer.core.instrument.MeterRegistry;
import io.warroom.event.FailureReason;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.platform.Missing;
import io.warroom.platform.PlatformKind;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.CloudEvent;
import io.warroom.worker.contract.OpenRooms;
import io.warroom.worker.contract.Platforms;
import io.warroom.worker.contract.Publication;
import io.warroom.worker.contract.RoomMessages;
import io.warroom.worker.opening.FollowUp;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Message;
import io.warroom.worker.opening.OpenRoom;
import io.warroom.worker.opening.Result;
import io.warroom.worker.opening.Results;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes results keyed {@code tenantId/incidentId}, with CloudEvents headers, and waits for the broker. The event id is a
 * pure function of incident and kind of result, so a repeat carries the same one.
 */
public final class KafkaResults implements Results {

    private static final Logger log = LoggerFactory.getLogger(KafkaResults.class);

    /** Whoever waited longer waited for people, not for us. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Of a failed incident's missing people. */
    private static final int MAX_MISSING = 100;

    private static final int MAX_MISSING_BYTES = 16 * 1024;

    private final Publication publication;
    private final String topicPrefix;
    private final Clock clock;
    private final MeterRegistry meters;

    /** @param meters counts results and the time from declaration to room, by platform and reason, never by tenant */
    public KafkaResults(Publication publication, String topicPrefix, Clock clock, MeterRegistry meters) {
        this.publication = publication;
        this.topicPrefix = topicPrefix;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void publish(Result result) {
        switch (result) {
            case Result.Opened opened -> {
                send(opened.room(), opened.at());
                ended(opened.incident(), Topic.WAR_ROOM_OPENED);
                count(opened.platform(), "OPENED");
                measure(opened);
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

    /** A time of declaration is whatever its producer says: one that is no time of an incident measures nothing. */
    private void measure(Result.Opened opened) {
        var declared = opened.incident().declaredAt();
        var took = declared.isBefore(opened.at().minus(LONGEST)) ? LONGEST : Duration.between(declared, opened.at());
        if (!took.isNegative() && took.compareTo(LONGEST) < 0) {
            meters.timer(
                            "warroom.declared.to.opened",
                            "platform",
                            opened.platform().name())
                    .record(took);
        }
    }

    private void count(@Nullable PlatformKind platform, String outcome) {
        meters.counter("warroom.results", "platform", platform == null ? "NONE" : platform.name(), "outcome", outcome)
                .increment();
    }

    @Override
    public void briefed(OpenRoom room) {
        send(room, clock.instant());
        if (room.briefed() && !room.messages().isEmpty()) {
            count(room.messages().getLast());
        }
    }

    private void count(Message message) {
        meters.counter(
                        "warroom.messages",
                        "kind",
                        message.kind().name(),
                        "state",
                        message.state().name())
                .increment();
    }

    @Override
    public void changed(OpenRoom room) {
        send(room, clock.instant());
        count(room.platform(), "CHANGED");
        if (!room.messages().isEmpty()) {
            count(room.messages().getLast());
        }
        log.atInfo()
                .addKeyValue("tenant", room.tenantId())
                .addKeyValue("incidentId", room.incidentId())
                .log("Room told of an update");
    }

    @Override
    public void closed(
            OpenRoom room, FollowUp.Resolution resolution, boolean dissolved, @Nullable Message message, Instant at) {
        String id = eventId(Topic.WAR_ROOM_CLOSED, eventName(key(room), room.generation()));
        var record = record(
                Topic.WAR_ROOM_CLOSED,
                key(room),
                id,
                at,
                WarRoomClosed.newBuilder()
                        .setEventId(id)
                        .setTenantId(room.tenantId())
                        .setIncidentId(room.incidentId())
                        .setPlatform(Platforms.event(room.platform()))
                        .setRoomId(room.roomId())
                        .setDissolved(dissolved)
                        .setClosedAt(at)
                        .setMessage(message == null ? null : RoomMessages.event(message))
                        .setGeneration(room.generation())
                        .build());
        String resolvedAt = Long.toString(resolution.resolvedAt().toEpochMilli());
        record.headers().add(OpenRooms.RESOLVED_AT, resolvedAt.getBytes(StandardCharsets.UTF_8));
        publication.publish(record);
        if (message != null) {
            count(message);
        }
        count(room.platform(), "CLOSED");
        log.atInfo()
                .addKeyValue("tenant", room.tenantId())
                .addKeyValue("incidentId", room.incidentId())
                .log("Room closed");
    }

    private void send(Topic topic, Incident incident, String eventId, Instant at, SpecificRecord event) {
        publication.publish(record(topic, key(incident), eventId, at, event));
        ended(incident, topic);
    }

    private static void ended(Incident incident, Topic topic) {
        log.atInfo()
                .addKeyValue("tenant", incident.tenantId())
                .addKeyValue("incidentId", incident.incidentId())
                .addKeyValue("result", topic.name(""))
                .log("Incident ended");
    }

    private void send(OpenRoom room, Instant at) {
        // After an update another event than the opening: whoever drops repeats by their id must not drop it.
        String first = eventName(key(room), room.generation());
        String what = room.updateDigests().isEmpty()
                ? first
                : first + "/" + room.updateDigests().getLast();
        String id = eventId(Topic.WAR_ROOM_OPENED, what);
        var record = record(Topic.WAR_ROOM_OPENED, key(room), id, at, OpenRooms.event(room, id));
        if (!room.briefed()) {
            record.headers().add(OpenRooms.UNBRIEFED, new byte[0]);
        }
        publication.publish(record);
    }

    private ProducerRecord<String, SpecificRecord> record(
            Topic topic, String key, String eventId, Instant at, SpecificRecord event) {
        var record = new ProducerRecord<String, SpecificRecord>(topic.name(topicPrefix), key, event);
        CloudEvent.describe(record, topic, eventId, at);
        return record;
    }

    private static String key(Incident incident) {
        return incident.tenantId() + "/" + incident.incidentId();
    }

    private static String key(OpenRoom room) {
        return room.tenantId() + "/" + room.incidentId();
    }

    private static String eventId(Incident incident, Topic topic) {
        return eventId(topic, eventName(key(incident), incident.generation()));
    }

    private static String eventName(String key, int generation) {
        return generation == 1 ? key : key + "#" + generation;
    }

    private static String eventId(Topic topic, String what) {
        String name = topic.name("") + "/" + what;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
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

    /** The first of them: however many an incident names, the record stays small. */
    private static List<Missing> named(List<Missing> missing) {
        int bytes = 0;
        int count = 0;
        while (count < Math.min(missing.size(), MAX_MISSING)) {
            var one = missing.get(count);
            bytes += bytes(one.person().personId()) + bytes(one.person().name()) + bytes(one.detail());
            if (bytes > MAX_MISSING_BYTES) {
                break;
            }
            count++;
        }
        return missing.subList(0, count);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
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
                            case RESOLVED -> FailureReason.RESOLVED;
                            case LIMIT_EXCEEDED -> FailureReason.LIMIT_EXCEEDED;
                            case INVALID_DECLARATION -> FailureReason.INVALID_DECLARATION;
                            case UNKNOWN -> FailureReason.UNKNOWN;
                        })
                .setDetail(failed.words())
                .setPlatformCode(failure == null ? null : failure.code())
                .setPlatformRequestId(failure == null ? null : failure.requestId())
                .setAppRevision(failed.appRevision())
                .setMissing(OpenRooms.missing(named(failed.missing())))
                .setMissingTotal(failed.missing().size())
                .setRoomMayExist(failed.roomMayExist())
                .setGeneration(failed.incident().generation())
                .setDeclaredAt(failed.incident().declaredAt())
                .setFailedAt(failed.at())
                .build();
    }
}
