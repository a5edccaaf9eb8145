package io.warroom.worker.schemas;

import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import io.warroom.topic.Topic;
import io.warroom.topic.Undecodable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Makes serializer and deserializer ask the schema registry for every schema that this version knows, once, at the start: for what
 * the worker writes, and for what it reads. Without it the first incident that must be parked while the registry is away would be
 * tried, platform calls and all, again and again; and a worker that takes a partition over then could not read what it has met no
 * record of. One thread of its own, which ends when all are known; as a health indicator it is UP from then on.
 */
public final class OwnSchemas implements HealthIndicator, Supervised, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OwnSchemas.class);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(3);

    /** Bytes of a zero and a schema's id. */
    private static final int FRAME = 5;

    private static final Set<Topic> WRITTEN = Set.of(
            Topic.WAR_ROOM_OPENED,
            Topic.WAR_ROOM_FAILED,
            Topic.WAR_ROOM_CLOSED,
            Topic.INCIDENT_PARKED,
            Topic.APP_HEALTH);

    private final Serializer<SpecificRecord> serializer;
    private final Deserializer<?> deserializer;
    private final String topicPrefix;
    private final Map<String, byte[]> frames = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private volatile @Nullable String trouble;
    private volatile @Nullable SupervisedThread thread;

    /**
     * @param serializer the very one that the producer uses: it remembers what it was told
     * @param deserializer the very one that reads records: so does it
     */
    public OwnSchemas(Serializer<SpecificRecord> serializer, Deserializer<?> deserializer, String topicPrefix) {
        this.serializer = serializer;
        this.deserializer = deserializer;
        this.topicPrefix = topicPrefix;
    }

    /** Done when the registry is no longer needed to write, nor to read what was written by this version. */
    public CompletableFuture<Void> known() {
        return known;
    }

    /**
     * What every value of the topic begins with that was written with this version's schema: Confluent's wire format, a zero byte and
     * the schema's id.
     *
     * @return null as long as it is not known, or when there is no such schema
     */
    public byte @Nullable [] frame(String topic) {
        return frames.get(topic);
    }

    private void ask(Runnable heartbeat) throws InterruptedException {
        for (var topic : Topic.values()) {
            var schema = topic.schema().orElse(null);
            while (schema != null && !isKnown(topic, Example.of(schema))) {
                heartbeat.run();
                Thread.sleep(AFTER_TROUBLE);
            }
        }
        known.complete(null);
    }

    /** @param example is never sent */
    private boolean isKnown(Topic topic, SpecificRecord example) {
        String name = topic.name(topicPrefix);
        try {
            byte[] written = serializer.serialize(name, example);
            deserializer.deserialize(name, written);
            if (written[0] == 0) {
                frames.put(name, Arrays.copyOf(written, FRAME));
            }
            trouble = null;
            return true;
        } catch (RuntimeException e) {
            if (!WRITTEN.contains(topic)
                    && e instanceof KafkaException failed
                    && Undecodable.why(failed) == Undecodable.UNKNOWN_SCHEMA) {
                return true; // its producers write with another version, which is asked for when the first record comes
            }
            if (trouble == null) {
                log.warn("The schema registry does not tell the schemas to work with; trying again", e);
            }
            trouble = "the schema registry does not tell the schema of " + name + ": " + e.getMessage();
            return false;
        }
    }

    @Override
    public Health health() {
        String words = trouble;
        if (known.isDone()) {
            return Health.up().build();
        }
        var health = Health.outOfService();
        return words == null
                ? health.build()
                : health.withDetail("registry", words).build();
    }

    @Override
    public void start() {
        thread = SupervisedThread.startUntilDone("own-schemas", STALL_TIMEOUT, this::ask);
    }

    @Override
    public void stop() {
        var asking = thread;
        if (asking != null) {
            asking.requestStop();
            asking.interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public Optional<String> threadFailure() {
        var supervised = thread;
        return supervised == null ? Optional.empty() : supervised.threadFailure();
    }

    @Override
    public long threadRestarts() {
        var supervised = thread;
        return supervised == null ? 0 : supervised.threadRestarts();
    }
}
