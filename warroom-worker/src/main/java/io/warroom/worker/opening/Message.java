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
        /** It may have arrived; no other post followed. Records of older workers have it: a post without an answer is repeated now. */
        UNANSWERED,
        REFUSED,
        /** Its deadline passed; a post without an answer may have arrived. */
        GIVEN_UP
    }

    static Message sent(Kind kind, String text, Instant at, Posted posted) {
        return new Message(kind, State.SENT, text, at, posted.messageId(), null, null, null);
    }

    static Message refused(Kind kind, String text, Instant at, Failure why) {
        return new Message(kind, State.REFUSED, text, at, null, why.words(), why.code(), why.requestId());
    }

    static Message givenUp(Kind kind, String text, Instant at, String words) {
        return new Message(kind, State.GIVEN_UP, text, at, null, words, null, null);
    }
}
