package io.warroom.worker.opening;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where results go. */
public interface Results {

    /**
     * Publishes the result and returns when it is safe. Publishing the same result again is allowed: it carries the same
     * event id.
     *
     * @throws RuntimeException when it could not be made safe: the incident is then not done, and is tried again
     */
    void publish(Result result);

    /**
     * Publishes the room again, with its first message or why it will never have it.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void briefed(OpenRoom room);

    /**
     * Publishes the room as it is now, after an update, and returns when that is safe.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void changed(OpenRoom room);

    /**
     * Publishes that the room was closed, and returns when that is safe.
     *
     * @param resolution that closed it
     * @param dissolved whether the platform dissolved it
     * @param message what was said in it of the end; null when nothing was
     * @throws RuntimeException when it could not be made safe
     */
    void closed(
            OpenRoom room, FollowUp.Resolution resolution, boolean dissolved, @Nullable Message message, Instant at);
}
