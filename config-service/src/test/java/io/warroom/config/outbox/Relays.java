package io.warroom.config.outbox;

import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/** Relays made by hand, whose producers come when a test lets them. */
final class Relays {

    private Relays() {}

    /** @param beforeEachProducer may fail in its place, or hold it up */
    static OutboxRelay relay(
            Jdbi jdbi,
            Outbox outbox,
            ProducerFactory<String, Object> real,
            String topicPrefix,
            Runnable beforeEachProducer) {
        var producers = new ProducerFactory<String, Object>() {
            @Override
            public Producer<String, Object> createProducer() {
                throw new IllegalStateException("events are sent in transactions");
            }

            @Override
            public Producer<String, Object> createProducer(@Nullable String transactionalIdPrefix) {
                beforeEachProducer.run();
                return real.createProducer(transactionalIdPrefix);
            }

            @Override
            public boolean transactionCapable() {
                return true;
            }
        };
        return new OutboxRelay(
                jdbi,
                outbox,
                new KafkaTemplate<>(producers),
                topicPrefix,
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Clock.systemUTC());
    }
}
