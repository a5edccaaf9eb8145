package io.warroom.config.sealing;

import org.jspecify.annotations.Nullable;

/** The public keyset cannot be used. Its message is the line that the operator reads: what is wrong, and what to do. */
public final class UnusableKeysetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableKeysetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
