package io.warroom.config.incident;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.Severity;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Makes the instance ready to accept incidents: reaches the broker for the metadata of the topics, and the registry for the schema
 * ids, once. Until then the instance is not ready; afterwards it stays so, whatever is unreachable. One thread, which ends when it is
 * done.
 */
public final class WarmUp implements HealthIndicator, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Map<Topic, SpecificRecord> EXAMPLES = Map.of(
            Topic.INCIDENT_DECLARED,
            new IncidentDeclared(
                    "t", "i", "t", Severity.P5, null, null, null, null, Instant.EPOCH, null, List.of(), List.of()),
            Topic.INCIDENT_UPDATED,
            new IncidentUpdated("t", "i", null, null, null, null, List.of(), Instant.EPOCH),
            Topic.INCIDENT_RESOLVED,
            new IncidentResolved("t", "i", null, Instant.EPOCH));

    private final KafkaTemplate<String, Object> kafka;
    private final Supplier<@Nullable Serializer<Object>> serializer;
    private final String topicPrefix;
    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private volatile boolean done;
    private volatile String missing = "not begun";
    private volatile @Nullable Thread thread;

    /** @param serializer of the template's producer; gives null as long as there is no producer */
    public WarmUp(
            KafkaTemplate<String, Object> kafka,
            Supplier<@Nullable Serializer<Object>> serializer,
            String topicPrefix) {
        this.kafka = kafka;
        this.serializer = serializer;
        this.topicPrefix = topicPrefix;
    }

    @Override
    public Health health() {
        return done
                ? Health.up().build()
                : Health.outOfService().withDetail("waitsFor", missing).build();
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("warm-up").start(this::run);
    }

    private void run() {
        boolean isLogged = false;
        try {
            while (!done && stopSignal.getCount() > 0) {
                try {
                    EXAMPLES.keySet().forEach(this::reachBroker);
                    EXAMPLES.forEach(this::reachRegistry);
                    done = true;
                    if (isLogged) {
                        log.info("Ready to accept incidents");
                    }
                } catch (RuntimeException e) {
                    if (!isLogged) {
                        log.atWarn().setCause(e).log("Not ready to accept incidents: {} did not answer", missing);
                        isLogged = true;
                    }
                    boolean _ = stopSignal.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void reachBroker(Topic topic) {
        missing = "the broker";
        var _ = kafka.partitionsFor(topic.name(topicPrefix));
    }

    private void reachRegistry(Topic topic, SpecificRecord example) {
        missing = "the schema registry";
        var current = serializer.get();
        if (current == null) {
            throw new IllegalStateException("the producer has no serializer yet");
        }
        var _ = current.serialize(topic.name(topicPrefix), example);
    }

    @Override
    public void stop() {
        stopSignal.countDown();
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
