package io.warroom.worker.opening;

/** Where results go. */
public interface Results {

    /**
     * Publishes the result and returns when it is safe. Publishing the same result again is allowed: it carries the same
     * event id.
     *
     * @throws RuntimeException when it could not be made safe: the incident is then not done, and is tried again
     */
    void publish(Result result);
}
