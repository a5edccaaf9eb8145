package io.warroom.platform;

import org.jspecify.annotations.Nullable;

/**
 * Why a call did not do what was asked. Beyond the platform's package nobody reads the code: it is for the log and the result.
 *
 * @param kind for programs
 * @param words for people: what happened and what to do; never holds a secret
 * @param code the platform's code as it came, or null when there was no answer
 * @param requestId the platform's request id for its support, or null
 */
public record Failure(
        Kind kind,
        String words,
        @Nullable String code,
        @Nullable String requestId) {

    /** The same trouble, known to be of another kind. */
    public Failure as(Kind other) {
        return new Failure(other, words, code, requestId);
    }

    /** What kind of trouble it is, in our words. */
    public enum Kind {
        /** No answer, or one that is no answer of the platform: connection, time-out, 5xx, wrong body. */
        UNREACHABLE,
        /** Too many calls for now. */
        THROTTLED,
        /** The platform is still busy with the same request. */
        IN_PROGRESS,
        /** The app's id or secret was refused. */
        KEY_REJECTED,
        /** A token that was fetched a moment before was refused, as the one before it was. It may pass; else the app is disabled. */
        TOKEN_REFUSED,
        /** An administrator must change something: permission, range, template, robot, allowed address. */
        MISCONFIGURED,
        /** The tenant's paid calls are used up. */
        QUOTA_EXHAUSTED,
        /** Fewer people than the platform's least. */
        TOO_FEW_PEOPLE,
        /** The platform refuses this content or these people. */
        REFUSED,
        /** The room is not there, or not ours. */
        ROOM_GONE,
        /** A code that no table lists. */
        UNLISTED
    }
}
