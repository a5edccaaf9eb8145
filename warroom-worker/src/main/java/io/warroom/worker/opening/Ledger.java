package io.warroom.worker.opening;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the workers' own topics tell about incidents: how they ended, and which wait. */
public interface Ledger {

    /** What is known of an incident. */
    enum Entry {
        /** Nothing. */
        NEW,
        /** It has its result. */
        ENDED,
        /** It is parked and will be tried by itself. */
        WAITS
    }

    /** How an incident stands, for whoever has something to say of it. */
    sealed interface Standing {
        /** Nothing is known of it, but perhaps that it failed once. */
        record Unknown() implements Standing {}

        /** Its room is not open yet. */
        record Waits(Waiting waiting) implements Standing {}

        /**
         * Its room is open.
         *
         * @param untold waits to tell the room what is pending, or to post its first message; null when nothing does
         */
        record Open(OpenRoom room, @Nullable Waiting untold) implements Standing {}

        /** No chat was asked for, or its room was closed. */
        record Over() implements Standing {}
    }

    /** How it stands by all that was read and written. */
    Standing standing(String tenantId, String incidentId);

    /** What is parked of it, if anything is. */
    Optional<Waiting> waiting(Incident incident);

    /** Known results first. A failed incident that was declared anew (another time of declaration) is new. */
    Entry find(Incident incident);

    /**
     * Publishes the result that is known, byte for byte, for whoever replays.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void repeatResult(Incident incident);

    /**
     * Parks it: returns when that is safe, so that the incident's record is done.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void park(Waiting waiting);

    /**
     * It waits no longer: its result is safe.
     *
     * @throws RuntimeException when that could not be made safe
     */
    void release(Incident incident);
}
