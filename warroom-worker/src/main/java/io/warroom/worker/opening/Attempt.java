package io.warroom.worker.opening;

import io.warroom.platform.App;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How trying something for an incident went. */
sealed interface Attempt {

    /** Nothing is left to do: what came of it is published. */
    record Ended() implements Attempt {}

    /**
     * It cannot be done now.
     *
     * @param app that was tried; null when there was none
     * @param pause how long the platform wants to be left alone; zero when it does not say
     */
    record MustWait(
            Waiting.Reason reason, String words, @Nullable App app, Duration pause, boolean roomMayExist)
            implements Attempt {}
}
