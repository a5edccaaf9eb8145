package io.warroom.config.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.event.IncidentResolved;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.core.KafkaTemplate;

/** Records of several callers that the producer sends together. */
class SharedBatchIT {

    @TempDir
    Path folder;

    @Test
    void anothersRefusedRecordCostsNoIncident() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            // So long that both are in one batch.
            var service = deployment.start(
                    "--spring.kafka.producer.properties.linger.ms=1500",
                    "--spring.kafka.producer.properties.delivery.timeout.ms=20000",
                    "--warroom.incidents.patience=20s");
            @SuppressWarnings("unchecked")
            var kafka = (KafkaTemplate<String, Object>) service.part("kafka", KafkaTemplate.class);
            // With the broker's clock, as the catalogue has it, no time of a producer is refused.
            var topic =
                    new ConfigResource(ConfigResource.Type.TOPIC, Topic.INCIDENT_RESOLVED.name(deployment.prefix()));
            var createTime = new AlterConfigOp(
                    new ConfigEntry("message.timestamp.type", "CreateTime"), AlterConfigOp.OpType.SET);
            try (var admin =
                    Admin.create(Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
                admin.incrementalAlterConfigs(Map.of(topic, List.of(createTime)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            // Loads what the first declaration of a process needs.
            assertThat(resolve(service)).isEqualTo(202);
            var farAhead = Instant.now(Clock.systemUTC()).plus(Duration.ofDays(3));

            var refused = kafka.send(new ProducerRecord<>(
                    Topic.INCIDENT_RESOLVED.name(deployment.prefix()),
                    null,
                    farAhead.toEpochMilli(),
                    "acme",
                    new IncidentResolved("acme", "INC-1", null, Instant.EPOCH)));
            int status = resolve(service);

            assertThat(refused).failsWithin(Duration.ofSeconds(20));
            assertThat(status).isEqualTo(202);
        }
    }

    private static int resolve(Instance service) throws Exception {
        return service.send("POST", "/tenants/acme/incidents/INC-2/resolve", "{}")
                .statusCode();
    }
}
