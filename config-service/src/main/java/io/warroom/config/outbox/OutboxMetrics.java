package io.warroom.config.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Measures, when it is asked to, what waits to be published: {@code warroom.outbox.waiting} in events, and
 * {@code warroom.outbox.oldest.age} in seconds, 0 when nothing waits. Both are NaN while the database is away. Every instance
 * tells the same, as all share the rows. Safe for concurrent use.
 */
public final class OutboxMetrics implements MeterBinder {

    private final Jdbi jdbi;

    /** Looks at the waiting rows of this database. */
    public OutboxMetrics(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("warroom.outbox.waiting", () -> ask("SELECT count(*) FROM outbox"))
                .description("Events that are in the database and not yet on their topics")
                .register(registry);
        Gauge.builder("warroom.outbox.oldest.age", () -> ask("""
                        SELECT coalesce(extract(epoch FROM now() - min((headers ->> 'ce_time')::timestamptz)), 0)
                        FROM outbox"""))
                .description("For how long the oldest of them has waited")
                .baseUnit("seconds")
                .register(registry);
    }

    private double ask(String number) {
        try {
            return jdbi.withHandle(
                    handle -> handle.createQuery(number).mapTo(Double.class).one());
        } catch (JdbiException _) {
            // Said by the database's own indicator.
            return Double.NaN;
        }
    }
}
