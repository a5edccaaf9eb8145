package io.warroom.worker.intake;

import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which offset of one partition may be committed while records are done out of order: the one behind which every received
 * record is done. What is done beyond it travels in the commit's metadata, so that after a crash only what was truly open is
 * done again. Offsets need not be dense. A tracker belongs to one assignment of the partition; a completion that names
 * another tracker is of an assignment that is over. Used by the consumer's thread only.
 */
final class OffsetTracker {

    /** Received offsets may reach this far beyond the committed one before intake must stop. */
    static final int WIDEST = 20_000;

    /** 24,000 bits are 4,003 characters; brokers take 4,096 bytes (offset.metadata.max.bytes). */
    private static final int MOST_BITS = 24_000;

    private static final String FORMAT = "w1:";

    /** What to commit: the next offset to read after a restart, and which records beyond it are done. */
    record Commit(long position, String metadata) {}

    /** The record that holds the position back. */
    record Oldest(long offset, long receivedNanos) {}

    private final TreeMap<Long, Long> open = new TreeMap<>();
    private final TreeSet<Long> doneAhead = new TreeSet<>();
    private final TreeSet<Long> doneEarlier = new TreeSet<>();
    private long next = -1;
    private @Nullable Commit committed;

    /** Takes over what an earlier assignment committed; before anything is received. Metadata of others is passed over. */
    void restore(long position, String metadata) {
        next = position;
        committed = new Commit(position, metadata);
        if (!metadata.startsWith(FORMAT)) {
            return;
        }
        try {
            BitSet.valueOf(Base64.getDecoder().decode(metadata.substring(FORMAT.length()))).stream()
                    .forEach(bit -> doneEarlier.add(position + bit));
        } catch (IllegalArgumentException e) {
            doneEarlier.clear(); // not ours after all: records are done again, which is always allowed
        }
    }

    /**
     * Whether this offset lies before what was received or committed: the partition's offsets went back (its topic was created
     * again, or its end was lost), and what is known here is of other records.
     */
    boolean isPast(long offset) {
        return offset < next;
    }

    /**
     * A record was received; offsets come in growing order.
     *
     * @param nanos when, as {@link System#nanoTime()} tells it
     * @return false when an earlier assignment has done it already
     */
    boolean received(long offset, long nanos) {
        next = offset + 1;
        doneEarlier.headSet(offset).clear();
        if (doneEarlier.remove(offset)) {
            doneAhead.add(offset);
            forgetWhatIsBehind();
            return false;
        }
        open.put(offset, nanos);
        return true;
    }

    /** The record at the offset has ended. */
    void done(long offset) {
        if (open.remove(offset) == null) {
            throw new IllegalStateException("offset " + offset + " is not open");
        }
        doneAhead.add(offset);
        forgetWhatIsBehind();
    }

    /** Empty when the last commit already says it all. */
    Optional<Commit> toCommit() {
        if (next < 0) {
            return Optional.empty();
        }
        var commit = new Commit(position(), metadata());
        return commit.equals(committed) ? Optional.empty() : Optional.of(commit);
    }

    /** It was committed. */
    void committed(Commit commit) {
        committed = commit;
    }

    /** How many records are in flight. */
    int inFlight() {
        return open.size();
    }

    /** How far received offsets reach beyond the position. */
    long width() {
        return next < 0 ? 0 : next - position();
    }

    /** The record that holds the position back, if any. */
    Optional<Oldest> oldest() {
        Map.Entry<Long, Long> first = open.firstEntry();
        return first == null ? Optional.empty() : Optional.of(new Oldest(first.getKey(), first.getValue()));
    }

    private long position() {
        return open.isEmpty() ? next : open.firstKey();
    }

    private void forgetWhatIsBehind() {
        doneAhead.headSet(position()).clear();
    }

    private String metadata() {
        long position = position();
        var bits = new BitSet();
        doneAhead.subSet(position, position + MOST_BITS).forEach(offset -> bits.set((int) (offset - position)));
        doneEarlier.subSet(position, position + MOST_BITS).forEach(offset -> bits.set((int) (offset - position)));
        return bits.isEmpty() ? "" : FORMAT + Base64.getEncoder().encodeToString(bits.toByteArray());
    }
}
