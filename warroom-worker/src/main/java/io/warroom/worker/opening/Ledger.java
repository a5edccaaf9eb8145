package io.warroom.worker.opening;

/** What the workers' own topics tell about incidents: how they ended, and which wait. */
public interface Ledger {

    /** What is known of an incident. */
    enum Entry {
        /** Nothing. */
        NEW,
        /** It has its result. */
        ENDED,
        /** It is parked and will be tried by itself. */
        WAITS
    }

    /** Known results first. A failed incident that was declared anew (another time of declaration) is new. */
    Entry find(Incident incident);

    /**
     * Publishes the result that is known, byte for byte, for whoever replays.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void repeatResult(Incident incident);

    /**
     * Parks it: returns when that is safe, so that the incident's record is done.
     *
     * @throws RuntimeException when it could not be made safe
     */
    void park(Waiting waiting);

    /**
     * It waits no longer: its result is safe.
     *
     * @throws RuntimeException when that could not be made safe
     */
    void release(Incident incident);
}
