package io.warroom.worker.ledger;

/**
 * How much of one tenant may wait: a tenant is in one partition, so these bound what whoever owns it must keep.
 *
 * @param incidents at most, at least 1
 * @param bytes of their records, at most, at least 1
 */
public record ParkingLimits(int incidents, long bytes) {

    /** An incident that waits already may grow beyond the bytes by this share: updates join it, and its detail changes. */
    private static final int GROWTH_SHARE = 4;

    public ParkingLimits {
        if (incidents < 1 || bytes < 1) {
            throw new IllegalArgumentException("a tenant must be allowed one waiting incident of one byte");
        }
    }

    /** Whether one more incident fits beside these. */
    boolean fits(int otherIncidents, long otherBytes, int size) {
        return otherIncidents < incidents && otherBytes + size <= bytes;
    }

    /** Whether an incident that waits already may be parked again beside these. */
    boolean fitsAgain(int otherIncidents, long otherBytes, int size) {
        return otherIncidents < incidents && otherBytes + size <= bytes + bytes / GROWTH_SHARE;
    }
}
