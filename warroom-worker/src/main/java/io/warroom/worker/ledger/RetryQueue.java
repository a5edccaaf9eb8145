package io.warroom.worker.ledger;

import io.warroom.platform.PlatformKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When to try which parked incident: one retry for each incident, in one line for each tenant's app. A line whose tenant has no
 * place is put off as a whole, however many wait in it. Used by one thread; times are milliseconds of time that passes.
 */
final class RetryQueue {

    /** An app that incidents wait for; the platform is null where there was none to try. */
    record Line(String tenantId, @Nullable PlatformKind platform) {}

    /**
     * An incident to try.
     *
     * @param early the number of its attempts, when it need not wait for its next one: its platform answers again, or it has ended
     *     and was not released before its worker died; null when it must
     */
    record Retry(
            long atMillis,
            long deadlineMillis,
            int partition,
            String key,
            Line line,
            @Nullable Integer early) {}

    private static final class Waiters {
        private final TreeSet<Retry> byTime =
                new TreeSet<>(Comparator.comparingLong(Retry::atMillis).thenComparing(Retry::key));
        private final TreeSet<Retry> byDeadline =
                new TreeSet<>(Comparator.comparingLong(Retry::deadlineMillis).thenComparing(Retry::key));
        private final Line line;
        private long putOffUntil = Long.MIN_VALUE;

        Waiters(Line line) {
            this.line = line;
        }

        long atMillis() {
            return Math.max(putOffUntil, byTime.first().atMillis());
        }
    }

    private record Turn(long atMillis, Line line) {}

    private final Map<String, Retry> retries = new HashMap<>();
    private final Map<Line, Waiters> lines = new HashMap<>();
    private final TreeSet<Turn> turns = new TreeSet<>(Comparator.comparingLong(Turn::atMillis)
            .thenComparing(turn -> turn.line().tenantId())
            .thenComparing(turn -> String.valueOf(turn.line().platform())));

    /** In place of the incident's retry, if it has one. */
    void put(Retry retry) {
        remove(retry.key());
        retries.put(retry.key(), retry);
        var waiters = lines.get(retry.line());
        if (waiters == null) {
            waiters = new Waiters(retry.line());
            lines.put(retry.line(), waiters);
        } else {
            turns.remove(new Turn(waiters.atMillis(), waiters.line));
        }
        waiters.byTime.add(retry);
        waiters.byDeadline.add(retry);
        turns.add(new Turn(waiters.atMillis(), waiters.line));
    }

    /** The incident is not tried, until it is put again. */
    void remove(String key) {
        var retry = retries.remove(key);
        if (retry == null) {
            return;
        }
        var waiters = lines.get(retry.line());
        if (waiters == null) {
            throw new IllegalStateException("a retry without a line: " + retry);
        }
        turns.remove(new Turn(waiters.atMillis(), waiters.line));
        waiters.byTime.remove(retry);
        waiters.byDeadline.remove(retry);
        if (waiters.byTime.isEmpty()) {
            lines.remove(retry.line());
        } else {
            turns.add(new Turn(waiters.atMillis(), waiters.line));
        }
    }

    /** The next retry whose time has come, in a line that is not put off; null when there is none. It stays in the queue. */
    @Nullable
    Retry due(long nowMillis) {
        if (turns.isEmpty() || turns.first().atMillis() > nowMillis) {
            return null;
        }
        var waiters = lines.get(turns.first().line());
        return waiters == null ? null : waiters.byTime.first();
    }

    /** The retry of this line whose deadline has passed, whether or not the line is put off; null when there is none. */
    @Nullable
    Retry expired(Line line, long nowMillis) {
        var waiters = lines.get(line);
        if (waiters == null) {
            return null;
        }
        var first = waiters.byDeadline.first();
        return first.deadlineMillis() <= nowMillis ? first : null;
    }

    /** No retry of this line is due before. */
    void putOff(Line line, long untilMillis) {
        var waiters = lines.get(line);
        if (waiters != null) {
            turns.remove(new Turn(waiters.atMillis(), waiters.line));
            waiters.putOffUntil = untilMillis;
            turns.add(new Turn(waiters.atMillis(), waiters.line));
        }
    }

    int size() {
        return retries.size();
    }

    void clear() {
        retries.clear();
        lines.clear();
        turns.clear();
    }
}
