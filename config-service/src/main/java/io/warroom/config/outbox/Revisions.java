package io.warroom.config.outbox;

import java.time.Instant;

/**
 * Numbers changes so that a number is never published twice with different contents. A database that was restored, or failed over
 * without its last commits, remembers an older number than consumers have seen; the time is beyond both.
 */
public final class Revisions {

    private Revisions() {}

    /**
     * The number of the change that follows. Less than 2^53, so that every JSON reader keeps it exact.
     *
     * @param before of the change before it; 0 when there is none
     */
    public static long after(long before, Instant now) {
        return Math.max(before + 1, now.toEpochMilli());
    }
}
