package io.warroom.worker.intake;

import io.warroom.worker.opening.Incident;

/** What became of a record at the door. */
sealed interface Reception {

    /** It is an incident inside the contract's limits. */
    record Accepted(Incident incident) implements Reception {}

    /** Nobody can read or accept it, now or later. */
    record Rejected(Reason reason, String words) implements Reception {}

    /** The schema registry did not answer: the record may be good. */
    record NotReadableNow(RuntimeException cause) implements Reception {}

    /** Why, for programs; the word in the header {@code warroom-reason}. */
    enum Reason {
        NO_VALUE,
        NOT_AVRO,
        UNKNOWN_SCHEMA,
        WRONG_TYPE,
        KEY_MISMATCH,
        OUTSIDE_LIMITS
    }
}
