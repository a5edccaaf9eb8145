package io.warroom.config.operations;

import io.warroom.config.outbox.OutboxRelay;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Keeps commands away from a database that a service is changing. */
final class LiveService {

    /** While it is open, no service's relay begins. */
    interface Absence extends AutoCloseable {
        @Override
        void close();
    }

    private LiveService() {}

    /**
     * Takes the place of the one relay for as long as the absence lasts.
     *
     * @throws OperationFailedException when a service runs, unless forced
     */
    static Absence required(Handle session, boolean force) {
        if (OutboxRelay.takePlace(session)) {
            return () -> OutboxRelay.leavePlace(session);
        }
        if (!force) {
            throw new OperationFailedException(
                    "a config service runs on this database and may change it meanwhile. Stop all instances, or say --force.");
        }
        return () -> {};
    }

    /** The same for a moment: for a command that itself has the outbox published. */
    static void requireNone(Jdbi jdbi, boolean force) {
        try (var session = jdbi.open()) {
            required(session, force).close();
        }
    }
}
