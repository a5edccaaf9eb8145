package io.warroom.worker.schemas;

import io.warroom.event.AppHealth;
import io.warroom.event.AppHealthState;
import io.warroom.event.FailureReason;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentParked;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Severity;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Makes the producer's serializer ask the schema registry for every schema that this worker writes with, and the ledger's
 * deserializer for the same, once, at the start. Without it the first incident that must be parked while the registry is away
 * would be tried, platform calls and all, again and again; and a partition with a record that no worker has read before could
 * not be taken over. One thread of its own, which ends when all are known; as a health indicator it is UP from then on.
 */
public final class OwnSchemas implements HealthIndicator, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OwnSchemas.class);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private final Serializer<SpecificRecord> serializer;
    private final Deserializer<?> deserializer;
    private final String topicPrefix;
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private volatile @Nullable String trouble;
    private @Nullable Thread thread;

    /**
     * @param serializer the very one that the producer uses: it remembers what it was told
     * @param deserializer the very one that reads the ledger's topics: so does it
     */
    public OwnSchemas(Serializer<SpecificRecord> serializer, Deserializer<?> deserializer, String topicPrefix) {
        this.serializer = serializer;
        this.deserializer = deserializer;
        this.topicPrefix = topicPrefix;
    }

    /** Done when the registry is no longer needed to write, nor to read what this version writes. */
    public CompletableFuture<Void> known() {
        return known;
    }

    private void ask() {
        try {
            for (var example : examples().entrySet()) {
                while (!isKnown(example.getKey().name(topicPrefix), example.getValue())) {
                    Thread.sleep(AFTER_TROUBLE);
                }
            }
            known.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isKnown(String topic, SpecificRecord example) {
        try {
            deserializer.deserialize(topic, serializer.serialize(topic, example));
            trouble = null;
            return true;
        } catch (RuntimeException e) {
            if (trouble == null) {
                log.warn("The schema registry does not tell the schemas to work with; trying again", e);
            }
            trouble = "the schema registry does not tell the schema of " + topic + ": " + e.getMessage();
            return false;
        }
    }

    /** Something to write on each topic; it is never sent. */
    private static Map<Topic, SpecificRecord> examples() {
        var incident = IncidentDeclaration.of("t", "i", "t", Severity.P1, Instant.EPOCH)
                .build();
        return Map.of(
                Topic.WAR_ROOM_OPENED,
                WarRoomOpened.newBuilder()
                        .setEventId("e")
                        .setTenantId("t")
                        .setIncidentId("i")
                        .setDeclaredAt(Instant.EPOCH)
                        .setOpenedAt(Instant.EPOCH)
                        .build(),
                Topic.WAR_ROOM_FAILED,
                WarRoomFailed.newBuilder()
                        .setEventId("e")
                        .setTenantId("t")
                        .setIncidentId("i")
                        .setReason(FailureReason.NO_APP)
                        .setDetail("d")
                        .setDeclaredAt(Instant.EPOCH)
                        .setFailedAt(Instant.EPOCH)
                        .build(),
                Topic.WAR_ROOM_CLOSED,
                WarRoomClosed.newBuilder()
                        .setEventId("e")
                        .setTenantId("t")
                        .setIncidentId("i")
                        .setPlatform(Platform.LARK)
                        .setRoomId("r")
                        .setDissolved(false)
                        .setClosedAt(Instant.EPOCH)
                        .build(),
                Topic.INCIDENT_PARKED,
                IncidentParked.newBuilder()
                        .setTenantId("t")
                        .setIncidentId("i")
                        .setIncident(incident)
                        .setReason(ParkReason.NO_APP)
                        .setDetail("d")
                        .setAttempts(1)
                        .setNextTryAt(Instant.EPOCH)
                        .setDeadline(Instant.EPOCH)
                        .build(),
                Topic.APP_HEALTH,
                AppHealth.newBuilder()
                        .setTenantId("t")
                        .setPlatform(Platform.LARK)
                        .setRevision(1)
                        .setState(AppHealthState.HEALTHY)
                        .setDetail("d")
                        .setSince(Instant.EPOCH)
                        .build());
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
        thread = Thread.ofPlatform().name("own-schemas").start(this::ask);
    }

    @Override
    public void stop() {
        var asking = thread;
        if (asking != null) {
            asking.interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
