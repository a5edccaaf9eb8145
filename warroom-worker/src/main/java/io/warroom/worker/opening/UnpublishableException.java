package io.warroom.worker.opening;

import org.jspecify.annotations.Nullable;

/** The broker or the serializer refuses this record whenever it is sent: its topic takes no record of this size, or it cannot be encoded. */
public final class UnpublishableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnpublishableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
