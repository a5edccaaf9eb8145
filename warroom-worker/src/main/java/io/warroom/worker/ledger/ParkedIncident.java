package io.warroom.worker.ledger;

import io.warroom.platform.PlatformKind;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident that waits, as it is kept: the bytes of its record, and decoded only what decides when it is tried. Immutable.
 *
 * @param offset of its record
 * @param timestamp of its record, in milliseconds since 1970
 * @param value of its record; null when it is beyond its tenant's limits
 * @param aheadMillis how far the clock of the worker that parked it was ahead of ours
 * @param clockMillis the clock's offset when the times were read off it
 */
@SuppressWarnings("ArrayRecordComponent") // no one changes it, and no one compares two of these
record ParkedIncident(
        long offset,
        long timestamp,
        byte @Nullable [] value,
        Incident.Chat chat,
        Waiting.Reason reason,
        @Nullable PlatformKind platform,
        @Nullable Long appRevision,
        int attempts,
        boolean roomMayExist,
        int generation,
        long declaredMillis,
        long nextTryMillis,
        long deadlineMillis,
        long aheadMillis,
        long clockMillis) {

    /**
     * What is kept of a record.
     *
     * @param waiting what the record says
     * @param ahead how far the clock of the worker that wrote it was ahead of ours; zero for a clock that is right
     * @param clockThen the clock's offset when the times were read off it
     */
    static ParkedIncident of(
            long offset, long timestamp, byte[] value, Waiting waiting, Duration ahead, Duration clockThen) {
        return new ParkedIncident(
                offset,
                timestamp,
                value,
                waiting.incident().chat(),
                waiting.reason(),
                waiting.platform(),
                waiting.appRevision(),
                waiting.attempts(),
                waiting.roomMayExist(),
                waiting.incident().generation(),
                waiting.incident().declaredAt().toEpochMilli(),
                waiting.nextTryAt().toEpochMilli(),
                waiting.deadline().toEpochMilli(),
                ahead.toMillis(),
                clockThen.toMillis());
    }

    /** Without the bytes: all that is left to do is to end it. */
    ParkedIncident beyondLimits() {
        return new ParkedIncident(
                offset,
                timestamp,
                null,
                chat,
                reason,
                platform,
                appRevision,
                attempts,
                roomMayExist,
                generation,
                declaredMillis,
                nextTryMillis,
                deadlineMillis,
                aheadMillis,
                clockMillis);
    }

    boolean isBeyondLimits() {
        return value == null;
    }

    int size() {
        return value == null ? 0 : value.length;
    }

    /** By our clock when it was read. */
    Duration ahead() {
        return Duration.ofMillis(aheadMillis);
    }

    Duration clockThen() {
        return Duration.ofMillis(clockMillis);
    }

    /** All of it but people, links and texts; its times as they are in the record. */
    Waiting outline(String key) {
        int slash = key.indexOf('/');
        return new Waiting(
                new Incident(
                        key.substring(0, slash),
                        key.substring(slash + 1),
                        "",
                        null,
                        null,
                        null,
                        null,
                        null,
                        Instant.ofEpochMilli(declaredMillis),
                        chat,
                        List.of(),
                        List.of(),
                        generation),
                reason,
                "",
                platform,
                appRevision,
                attempts,
                Instant.ofEpochMilli(nextTryMillis),
                Instant.ofEpochMilli(deadlineMillis),
                roomMayExist,
                null);
    }
}
