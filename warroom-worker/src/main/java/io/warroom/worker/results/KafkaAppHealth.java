package io.warroom.worker.results;

import io.warroom.event.AppHealthState;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.CloudEvent;
import io.warroom.worker.contract.Platforms;
import io.warroom.worker.contract.Publication;
import io.warroom.worker.opening.AppHealth;
import io.warroom.worker.opening.AppId;
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
    public void report(
            AppId app, long revision, State state, String detail, @Nullable String platformCode, Instant at) {
        String key = app.tenantId() + "/" + app.platform();
        var event = io.warroom.event.AppHealth.newBuilder()
                .setTenantId(app.tenantId())
                .setPlatform(Objects.requireNonNull(Platforms.event(app.platform())))
                .setRevision(revision)
                .setState(
                        switch (state) {
                            case HEALTHY -> AppHealthState.HEALTHY;
                            case KEY_REJECTED -> AppHealthState.KEY_REJECTED;
                            case MISCONFIGURED -> AppHealthState.MISCONFIGURED;
                            case QUOTA_EXHAUSTED -> AppHealthState.QUOTA_EXHAUSTED;
                        })
                .setDetail(detail)
                .setPlatformCode(platformCode)
                .setSince(at)
                .build();
        var record = new ProducerRecord<String, SpecificRecord>(Topic.APP_HEALTH.name(topicPrefix), key, event);
        // An app may go in and out of one state at one revision: each change is an event of its own.
        String name = key + "/" + revision + "/" + state + "/" + at.toEpochMilli();
        CloudEvent.describe(
                record,
                Topic.APP_HEALTH,
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString(),
                at);
        publication.publish(record);
    }
}
