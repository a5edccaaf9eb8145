package io.warroom.worker.intake;

import io.warroom.event.IncidentLimits;
import org.jspecify.annotations.Nullable;

/** What became of a record at the door. */
sealed interface Reception {

    /**
     * It is inside the contract's limits, and this is to be done.
     *
     * @param turn behind whatever came before it for the same incident; closed when nothing more is done
     */
    record Accepted(String tenantId, Turns.Turn turn, Handling handling) implements Reception {}

    /**
     * Nobody can read or accept it, now or later.
     *
     * @param subject whose it is, as far as it says
     */
    record Rejected(Reason reason, String words, Subject subject) implements Reception {

        Rejected(Reason reason, String words) {
            this(reason, words, Subject.UNKNOWN);
        }
    }

    /**
     * What a rejected record names.
     *
     * @param handling ends the incident; null where the record names none, or is no declaration
     */
    record Subject(
            @Nullable String tenantId,
            @Nullable String incidentId,
            @Nullable Handling handling) {

        static final Subject UNKNOWN = new Subject(null, null, null);

        /** Ids that are none are left out. */
        static Subject of(String tenantId, String incidentId, @Nullable Handling handling) {
            if (!IncidentLimits.isTenantId(tenantId)) {
                return UNKNOWN;
            }
            return IncidentLimits.isIncidentId(incidentId)
                    ? new Subject(tenantId, incidentId, handling)
                    : new Subject(tenantId, null, null);
        }
    }

    /** The schema registry did not answer: the record may be good. */
    record NotReadableNow(Throwable cause) implements Reception {}

    /** What is to be done with an accepted record. */
    interface Handling {

        /**
         * Blocks until it is done; may be called again after it failed.
         *
         * @throws InterruptedException when the worker stops meanwhile: it is not done
         */
        void run() throws InterruptedException;

        /**
         * Blocks until the record may be sent to another partition.
         *
         * @throws InterruptedException when the worker stops meanwhile
         */
        default void awaitLeave() throws InterruptedException {}

        /**
         * It failed again and again and will not be run any more: says so where its readers look.
         *
         * @param words why, for a person
         * @return false when there is no such place
         * @throws InterruptedException when the worker stops meanwhile: it is not said
         */
        default boolean giveUp(String words) throws InterruptedException {
            return false;
        }

        /**
         * Its record is rejected: publishes that as the incident's result, unless it has one or waits.
         *
         * @param detail why, for a person
         * @throws InterruptedException when the worker stops meanwhile: it is not published
         */
        default void publishRejection(String detail) throws InterruptedException {}
    }

    /** Why, for programs; the word in the header {@code warroom-reason}. */
    enum Reason {
        NO_VALUE,
        NOT_AVRO,
        UNKNOWN_SCHEMA,
        WRONG_TYPE,
        KEY_MISMATCH,
        OUTSIDE_LIMITS,
        /** It is not in its tenant's partition and does not fit there. */
        TOO_LARGE,
        /** It was sent to its tenant's partition too often. */
        ASTRAY,
        /** Bringing it to its end failed too often, and nothing outside was the reason. */
        WORKER_FAILED
    }
}
