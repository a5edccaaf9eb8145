package io.warroom.config.room;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a record says of an incident, without what a dashboard has no business with (mobile numbers, e-mail addresses). */
sealed interface Saying {

    /** {@code incident-declared}. */
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
            List<Member> responders)
            implements Saying {}

    /** {@code incident-updated}; null fields are unchanged. */
    record Update(
            @Nullable String title,
            @Nullable String severity,
            @Nullable String impact,
            @Nullable String note,
            List<Member> added,
            Instant updatedAt)
            implements Saying {}

    /** {@code incident-resolved}. */
    record Resolution(@Nullable String summary, Instant resolvedAt) implements Saying {}

    /** {@code incident-parked}. */
    record Parking(
            Declaration incident,
            String reason,
            String detail,
            int attempts,
            Instant nextTryAt,
            Instant deadline,
            @Nullable String platform,
            @Nullable Long appRevision)
            implements Saying {}

    /** {@code war-room-opened}. */
    record Opening(
            @Nullable String platform,
            @Nullable String roomId,
            @Nullable String roomName,
            @Nullable Long appRevision,
            List<Member> members,
            List<Absentee> missing,
            Instant declaredAt,
            Instant openedAt,
            List<Message> messages)
            implements Saying {

        public Opening {
            // Facts that were kept before messages were told have none.
            messages = Objects.requireNonNullElse(messages, List.of());
        }
    }

    /** {@code war-room-failed}. */
    record Failing(
            @Nullable String platform,
            String reason,
            String detail,
            @Nullable String platformCode,
            @Nullable String platformRequestId,
            @Nullable Long appRevision,
            List<Absentee> missing,
            Instant declaredAt,
            Instant failedAt)
            implements Saying {}

    /** {@code war-room-closed}. */
    record Closing(
            String platform,
            String roomId,
            boolean dissolved,
            Instant closedAt,
            @Nullable Message message) implements Saying {}

    /** A tombstone: what the topic said of this incident is taken back. */
    enum TakenBack implements Saying {
        PARKED,
        OPENED,
        FAILED,
        CLOSED
    }

    /** Somebody who should be, or is, in the room. */
    record Member(String personId, String name, @Nullable String platformUserId, String role) {}

    /** Somebody who should be in the room and is not. */
    record Absentee(String personId, String name, String reason, String detail) {}

    /** Something that was said in the room, and what came of it. */
    record Message(
            String kind,
            String state,
            String text,
            Instant at,
            @Nullable String messageId,
            @Nullable String detail,
            @Nullable String platformCode,
            @Nullable String platformRequestId) {}

    /** A link of the incident. */
    record WebLink(String title, String url) {}
}
