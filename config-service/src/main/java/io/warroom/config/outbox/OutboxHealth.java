package io.warroom.config.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Tells an operator whether events get out: since when they do not, how many wait, how many of them are held back, and the alarm
 * when the oldest waits too long, whichever instance should publish it. Part of health and not of readiness
 * or liveness: while the broker is away changes are accepted and kept, so an instance taken out of service or started anew
 * would make an outage of what is only late. Safe for concurrent use.
 */
public final class OutboxHealth implements HealthIndicator {

    private final OutboxRelay relay;
    private final OutboxBacklog.Reader backlog;
    private final Clock clock;
    private final Duration alarmAge;

    /**
     * Looks at this instance's relay and at the waiting rows, which all instances share.
     *
     * @param alarmAge an event that waits longer is an alarm
     */
    public OutboxHealth(OutboxRelay relay, Jdbi jdbi, Clock clock, Duration alarmAge) {
        this.relay = relay;
        this.backlog = new OutboxBacklog.Reader(jdbi);
        this.clock = clock;
        this.alarmAge = alarmAge;
    }

    @Override
    public Health health() {
        var trouble = relay.trouble().streak();
        var state = relay.state();
        var details = new LinkedHashMap<String, Object>();
        details.put("relay", state.name());
        trouble.ifPresent(streak -> {
            details.put("notPublishingSince", streak.since().toString());
            details.put("reason", streak.reason());
        });
        boolean late = tellWaiting(details);
        boolean down = state == OutboxRelay.State.ENDED || trouble.isPresent() || late;
        return new Health.Builder()
                .status(down ? Status.DOWN : Status.UP)
                .withDetails(details)
                .build();
    }

    /** @return whether the oldest waits too long */
    private boolean tellWaiting(Map<String, Object> details) {
        var read = backlog.read();
        if (read.isEmpty()) {
            details.put("waiting", "unknown");
            return false;
        }
        var waiting = read.get();
        details.put("waiting", waiting.rows());
        if (waiting.held() > 0) {
            details.put("heldBack", waiting.held());
        }
        if (waiting.oldest() != null) {
            details.put("oldestWaiting", waiting.oldest());
        }
        boolean late = waiting.since()
                .filter(since -> since.plus(alarmAge).isBefore(clock.instant()))
                .isPresent();
        if (late) {
            details.put("alarm", "an event waits for longer than " + alarmAge.toSeconds() + " s");
        }
        return late;
    }
}
