package io.warroom.worker.opening;

import io.warroom.platform.Failure;
import io.warroom.platform.Posted;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message to a room, and what came of it.
 *
 * @param text as given to the platform, or as it would have been
 * @param at when that was known
 * @param messageId the platform's, where it gave one
 * @param detail why it was not taken, in words; null when it was
 * @param platformCode the platform's error code, where it gave one
 * @param platformRequestId the platform's id of the call, where it gave one
 */
public record Message(
        Kind kind,
        State state,
        String text,
        Instant at,
        @Nullable String messageId,
        @Nullable String detail,
        @Nullable String platformCode,
        @Nullable String platformRequestId) {

    /** What it is about. */
    public enum Kind {
        FIRST,
        UPDATE,
        RESOLUTION
    }

    /** What came of it. */
    public enum State {
        SENT,
        /** Perhaps it arrived: it is not sent again, as no platform but Lark would drop the repeat. */
        UNANSWERED,
        REFUSED,
        /** Its time was over. */
        GIVEN_UP
    }

    static Message sent(Kind kind, String text, Instant at, Posted posted) {
        return new Message(kind, State.SENT, text, at, posted.messageId(), null, null, null);
    }

    /** @param state UNANSWERED or REFUSED */
    static Message troubled(Kind kind, State state, String text, Instant at, Failure why) {
        return new Message(kind, state, text, at, null, why.words(), why.code(), why.requestId());
    }

    static Message givenUp(Kind kind, String text, Instant at, String words) {
        return new Message(kind, State.GIVEN_UP, text, at, null, words, null, null);
    }
}
