package io.warroom.platform;

/**
 * Somebody who is not in the room, and why.
 *
 * @param detail in words for people; never holds a secret
 */
public record Missing(Person person, Reason reason, String detail) {

    /** The platform has not said that there is nobody: asking later is of use. */
    public boolean mayBeFoundLater() {
        return reason == Reason.LOOKUP_FAILED;
    }

    /** Why, for programs. */
    public enum Reason {
        /** Neither platform user id nor mobile nor (where the platform can look it up) e-mail was given. */
        NO_CONTACT,
        NOT_FOUND,
        /** Exists, but the app may not see or add the person. */
        OUT_OF_APP_RANGE,
        REFUSED,
        RESIGNED,
        ROOM_FULL,
        /** The platform did not answer the look-up, or refuses look-ups for now. */
        LOOKUP_FAILED
    }
}
