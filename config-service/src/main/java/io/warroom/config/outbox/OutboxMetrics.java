package io.warroom.config.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jdbi.v3.core.Jdbi;

/**
 * Measures, when it is asked to, what waits to be published: {@code warroom.outbox.waiting} in events, and
 * {@code warroom.outbox.oldest.age} in seconds, 0 when nothing waits. Both are NaN while the database is away. Every instance
 * tells the same, as all share the rows. Safe for concurrent use.
 */
public final class OutboxMetrics implements MeterBinder {

    private final OutboxBacklog.Reader backlog;
    private final Clock clock;

    /** Looks at the waiting rows of this database. */
    public OutboxMetrics(Jdbi jdbi, Clock clock) {
        this.backlog = new OutboxBacklog.Reader(jdbi);
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("warroom.outbox.waiting", () -> ask(OutboxBacklog::rows))
                .description("Events that are in the database and not yet on their topics")
                .register(registry);
        Gauge.builder("warroom.outbox.oldest.age", () -> ask(this::age))
                .description("For how long the oldest of them has waited")
                .baseUnit("seconds")
                .register(registry);
    }

    private double age(OutboxBacklog backlog) {
        return backlog.since()
                .map(since -> Duration.between(since, clock.instant()).toMillis() / 1_000.0)
                .orElse(0.0);
    }

    private double ask(ToDoubleFunction<OutboxBacklog> number) {
        return backlog.read().map(number::applyAsDouble).orElse(Double.NaN);
    }
}
