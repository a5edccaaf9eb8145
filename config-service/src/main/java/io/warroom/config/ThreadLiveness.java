package io.warroom.config;

import io.warroom.platform.threads.Supervised;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * DOWN when a restart of the service would help: one of its long-lived threads has ended, keeps failing or makes no progress. An
 * unreachable database, registry or broker does not count: a new process would meet them, too.
 */
final class ThreadLiveness implements HealthIndicator {

    private final List<Supervised> supervised;

    ThreadLiveness(List<Supervised> supervised) {
        this.supervised = List.copyOf(supervised);
    }

    @Override
    public Health health() {
        var failures = supervised.stream()
                .map(Supervised::threadFailure)
                .flatMap(Optional::stream)
                .toList();
        return failures.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("threads", failures).build();
    }
}
