package io.warroom.config.room;

import io.warroom.config.room.Saying.Absentee;
import io.warroom.config.room.Saying.Closing;
import io.warroom.config.room.Saying.Declaration;
import io.warroom.config.room.Saying.Failing;
import io.warroom.config.room.Saying.Member;
import io.warroom.config.room.Saying.Message;
import io.warroom.config.room.Saying.Opening;
import io.warroom.config.room.Saying.Parking;
import io.warroom.config.room.Saying.Resolution;
import io.warroom.config.room.Saying.TakenBack;
import io.warroom.config.room.Saying.Update;
import io.warroom.config.room.Saying.WebLink;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentLimits;
import io.warroom.event.IncidentParked;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.MissingMember;
import io.warroom.event.Responder;
import io.warroom.event.RoomMessage;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.topic.Topic;
import io.warroom.topic.Undecodable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records as what they say. One that nobody can read, or that no worker would accept, is told to the log once and
 * passed over. For one thread.
 */
final class RoomRecords {

    private static final Logger log = LoggerFactory.getLogger(RoomRecords.class);

    /** Topics whose records are read, with the tombstones that they may carry. */
    private static final Map<Topic, Optional<TakenBack>> TOPICS = new EnumMap<>(Map.of(
            Topic.INCIDENT_DECLARED, Optional.empty(),
            Topic.INCIDENT_UPDATED, Optional.empty(),
            Topic.INCIDENT_RESOLVED, Optional.empty(),
            Topic.INCIDENT_PARKED, Optional.of(TakenBack.PARKED),
            Topic.WAR_ROOM_OPENED, Optional.of(TakenBack.OPENED),
            Topic.WAR_ROOM_FAILED, Optional.of(TakenBack.FAILED),
            Topic.WAR_ROOM_CLOSED, Optional.of(TakenBack.CLOSED)));

    /** What a database and a JSON reader both can hold. A time outside is shown as the nearest one inside. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private final Deserializer<?> decoder;
    private final Map<String, Topic> topics = new HashMap<>();

    /** Where the last one was that was passed over: a batch that is read again tells nothing again. */
    private final Map<TopicPartition, Long> passedOver = new HashMap<>();

    private Map<String, Integer> eras = Map.of();

    /** @param decoder the one that the configuration names */
    RoomRecords(Deserializer<?> decoder, String topicPrefix) {
        this.decoder = decoder;
        TOPICS.keySet().forEach(topic -> topics.put(topic.name(topicPrefix), topic));
    }

    /** The names of the topics that are read. */
    static List<String> topicNames(String prefix) {
        return TOPICS.keySet().stream().map(topic -> topic.name(prefix)).toList();
    }

    /** From now on records are of these eras of their topics. */
    void areOf(Map<String, Integer> topicEras) {
        eras = Map.copyOf(topicEras);
    }

    /**
     * What the record says; empty when it is passed over.
     *
     * @throws RegistryAwayException when that cannot be known now
     */
    Optional<Heard> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(heard(record));
        } catch (UnreadableException e) {
            passOver(record, e.getMessage());
        } catch (KafkaException e) {
            if (Undecodable.why(e) == Undecodable.REGISTRY_AWAY) {
                throw new RegistryAwayException(e);
            }
            passOver(record, "the value is not Avro in Confluent's wire format, or its schema is not known");
        } catch (RuntimeException e) {
            // Avro throws its own, and the JDK's, for bytes that only look like a record.
            passOver(
                    record, "the value does not fit its schema: " + e.getClass().getSimpleName());
        }
        return Optional.empty();
    }

    /** Tells the log, once, that the record is passed over. Nothing of its value is told. */
    void passOver(ConsumerRecord<byte[], byte[]> record, @Nullable String why) {
        var partition = new TopicPartition(record.topic(), record.partition());
        var last = passedOver.get(partition);
        if (last == null || last < record.offset()) {
            passedOver.put(partition, record.offset());
            log.atWarn()
                    .addKeyValue("record", partition + "@" + record.offset())
                    .addKeyValue("why", why)
                    .log("Record is passed over: the list of war rooms goes on without it");
        }
    }

    private Heard heard(ConsumerRecord<byte[], byte[]> record) {
        var topic = topics.get(record.topic());
        var tombstone = topic == null ? null : TOPICS.get(topic);
        if (topic == null || tombstone == null) {
            throw new UnreadableException("the topic is none of those that are read");
        }
        var key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            int slash = key.indexOf('/');
            if (tombstone.isEmpty() || slash < 0) {
                throw new UnreadableException("the record has no value");
            }
            return heard(record, key.substring(0, slash), key.substring(slash + 1), tombstone.get());
        }
        var event = decoder.deserialize(record.topic(), record.headers(), record.value());
        var heard = heard(record, topic, event);
        boolean keyedByTenant = topic.key() == Topic.Key.TENANT;
        var expected = keyedByTenant ? heard.tenantId() : heard.tenantId() + "/" + heard.incidentId();
        // As workers have it: they take an incident without a key, and none whose key says another tenant.
        if (!key.equals(expected) && !(keyedByTenant && record.key() == null)) {
            throw new UnreadableException("the key does not say whose the record is");
        }
        return heard;
    }

    private Heard heard(ConsumerRecord<byte[], byte[]> record, Topic topic, @Nullable Object event) {
        return switch (event) {
            case IncidentDeclared it
            when topic == Topic.INCIDENT_DECLARED -> {
                var fitted = IncidentLimits.fitted(it, writtenAt(record)).event();
                yield heard(record, it.getTenantId(), it.getIncidentId(), declaration(fitted));
            }
            case IncidentUpdated it
            when topic == Topic.INCIDENT_UPDATED -> {
                var fitted = IncidentLimits.fitted(it, writtenAt(record)).event();
                yield heard(record, it.getTenantId(), it.getIncidentId(), update(fitted));
            }
            case IncidentResolved it
            when topic == Topic.INCIDENT_RESOLVED -> {
                var fitted = IncidentLimits.fitted(it, writtenAt(record)).event();
                yield heard(
                        record,
                        it.getTenantId(),
                        it.getIncidentId(),
                        new Resolution(maybe(fitted.getSummary()), time(fitted.getResolvedAt())));
            }
            case IncidentParked it
            when topic == Topic.INCIDENT_PARKED ->
                heard(
                        record,
                        it.getTenantId(),
                        it.getIncidentId(),
                        parking(it, time(Instant.ofEpochMilli(record.timestamp()))));
            case WarRoomOpened it
            when topic == Topic.WAR_ROOM_OPENED -> heard(record, it.getTenantId(), it.getIncidentId(), opening(it));
            case WarRoomFailed it
            when topic == Topic.WAR_ROOM_FAILED ->
                heard(
                        record,
                        it.getTenantId(),
                        it.getIncidentId(),
                        failing(it, time(Instant.ofEpochMilli(record.timestamp()))));
            case WarRoomClosed it
            when topic == Topic.WAR_ROOM_CLOSED ->
                heard(
                        record,
                        it.getTenantId(),
                        it.getIncidentId(),
                        new Closing(
                                it.getPlatform().name(),
                                text(it.getRoomId()),
                                it.getDissolved(),
                                time(it.getClosedAt()),
                                it.getMessage() == null ? null : message(it.getMessage()),
                                it.getGeneration()));
            case null, default -> throw new UnreadableException("the value is not of the topic's type");
        };
    }

    private Heard heard(ConsumerRecord<byte[], byte[]> record, String tenantId, String incidentId, Saying saying) {
        if (!IncidentLimits.isTenantId(tenantId) || !IncidentLimits.isIncidentId(incidentId)) {
            throw new UnreadableException("tenantId or incidentId is none");
        }
        return new Heard(
                tenantId,
                incidentId,
                eras.getOrDefault(record.topic(), 0),
                record.partition(),
                record.offset(),
                time(Instant.ofEpochMilli(record.timestamp())),
                saying);
    }

    private static Declaration declaration(IncidentDeclared it) {
        var chat = it.getChat();
        return new Declaration(
                text(it.getTitle()),
                it.getSeverity().name(),
                maybe(it.getDescription()),
                maybe(it.getImpact()),
                maybe(it.getService()),
                maybe(it.getRegion()),
                time(it.getDeclaredAt()),
                chat == null ? null : chat.name(),
                it.getLinks().stream()
                        .map(link -> new WebLink(text(link.getTitle()), text(link.getUrl())))
                        .toList(),
                responders(it.getResponders()),
                it.getResponders().size());
    }

    private static Update update(IncidentUpdated it) {
        var severity = it.getSeverity();
        return new Update(
                maybe(it.getTitle()),
                severity == null ? null : severity.name(),
                maybe(it.getImpact()),
                maybe(it.getNote()),
                responders(it.getAddedResponders()),
                it.getAddedResponders().size(),
                time(it.getUpdatedAt()));
    }

    private static Parking parking(IncidentParked it, Instant writtenAt) {
        requireNone(IncidentLimits.violations(it.getIncident()));
        var platform = it.getPlatform();
        return new Parking(
                declaration(it.getIncident()),
                it.getReason().name(),
                text(it.getDetail()),
                it.getAttempts(),
                time(it.getNextTryAt()),
                time(it.getDeadline()),
                platform == null ? null : platform.name(),
                it.getAppRevision(),
                it.getGeneration(),
                writtenAt);
    }

    private static Opening opening(WarRoomOpened it) {
        var platform = it.getPlatform();
        return new Opening(
                platform == null ? null : platform.name(),
                maybe(it.getRoomId()),
                maybe(it.getRoomName()),
                it.getAppRevision(),
                it.getMembers().stream()
                        .map(member -> new Member(
                                text(member.getPersonId()),
                                text(member.getName()),
                                text(member.getPlatformUserId()),
                                member.getRole().name()))
                        .toList(),
                it.getMembers().size(),
                missing(it.getMissing()),
                it.getMissing().size(),
                time(it.getDeclaredAt()),
                time(it.getOpenedAt()),
                it.getMessages().stream().map(RoomRecords::message).toList(),
                it.getGeneration());
    }

    private static Failing failing(WarRoomFailed it, Instant writtenAt) {
        var platform = it.getPlatform();
        return new Failing(
                platform == null ? null : platform.name(),
                it.getReason().name(),
                text(it.getDetail()),
                maybe(it.getPlatformCode()),
                maybe(it.getPlatformRequestId()),
                it.getAppRevision(),
                missing(it.getMissing()),
                it.getMissingTotal(),
                time(it.getDeclaredAt()),
                time(it.getFailedAt()),
                it.getGeneration(),
                writtenAt);
    }

    private static List<Member> responders(List<Responder> responders) {
        return responders.stream()
                .map(responder -> new Member(
                        text(responder.getPersonId()),
                        text(responder.getName()),
                        maybe(responder.getPlatformUserId()),
                        responder.getRole().name()))
                .toList();
    }

    private static List<Absentee> missing(List<MissingMember> missing) {
        return missing.stream()
                .map(one -> new Absentee(
                        text(one.getPersonId()),
                        text(one.getName()),
                        one.getReason().name(),
                        text(one.getDetail())))
                .toList();
    }

    private static Message message(RoomMessage it) {
        return new Message(
                it.getKind().name(),
                it.getState().name(),
                text(it.getText()),
                time(it.getAt()),
                maybe(it.getMessageId()),
                maybe(it.getDetail()),
                maybe(it.getPlatformCode()),
                maybe(it.getPlatformRequestId()));
    }

    private static Instant writtenAt(ConsumerRecord<byte[], byte[]> record) {
        return record.timestamp() > 0 ? Instant.ofEpochMilli(record.timestamp()) : Instant.now();
    }

    private static void requireNone(List<IncidentLimits.Violation> violations) {
        if (!violations.isEmpty()) {
            throw new UnreadableException(
                    "a limit is not kept: " + violations.getFirst().field());
        }
    }

    /** PostgreSQL holds every character but one. */
    private static String text(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static @Nullable String maybe(@Nullable String text) {
        return text == null ? null : text(text);
    }

    private static Instant time(Instant time) {
        return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
    }

    private static final class UnreadableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }
}
