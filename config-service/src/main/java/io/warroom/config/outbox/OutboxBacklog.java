package io.warroom.config.outbox;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be published.
 *
 * @param rows events that wait, counted up to {@link #MAX_COUNTED}
 * @param held of these, who are held back because one of their app cannot be published; counted up to {@link #MAX_COUNTED}
 * @param oldest when the one that waits longest was made, as its row says; null when none waits
 */
record OutboxBacklog(long rows, long held, @Nullable String oldest) {

    /** Counting more would take longer than anybody waits for it. */
    static final int MAX_COUNTED = 10_000;

    private static OutboxBacklog read(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT :most) AS counted) AS waiting,
                               (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE held_because IS NOT NULL LIMIT :most) AS counted) AS held,
                               (SELECT headers ->> 'ce_time' FROM outbox ORDER BY id LIMIT 1) AS oldest""")
                .bind("most", MAX_COUNTED)
                .map((row, context) ->
                        new OutboxBacklog(row.getLong("waiting"), row.getLong("held"), row.getString("oldest")))
                .one());
    }

    /** Since when the oldest waits; empty when none does, and for a damaged row, which is held back. */
    Optional<Instant> since() {
        try {
            return Optional.ofNullable(oldest).map(Instant::parse);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** Reads it at most once in two seconds, however often it is asked. Safe for concurrent use. */
    static final class Reader {

        private static final Logger log = LoggerFactory.getLogger(OutboxBacklog.class);

        private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

        private final Jdbi jdbi;
        private Optional<OutboxBacklog> last = Optional.empty();
        private long readAt;
        private boolean isRead;
        private boolean isFailing;

        Reader(Jdbi jdbi) {
            this.jdbi = jdbi;
        }

        /** Empty while it cannot be read, which is logged once. */
        synchronized Optional<OutboxBacklog> read() {
            if (!isRead || System.nanoTime() - readAt > FRESH_NANOS) {
                try {
                    last = Optional.of(OutboxBacklog.read(jdbi));
                    if (isFailing) {
                        log.info("The outbox is counted again");
                    }
                    isFailing = false;
                } catch (JdbiException e) {
                    if (!isFailing) {
                        log.atWarn().setCause(e).log("The outbox cannot be counted");
                    }
                    isFailing = true;
                    last = Optional.empty();
                }
                readAt = System.nanoTime();
                isRead = true;
            }
            return last;
        }
    }
}
