package io.warroom.worker.intake;

import io.warroom.worker.opening.FollowUp;

/** Tells an incident's room what is new of it. */
public interface FollowUpHandler {

    /**
     * Blocks until that is safe.
     *
     * @return false when nothing is known of the incident
     * @throws InterruptedException when the worker stops meanwhile: it is not done
     */
    boolean follow(FollowUp news) throws InterruptedException;
}
