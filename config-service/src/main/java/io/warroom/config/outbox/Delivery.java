package io.warroom.config.outbox;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, for a while, until a change is on the topics: an incident that is declared right behind the answer then finds it there.
 * The change is accepted whatever the waiting comes to. Nobody waits while events are known to be stuck, whichever instance's
 * relay it is: behind a row that is held back, or while nothing is published at all, as the oldest of the others has then waited
 * longer than anybody would. Safe for concurrent use; holds no connection while it waits.
 */
public final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** Another instance may publish, of which nothing is heard here: then the table is looked at so often, at first. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final Clock clock;
    private final Duration patience;

    /** What the waiting came to. */
    enum Outcome {
        /** All that the key had in the outbox up to the revision is on the topics. */
        PUBLISHED,
        /** Not in time, or nobody can tell; it will be. */
        NOT_YET,
        /** Nothing was published for so long that there was no use in waiting. */
        NOT_AWAITED
    }

    /** @param patience how long a caller waits at most */
    public Delivery(Jdbi jdbi, Outbox outbox, Clock clock, Duration patience) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * To be called after the commit, outside of any transaction. Never fails for the database.
     *
     * @param key of the change's events
     * @param revision of the change
     */
    public void awaitPublished(String key, long revision) {
        outbox.wakeRelay();
        try {
            var _ = await(key, revision);
        } catch (JdbiException e) {
            // What was committed stays so, and its caller is told.
            log.atDebug().setCause(e).log("Whether a change is published cannot be asked");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Outcome await(String key, long revision) throws InterruptedException {
        if (jdbi.withHandle(handle -> isStuck(handle, key))) {
            return Outcome.NOT_AWAITED;
        }
        long end = System.nanoTime() + patience.toNanos();
        var pause = FIRST_LOOK;
        while (true) {
            // Before the look, so that what is published behind it is heard of.
            var published = outbox.nextPublished(key);
            try {
                if (!jdbi.withHandle(handle -> isWaiting(handle, key, revision))) {
                    return Outcome.PUBLISHED;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Outcome.NOT_YET;
                }
                if (!published.await(Math.min(left, pause.toNanos()), TimeUnit.NANOSECONDS)) {
                    pause = twice(pause);
                }
            } finally {
                outbox.forget(key, published);
            }
        }
    }

    private static Duration twice(Duration pause) {
        var longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    /** What is held back, and what waits behind it, says nothing of other keys. */
    private boolean isStuck(Handle handle, String key) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT 1 FROM outbox WHERE aggregateid = :key AND held_because IS NOT NULL) AS held,
                               (SELECT headers ->> 'ce_time' FROM outbox
                                 WHERE aggregateid NOT IN (SELECT aggregateid FROM outbox WHERE held_because IS NOT NULL)
                                 ORDER BY id LIMIT 1) AS since""")
                .bind("key", key)
                .map((row, context) -> row.getBoolean("held") || isTooOld(row.getString("since")))
                .one();
    }

    private boolean isTooOld(@Nullable String since) {
        try {
            return since != null && Instant.parse(since).plus(patience).isBefore(clock.instant());
        } catch (DateTimeException _) {
            // A damaged row, which holds back its own key alone.
            return false;
        }
    }

    /** Only up to the change: whoever changes the same thing behind it is not waited for. */
    private static boolean isWaiting(Handle handle, String key, long revision) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT 1 FROM outbox WHERE aggregateid = :key AND revision <= :revision)""")
                .bind("key", key)
                .bind("revision", revision)
                .mapTo(Boolean.class)
                .one();
    }
}
