package io.warroom.config.room;

import static io.warroom.config.room.JsonSize.cut;
import static io.warroom.config.room.JsonSize.cutIfAny;

import io.warroom.event.MessageKind;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a record says of an incident, without what a dashboard has no business with (mobile numbers, e-mail addresses). Each is bounded
 * in bytes when it is made: texts are cut, and of people as many are kept as fit, with their number.
 */
sealed interface Saying {

    /** Bytes of a title, a region or an id: what their limits allow is kept whole. */
    int LINE_BYTES = 1100;

    /** Bytes of a sentence of a worker or a platform. */
    int DETAIL_BYTES = 2048;

    /**
     * {@code incident-declared}.
     *
     * @param responders the first of them
     * @param respondersTotal how many there are
     */
    record Declaration(
            String title,
            String severity,
            @Nullable String description,
            @Nullable String impact,
            @Nullable String service,
            @Nullable String region,
            Instant declaredAt,
            @Nullable String chat,
            List<WebLink> links,
            List<Member> responders,
            int respondersTotal)
            implements Saying {

        public Declaration {
            title = cut(title, LINE_BYTES);
            description = cutIfAny(description, 4096);
            impact = cutIfAny(impact, DETAIL_BYTES);
            service = cutIfAny(service, 512);
            region = cutIfAny(region, LINE_BYTES);
            links = JsonSize.first(links, 4096, WebLink::bytes);
            respondersTotal = Math.max(respondersTotal, responders.size());
            responders = JsonSize.first(responders, 6144, Member::bytes);
        }
    }

    /**
     * {@code incident-updated}; null fields are unchanged.
     *
     * @param added the first of those who were added, at most {@link #NAMES}
     * @param addedTotal how many were added
     */
    record Update(
            @Nullable String title,
            @Nullable String severity,
            @Nullable String impact,
            @Nullable String note,
            List<Member> added,
            int addedTotal,
            Instant updatedAt)
            implements Saying {

        /** So many people of an update are named. */
        static final int NAMES = 20;

        public Update {
            title = cutIfAny(title, LINE_BYTES);
            impact = cutIfAny(impact, DETAIL_BYTES);
            note = cutIfAny(note, DETAIL_BYTES);
            addedTotal = Math.max(addedTotal, added.size());
            added = JsonSize.first(added.subList(0, Math.min(NAMES, added.size())), 4096, Member::bytes);
        }

        int bytes() {
            return 256
                    + JsonSize.bytes(title)
                    + JsonSize.bytes(impact)
                    + JsonSize.bytes(note)
                    + added.stream().mapToInt(Member::bytes).sum();
        }
    }

    /** {@code incident-resolved}. */
    record Resolution(@Nullable String summary, Instant resolvedAt) implements Saying {

        public Resolution {
            summary = cutIfAny(summary, 4096);
        }
    }

    /**
     * {@code incident-parked}.
     *
     * @param generation which room of the incident is to be opened; 0 in what was stored before rooms had generations
     * @param writtenAt when the record was written; null in what was stored before that was kept
     */
    record Parking(
            Declaration incident,
            String reason,
            String detail,
            int attempts,
            Instant nextTryAt,
            Instant deadline,
            @Nullable String platform,
            @Nullable Long appRevision,
            int generation,
            @Nullable Instant writtenAt)
            implements Saying {

        public Parking {
            detail = cut(detail, DETAIL_BYTES);
        }
    }

    /**
     * {@code war-room-opened}.
     *
     * @param members the first of them
     * @param membersTotal how many are in the room
     * @param missing the first of them
     * @param missingTotal how many are missing
     * @param messages the first one, and the newest others that fit
     * @param generation which room of the incident it is; 0 in what was stored before rooms had generations
     */
    record Opening(
            @Nullable String platform,
            @Nullable String roomId,
            @Nullable String roomName,
            @Nullable Long appRevision,
            List<Member> members,
            int membersTotal,
            List<Absentee> missing,
            int missingTotal,
            Instant declaredAt,
            Instant openedAt,
            List<Message> messages,
            int generation)
            implements Saying {

        public Opening {
            roomId = cutIfAny(roomId, LINE_BYTES);
            roomName = cutIfAny(roomName, LINE_BYTES);
            membersTotal = Math.max(membersTotal, members.size());
            members = JsonSize.first(members, 56 * 1024, Member::bytes);
            missingTotal = Math.max(missingTotal, missing.size());
            missing = JsonSize.first(missing, 20 * 1024, Absentee::bytes);
            // Facts that were kept before messages were told have none.
            var all = Objects.requireNonNullElse(messages, List.<Message>of());
            messages = !all.isEmpty() && Message.isFirst(all.getFirst())
                    ? JsonSize.firstAndLast(all, 32 * 1024, Message::bytes)
                    : JsonSize.last(all, 32 * 1024, Message::bytes);
        }
    }

    /**
     * {@code war-room-failed}.
     *
     * @param missing the first of them
     * @param missingTotal how many are missing
     * @param generation which room of the incident could not be opened; 0 in what was stored before rooms had generations
     * @param writtenAt when the record was written; null in what was stored before that was kept
     */
    record Failing(
            @Nullable String platform,
            String reason,
            String detail,
            @Nullable String platformCode,
            @Nullable String platformRequestId,
            @Nullable Long appRevision,
            List<Absentee> missing,
            int missingTotal,
            Instant declaredAt,
            Instant failedAt,
            int generation,
            @Nullable Instant writtenAt)
            implements Saying {

        public Failing {
            detail = cut(detail, DETAIL_BYTES);
            platformCode = cutIfAny(platformCode, 256);
            platformRequestId = cutIfAny(platformRequestId, 256);
            missingTotal = Math.max(missingTotal, missing.size());
            missing = JsonSize.first(missing, 16 * 1024, Absentee::bytes);
        }
    }

    /**
     * {@code war-room-closed}.
     *
     * @param generation which room of the incident it is; 0 in what was stored before rooms had generations
     */
    record Closing(
            String platform,
            String roomId,
            boolean dissolved,
            Instant closedAt,
            @Nullable Message message,
            int generation)
            implements Saying {

        public Closing {
            roomId = cut(roomId, LINE_BYTES);
        }
    }

    /** A tombstone: what the topic said of this incident is taken back. */
    enum TakenBack implements Saying {
        PARKED,
        OPENED,
        FAILED,
        CLOSED
    }

    /** Somebody who should be, or is, in the room. */
    record Member(String personId, String name, @Nullable String platformUserId, String role) {

        int bytes() {
            return 64
                    + JsonSize.bytes(personId)
                    + JsonSize.bytes(name)
                    + JsonSize.bytes(platformUserId)
                    + JsonSize.bytes(role);
        }
    }

    /** Somebody who should be in the room and is not. */
    record Absentee(String personId, String name, String reason, String detail) {

        public Absentee {
            detail = cut(detail, 512);
        }

        int bytes() {
            return 64
                    + JsonSize.bytes(personId)
                    + JsonSize.bytes(name)
                    + JsonSize.bytes(reason)
                    + JsonSize.bytes(detail);
        }
    }

    /** Something that was said in the room, and what came of it. */
    record Message(
            String kind,
            String state,
            String text,
            Instant at,
            @Nullable String messageId,
            @Nullable String detail,
            @Nullable String platformCode,
            @Nullable String platformRequestId) {

        public Message {
            text = cut(text, 4096);
            messageId = cutIfAny(messageId, 256);
            detail = cutIfAny(detail, 1024);
            platformCode = cutIfAny(platformCode, 256);
            platformRequestId = cutIfAny(platformRequestId, 256);
        }

        static boolean isFirst(Message message) {
            return MessageKind.FIRST.name().equals(message.kind());
        }

        int bytes() {
            return 224
                    + JsonSize.bytes(text)
                    + JsonSize.bytes(messageId)
                    + JsonSize.bytes(detail)
                    + JsonSize.bytes(platformCode)
                    + JsonSize.bytes(platformRequestId);
        }
    }

    /** A link of the incident. */
    record WebLink(String title, String url) {

        int bytes() {
            return 24 + JsonSize.bytes(title) + JsonSize.bytes(url);
        }
    }
}
