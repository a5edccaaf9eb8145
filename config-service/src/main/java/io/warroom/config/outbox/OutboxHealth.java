package io.warroom.config.outbox;

import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Tells an operator whether events get out: since when they do not, and how many wait. Part of health and not of readiness
 * or liveness: while the broker is away changes are accepted and kept, so an instance taken out of service or started anew
 * would make an outage of what is only late. Safe for concurrent use.
 */
public final class OutboxHealth implements HealthIndicator {

    private final OutboxRelay relay;
    private final Jdbi jdbi;

    /** Looks at this instance's relay and at the waiting rows, which all instances share. */
    public OutboxHealth(OutboxRelay relay, Jdbi jdbi) {
        this.relay = relay;
        this.jdbi = jdbi;
    }

    @Override
    public Health health() {
        var trouble = relay.trouble().streak();
        var state = relay.state();
        var health = new Health.Builder()
                .status(state == OutboxRelay.State.ENDED || trouble.isPresent() ? Status.DOWN : Status.UP)
                .withDetail("relay", state.name());
        trouble.ifPresent(
                streak -> health.withDetail("notPublishingSince", streak.since().toString())
                        .withDetail("reason", streak.reason()));
        return health.withDetails(waiting()).build();
    }

    private Map<String, Object> waiting() {
        try {
            return jdbi.withHandle(handle -> handle.createQuery("""
                            SELECT count(*) AS waiting, coalesce(min(headers ->> 'ce_time'), '') AS oldest FROM outbox""")
                    .map((row, context) -> row.getLong("waiting") == 0
                            ? Map.<String, Object>of("waiting", 0L)
                            : Map.<String, Object>of(
                                    "waiting", row.getLong("waiting"), "oldestWaiting", row.getString("oldest")))
                    .one());
        } catch (JdbiException _) {
            // Said by the database's own indicator.
            return Map.of("waiting", "unknown");
        }
    }
}
