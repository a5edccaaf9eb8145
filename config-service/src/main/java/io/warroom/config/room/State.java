package io.warroom.config.room;

/** Where an incident's room stands. */
enum State {
    /** Declared; nothing has come of it yet. */
    DECLARED,
    /** Parked: tried again by itself, until its deadline. */
    WAITING,
    /** The room is open, or the incident asked for none. */
    OPENED,
    /** No room was opened and none will be. */
    FAILED,
    /** The room was closed after its incident was resolved. */
    CLOSED
}
