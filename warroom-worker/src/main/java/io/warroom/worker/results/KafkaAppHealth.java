package io.warroom.worker.results;

import io.warroom.event.AppHealthState;
import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.CloudEvent;
import io.warroom.worker.contract.Platforms;
import io.warroom.worker.contract.Publication;
import io.warroom.worker.opening.AppHealth;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Says on app-health how apps fare, keyed {@code tenantId/PLATFORM}, and waits for the broker. */
public final class KafkaAppHealth implements AppHealth {

    private final Publication publication;
    private final String topicPrefix;

    public KafkaAppHealth(Publication publication, String topicPrefix) {
        this.publication = publication;
        this.topicPrefix = topicPrefix;
    }

    @Override
    public void keyRejected(App app, Failure why, Instant at) {
        publish(app, AppHealthState.KEY_REJECTED, why.words(), why.code(), at);
    }

    @Override
    public void healthy(App app, Instant at) {
        publish(app, AppHealthState.HEALTHY, "The app opens rooms.", null, at);
    }

    private void publish(App app, AppHealthState state, String words, @Nullable String code, Instant at) {
        String key = app.tenantId() + "/" + app.platform();
        var event = io.warroom.event.AppHealth.newBuilder()
                .setTenantId(app.tenantId())
                .setPlatform(Objects.requireNonNull(Platforms.event(app.platform())))
                .setRevision(app.revision())
                .setState(state)
                .setDetail(words)
                .setPlatformCode(code)
                .setSince(at)
                .build();
        var record = new ProducerRecord<String, SpecificRecord>(Topic.APP_HEALTH.name(topicPrefix), key, event);
        String name = key + "/" + app.revision() + "/" + state;
        CloudEvent.describe(
                record,
                Topic.APP_HEALTH,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(),
                at);
        publication.publish(record);
    }
}
