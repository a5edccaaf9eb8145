package io.warroom.config.incident;

import io.warroom.config.http.TenantId;
import java.time.Instant;

/** What a declaration does, by what the read model knows of its incident when it is declared. */
public enum DeclarationEffect {
    /** The incident is new: a room is opened. */
    OPENS,
    /** The incident waits: this declaration takes the place of the earlier one and is tried at once. */
    REPLACES_WAITING,
    /** No room was opened: it is tried again. */
    TRIES_AGAIN,
    /** The incident has its room, or its result: the result is published again and nothing changes. */
    REPEATS,
    /** The room was closed: another room is opened. */
    OPENS_ANOTHER,
    /** The read model did not answer in time. */
    UNKNOWN;

    /** Looks the effect up. Safe for concurrent use. */
    @FunctionalInterface
    public interface Lookup {

        /** Returns within about half a second. */
        DeclarationEffect of(TenantId tenant, String incidentId, Instant declaredAt) throws InterruptedException;
    }
}
