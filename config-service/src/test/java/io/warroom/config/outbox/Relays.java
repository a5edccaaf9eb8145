package io.warroom.config.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jdbi.v3.core.Jdbi;

/** Relays made by hand, whose producers come when a test lets them. */
final class Relays {

    private Relays() {}

    /** @param beforeEachProducer may fail in its place, or hold it up */
    static OutboxRelay relay(
            Jdbi jdbi,
            Outbox outbox,
            Supplier<Producer<String, Object>> real,
            String topicPrefix,
            Runnable beforeEachProducer) {
        return new OutboxRelay(
                jdbi,
                outbox,
                () -> {
                    beforeEachProducer.run();
                    return real.get();
                },
                topicPrefix,
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Clock.systemUTC());
    }
}
