package io.warroom.worker.intake;

import io.warroom.worker.opening.Declaration;
import io.warroom.worker.opening.Incident;

/** Takes an accepted incident to its end. */
public interface IncidentHandler {

    /**
     * Blocks until the incident's result is safe.
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done
     */
    void open(Declaration declaration) throws InterruptedException;

    /**
     * Ends an incident at which this worker fails again and again; blocks until that is safe.
     *
     * @param words why, for a person
     * @return false when it cannot be said of the incident: the record is then rejected
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done
     */
    default boolean giveUp(Incident incident, String words) throws InterruptedException {
        return false;
    }

    /**
     * Ends an incident whose declaration is rejected, unless it has a result or waits; blocks until that is safe.
     *
     * @param detail why, for a person
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done
     */
    default void reject(Incident incident, String detail) throws InterruptedException {}
}
