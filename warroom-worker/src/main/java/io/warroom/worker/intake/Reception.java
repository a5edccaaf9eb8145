package io.warroom.worker.intake;

/** What became of a record at the door. */
sealed interface Reception {

    /** It is inside the contract's limits, and this is to be done. */
    record Accepted(String tenantId, Handling handling) implements Reception {}

    /** Nobody can read or accept it, now or later. */
    record Rejected(Reason reason, String words) implements Reception {}

    /** The schema registry did not answer: the record may be good. */
    record NotReadableNow(RuntimeException cause) implements Reception {}

    /** What is to be done with an accepted record. */
    interface Handling extends AutoCloseable {

        /**
         * Blocks until what came before it for the same incident is done.
         *
         * @throws InterruptedException when the worker stops meanwhile
         */
        default void await() throws InterruptedException {}

        /**
         * Blocks until it is done; may be called again after it failed.
         *
         * @throws InterruptedException when the worker stops meanwhile: it is not done
         */
        void run() throws InterruptedException;

        /** It will not be run again, done or not. */
        @Override
        default void close() {}
    }

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
