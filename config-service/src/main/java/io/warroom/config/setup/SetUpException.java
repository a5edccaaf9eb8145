package io.warroom.config.setup;

import org.jspecify.annotations.Nullable;

/** Ends the set-up. Its message is the line that the operator reads: what is wrong, and what to do. */
final class SetUpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SetUpException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
