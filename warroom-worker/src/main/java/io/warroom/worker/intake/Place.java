package io.warroom.worker.intake;

import java.time.Duration;

/** A record's place in the window, as its own thread sees it. */
interface Place {

    /** Partitions of the record's topic. */
    int partitions();

    /** False when the worker stops: nothing is begun any more. */
    boolean goesOn();

    /**
     * Waits so long, or until the worker stops.
     *
     * @throws InterruptedException when the worker no longer waits for this thread
     */
    void pause(Duration atMost) throws InterruptedException;

    /** Others may have the place while the record waits for one before it. {@link #takeBack} must follow. */
    void lend();

    /** The record's turn has come, or it waits no longer. */
    void takeBack();
}
