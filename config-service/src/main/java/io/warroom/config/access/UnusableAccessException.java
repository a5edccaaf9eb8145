package io.warroom.config.access;

/** Nobody could sign in, or not as configured. Its message is the line that the operator reads: what is wrong, and what to do. */
public final class UnusableAccessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableAccessException(String message) {
        super(message);
    }
}
