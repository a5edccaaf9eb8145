package io.warroom.e2e.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the topics tell of one incident. Guarded by the watch that keeps it. */
final class Story {

    /**
     * One result.
     *
     * @param opened else failed
     * @param room empty for a failure
     * @param revision of the app that opened it; -1 when none is named
     * @param timestamp of the record, in milliseconds
     * @param briefed false for an opened room that is yet to have its first message
     * @param digest of the value's bytes
     * @param updates what the room was told since it was opened: people who could not be found at first, too
     */
    record Ending(
            boolean opened,
            String eventId,
            String room,
            long revision,
            String why,
            long timestamp,
            boolean briefed,
            int digest,
            String updates) {}

    final List<Ending> endings = new ArrayList<>();
    final Set<String> waitedFor = new HashSet<>();
    /** When it was first declared, in milliseconds; -1 when it was not. */
    long declaredAt = -1;

    boolean waits;

    boolean hasEnded() {
        return !endings.isEmpty();
    }
}
