package io.warroom.worker.opening;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reports to administrators how an app fares, when that changes. */
public interface AppHealth {

    /** How it fares. */
    enum State {
        HEALTHY,
        /** The platform rejected its key: it is not tried again at this revision. */
        KEY_REJECTED,
        /** An administrator must mend its set-up, here or on the platform. */
        MISCONFIGURED,
        /** Its calls of this period are used up. */
        QUOTA_EXHAUSTED
    }

    /**
     * Publishes the state and returns when that is safe.
     *
     * @param detail for people: what was found and what to do
     * @param platformCode the platform's code as it came, or null
     * @throws RuntimeException when it could not be made safe
     */
    void report(AppId app, long revision, State state, String detail, @Nullable String platformCode, Instant at);
}
