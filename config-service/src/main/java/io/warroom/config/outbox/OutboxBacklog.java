package io.warroom.config.outbox;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be published.
 *
 * @param rows events that wait
 * @param held of these, who are held back because one of their app cannot be published
 * @param oldest when the one that waits longest was made, as its row says; null when none waits
 */
record OutboxBacklog(long rows, long held, @Nullable String oldest) {

    /** @throws org.jdbi.v3.core.JdbiException when the database is away */
    static OutboxBacklog read(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT count(*) AS waiting, count(held_because) AS held, min(headers ->> 'ce_time') AS oldest FROM outbox""")
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
}
