package io.warroom.platform;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a check of an app found out.
 *
 * @param code for programs; its name is part of the API
 * @param words for people: what was found; never holds a secret
 * @param remedy what an administrator must do, and where in the platform's console; null when there is nothing to do
 * @param platformCode the platform's own code as it came, or null when there was none
 * @param requestId the platform's request id for its support, or null
 */
public record AppFinding(
        Severity severity,
        Code code,
        String words,
        @Nullable String remedy,
        @Nullable String platformCode,
        @Nullable String requestId) {

    /** How bad it is. */
    public enum Severity {
        /** Rooms cannot be opened with this app as it is. */
        ERROR,
        /** Rooms can be opened, but something will not work, or will stop working. */
        WARNING,
        /** Nobody knows: the platform did not say, or cannot be asked. */
        UNCHECKED,
        /** Was checked, and is as it must be. */
        OK
    }

    /** What was found. */
    public enum Code {
        KEY_ACCEPTED,
        KEY_REJECTED,
        ADDRESS_BOOK_KEY_ACCEPTED,
        ADDRESS_BOOK_KEY_REJECTED,
        ENDPOINT_NOT_ALLOWED,
        /** Our address is not on the app's list. */
        ADDRESS_NOT_ALLOWED,
        APP_ENABLED,
        APP_DISABLED,
        ORGANISATION_DISABLED,
        SERVICE_ID_CONFIRMED,
        SERVICE_ID_WRONG,
        SERVICE_ID_NOT_CHECKED,
        RANGE_SUFFICIENT,
        RANGE_TOO_SMALL,
        PERMISSIONS_GRANTED,
        PERMISSION_MISSING,
        BOT_READY,
        BOT_NOT_READY,
        OWNER_FOUND,
        OWNER_NOT_USABLE,
        TEMPLATE_UNUSABLE,
        ROBOT_UNUSABLE,
        TEST_ROOM_OPENED,
        /** Only a room would show it, and none was made. */
        TEST_ROOM_NEEDED,
        /** A test room could not be dissolved. */
        TEST_ROOM_LEFT,
        QUOTA_EXHAUSTED,
        /** The platform said no to a question for a reason of its own. */
        REFUSED,
        UNREACHABLE,
        THROTTLED,
        OUT_OF_TIME
    }

    /** What is as it must be. */
    public static AppFinding ok(Code code, String words) {
        return new AppFinding(Severity.OK, code, words, null, null, null);
    }

    /** What follows from a failure of a call. */
    public static AppFinding of(Severity severity, Code code, Failure why, @Nullable String remedy) {
        return new AppFinding(severity, code, why.words(), remedy, why.code(), why.requestId());
    }

    /** What follows from an answer that is no failure. */
    public static AppFinding of(Severity severity, Code code, String words, @Nullable String remedy) {
        return new AppFinding(severity, code, words, remedy, null, null);
    }
}
