package io.warroom.config.operations;

import java.io.PrintStream;

/** One command: first says what it would do, then does it. */
interface Operation {

    /**
     * Runs it to its end.
     *
     * @param out where it says what it does
     * @throws OperationFailedException with a line for whoever typed the command
     * @throws InterruptedException when it was told to stop; what is not done yet is done by running it again
     */
    void run(OperationRequest request, PrintStream out) throws InterruptedException;
}
