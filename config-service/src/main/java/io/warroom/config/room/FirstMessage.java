package io.warroom.config.room;

import io.warroom.event.MessageState;

/** What came of the first message of a room. */
enum FirstMessage {
    /** The platform took it. */
    SENT,
    /** It was not posted yet, or no answer came; it is posted again. */
    PENDING,
    /** The platform refused it: the room is silent. */
    REFUSED,
    /** It could not be posted in time: the room is silent. */
    GIVEN_UP;

    /** @param state of the message, by the name of a {@link MessageState} */
    static FirstMessage of(String state) {
        return switch (MessageState.valueOf(state)) {
            case SENT -> SENT;
            case REFUSED -> REFUSED;
            case GIVEN_UP -> GIVEN_UP;
            case UNANSWERED, UNKNOWN -> PENDING;
        };
    }
}
