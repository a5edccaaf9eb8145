package io.warroom.worker.opening;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the workers' own topics tell about incidents: how they ended, and which wait. */
public interface Ledger {

    /** The state of an incident: of its newest generation. */
    sealed interface Standing {
        /** Nothing is known of it. */
        record Unknown() implements Standing {}

        /** It is parked and has no room in this generation yet. */
        record Waits(Waiting waiting) implements Standing {}

        /**
         * Its room is open.
         *
         * @param untold waits to tell the room what is pending, or to post its first message; null when nothing does
         */
        record Open(OpenRoom room, @Nullable Waiting untold) implements Standing {}

        /**
         * It failed, and does not wait.
         *
         * @param declaredAt of the declaration that failed
         * @param roomMayExist a create was sent and never answered
         */
        record Failed(Instant declaredAt, Instant failedAt, int generation, boolean roomMayExist) implements Standing {}

        /**
         * Its room was closed.
         *
         * @param until an incident that was declared by then is this one
         */
        record Closed(int generation, Instant until) implements Standing {}

        /** No chat was asked for. */
        record WithoutChat() implements Standing {}
    }

    /** How it stands by all that was read and written. */
    Standing standing(String tenantId, String incidentId);

    /** What is parked of it, if anything is. */
    Optional<Waiting> waiting(Incident incident);

    /**
     * Publishes the known result of the newest generation again, byte for byte.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void repeatResult(Incident incident);

    /** What came of parking an incident. */
    enum Parking {
        /** It is safe, so that the incident's record is done. */
        PARKED,
        /** As many of its tenant wait, or as many bytes of them, as may: nothing was written. */
        LIMIT_EXCEEDED
    }

    /**
     * Parks it, unless its tenant has reached its limits.
     *
     * @throws RuntimeException when it could not be made safe
     */
    Parking park(Waiting waiting);

    /**
     * It waits no longer: its result is safe.
     *
     * @throws RuntimeException when that could not be made safe
     */
    void release(Incident incident);
}
