package io.warroom.worker.intake;

import io.warroom.worker.opening.Incident;

/** Takes an accepted incident to its end. */
public interface IncidentHandler {

    /**
     * Blocks until the incident's result is safe.
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done
     */
    void open(Incident incident) throws InterruptedException;
}
