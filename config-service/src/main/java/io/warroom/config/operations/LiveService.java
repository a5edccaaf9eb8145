package io.warroom.config.operations;

import io.warroom.config.outbox.OutboxRelay;
import org.jdbi.v3.core.Handle;

/** Keeps commands away from a database that a service is changing. */
final class LiveService {

    private LiveService() {}

    /**
     * Takes the place of the one relay for as long as the session lasts, so that no service begins meanwhile.
     *
     * @throws OperationFailedException when a service runs, unless forced
     */
    static void mustNotRun(Handle session, boolean force) {
        if (!OutboxRelay.takePlace(session) && !force) {
            throw new OperationFailedException(
                    "a config service runs on this database and may change it meanwhile. Stop all instances, or say --force.");
        }
    }
}
