package io.warroom.worker.opening;

import java.time.Duration;

/**
 * How long things are tried.
 *
 * @param patience how long an incident is tried at a stretch; then it is parked, so that its place is free
 * @param platformDeadline how long an incident waits for a platform that is away or throttles, before it fails
 * @param peopleDeadline how long an incident waits for an administrator (no app, rejected key), before it fails
 */
public record OpeningTimes(Duration patience, Duration platformDeadline, Duration peopleDeadline) {

    /** @throws IllegalArgumentException when one is not longer than nothing */
    public OpeningTimes {
        for (Duration one : new Duration[] {patience, platformDeadline, peopleDeadline}) {
            if (one.isNegative() || one.isZero()) {
                throw new IllegalArgumentException("patience and deadlines must be longer than nothing");
            }
        }
    }

    /** How long an incident waits for this before it fails. */
    Duration deadlineOf(Waiting.Reason reason) {
        return reason.waitsForPeople() ? peopleDeadline : platformDeadline;
    }
}
