package io.warroom.worker.intake;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether a restart of the worker would help: DOWN when an intake's thread has ended or stands still. A record that is stuck, a
 * registry or a broker that is away are none of this: the next process would meet them, too.
 */
public final class IntakeLiveness implements HealthIndicator {

    private final List<IncidentIntake> intakes;

    /** Watches these. */
    public IntakeLiveness(IncidentIntake... intakes) {
        this.intakes = List.of(intakes);
    }

    @Override
    public Health health() {
        return intakes.stream()
                .flatMap(intake -> intake.standstill().stream())
                .findFirst()
                .map(words -> Health.down().withDetail("intake", words).build())
                .orElseGet(() -> Health.up().build());
    }
}
