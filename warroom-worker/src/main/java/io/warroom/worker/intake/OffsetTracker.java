package io.warroom.worker.intake;

import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Which offset of one partition may be committed while records are done out of order: the one behind which every received
 * record is done. Offsets need not be dense. A tracker belongs to one assignment of the partition; a completion that names
 * another tracker is of an assignment that is over. Used by the consumer's thread only.
 */
final class OffsetTracker {

    private final TreeSet<Long> open = new TreeSet<>();
    private long nextToReceive = -1;
    private long committed = -1;

    /** A record was received; offsets come in growing order. */
    void received(long offset) {
        open.add(offset);
        nextToReceive = offset + 1;
    }

    /** The record at the offset has ended. */
    void done(long offset) {
        if (!open.remove(offset)) {
            throw new IllegalStateException("offset " + offset + " is not open");
        }
    }

    /** The position to commit (the next offset to read after a restart); empty when the last commit already says it. */
    OptionalLong toCommit() {
        long position = open.isEmpty() ? nextToReceive : open.first();
        return position < 0 || position == committed ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /** The position was committed. */
    void committed(long position) {
        committed = position;
    }

    /** How many records are in flight. */
    int inFlight() {
        return open.size();
    }
}
