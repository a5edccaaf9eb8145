package io.warroom.local;

import java.io.Serial;

/**
 * Something stands in the way of the local stack. The message is written for the person at the terminal: what happened, to
 * which part, and where to look; the command line prints it alone, without a stack trace.
 */
public final class LocalStackException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** An obstacle that has no other exception behind it. */
    public LocalStackException(String message) {
        super(message);
    }

    /** An obstacle met as {@code cause}. */
    public LocalStackException(String message, Throwable cause) {
        super(message, cause);
    }
}
