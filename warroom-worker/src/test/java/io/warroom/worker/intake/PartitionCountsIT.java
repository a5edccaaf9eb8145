package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class PartitionCountsIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final String prefix = "counts-" + UUID.randomUUID() + "-";
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void partitionsThatAreAddedToOneTopicOrToAllAreToldByHealth() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            admin.createTopics(Arrays.stream(Topic.values())
                            .map(topic -> new NewTopic(topic.name(prefix), 3, (short) 1))
                            .toList())
                    .all()
                    .get();
            var counts = new PartitionCounts(() -> admin, prefix, nanos::get);
            await().atMost(SOON).until(() -> counts.health().getStatus().equals(Status.UP));

            admin.createPartitions(Map.of(Topic.INCIDENT_DECLARED.name(prefix), NewPartitions.increaseTo(4)))
                    .all()
                    .get();
            awaitDown(counts, "the same number", "incident-declared=4", "incident-parked=3");

            var all = new HashMap<String, NewPartitions>();
            for (Topic topic : Topic.values()) {
                if (topic != Topic.INCIDENT_DECLARED) {
                    all.put(topic.name(prefix), NewPartitions.increaseTo(4));
                }
            }
            admin.createPartitions(all).all().get();
            awaitDown(counts, "were added", "incident-declared=3", "incident-parked=4");

            assertThat(new PartitionCounts(() -> admin, prefix, nanos::get)
                            .health()
                            .getStatus())
                    .as("before the broker has told")
                    .isEqualTo(Status.UNKNOWN);
        }
    }

    private void awaitDown(PartitionCounts counts, String... words) {
        await().atMost(SOON).untilAsserted(() -> {
            nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            var health = counts.health();
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails())
                    .hasEntrySatisfying(
                            "partitions", said -> assertThat(said).asString().contains(words));
        });
    }
}
