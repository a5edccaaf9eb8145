package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.warroom.event.IncidentDeclaration;
import io.warroom.event.Severity;
import io.warroom.local.testing.Backing;
import io.warroom.topic.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

/** What the intake relies on at a real broker, with the settings that the worker ships. */
class IncidentTopicsIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final String prefix = "topics-" + UUID.randomUUID() + "-";
    private final String topic = prefix + "incident-declared";
    private final String group = prefix + "workers";
    private final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void createTopic() throws Exception {
        try (var admin = Admin.create(broker())) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
    }

    @Test
    void anOpenTransactionStopsNoPartition() throws Exception {
        var transactional = new HashMap<>(producing());
        transactional.put("transactional.id", prefix + "hangs");
        try (var hanging = new KafkaProducer<byte[], byte[]>(transactional);
                var other = new KafkaProducer<byte[], byte[]>(producing())) {
            hanging.initTransactions();
            hanging.beginTransaction();
            hanging.send(declaration("hangs")).get();
            other.send(declaration("stranger")).get();
            var intake = intake();
            intake.start();
            try {
                await().atMost(SOON).until(() -> handled.contains("stranger"));
            } finally {
                intake.stop();
            }
            assertThat(handled).as("also what is not committed").contains("hangs");
            hanging.abortTransaction();
        }
    }

    @Test
    void theBitmapAtItsLimitIsCommittedForSeveralPartitionsAtOnce() {
        var full = new OffsetTracker();
        for (long offset = 0; offset < OffsetTracker.WIDEST; offset++) {
            full.received(offset, 0);
        }
        for (long offset = 1; offset < OffsetTracker.WIDEST; offset++) {
            full.done(offset);
        }
        var commit = full.toCommit().orElseThrow();
        var position = new OffsetAndMetadata(commit.position(), commit.metadata());
        assertThat(commit.metadata()).hasSizeBetween(3_000, 4_096);
        try (var consumer = consumer()) {
            var partitions = List.of(partition(0), partition(1), partition(2));
            consumer.assign(partitions);

            consumer.commitSync(Map.of(partition(0), position, partition(1), position, partition(2), position));

            assertThat(consumer.committed(Set.copyOf(partitions)).values()).containsOnly(position);
        }
    }

    /** The other partitions of such a commit are committed although it fails. */
    @Test
    void metadataBeyondTheLimitFailsForItsOwnPartitionAlone() throws Exception {
        try (var consumer = consumer();
                var admin = Admin.create(broker())) {
            consumer.assign(List.of(partition(0), partition(1)));
            assertThatThrownBy(() -> consumer.commitSync(Map.of(
                            partition(0), new OffsetAndMetadata(0, "x".repeat(4_097)),
                            partition(1), new OffsetAndMetadata(0, "good"))))
                    .isInstanceOf(KafkaException.class);

            assertThat(admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .containsEntry(partition(1), new OffsetAndMetadata(0, "good"))
                    .doesNotContainKey(partition(0));
        }
    }

    /** The intake reads what is committed when partitions come, never after its own commits of a poll. */
    @Test
    void whatWasCommittedIsReadWithItsMetadataWhenPartitionsCome() {
        var position = new OffsetAndMetadata(0, "w1:AQ==");
        try (var before = consumer()) {
            before.assign(List.of(partition(0)));
            before.poll(Duration.ofMillis(10));
            before.commitSync(Map.of(partition(0), position));
        }
        try (var next = consumer()) {
            next.assign(List.of(partition(0)));
            assertThat(next.committed(Set.of(partition(0)))).containsEntry(partition(0), position);
        }
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private IncidentIntake intake() {
        return new IncidentIntake(
                this::consumer,
                (ofTopic, value) -> IncidentDeclaration.of(
                                "acme", new String(value, StandardCharsets.UTF_8), "down", Severity.P1, Instant.now())
                        .build(),
                new TakingProducer(1_000_000).template(),
                prefix,
                CompletableFuture.completedFuture(null),
                PartitionKnowledge.NONE,
                declaration -> handled.add(declaration.incident().incidentId()),
                new IntakeLimits(10, 10, Duration.ofMinutes(1), Duration.ZERO));
    }

    private ProducerRecord<byte[], byte[]> declaration(String id) {
        int home = TenantPartitioner.partitionOf("acme", 3);
        return new ProducerRecord<>(topic, home, null, id.getBytes(StandardCharsets.UTF_8));
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var settings = new HashMap<>(broker());
        settings.put("group.id", group);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", shipped("spring.kafka.consumer.isolation-level"));
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Object shipped(String name) {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        Properties properties = Objects.requireNonNull(yaml.getObject());
        assertThat(properties).containsKey(name);
        return properties.getProperty(name);
    }

    private static Map<String, Object> broker() {
        return Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers());
    }

    private static Map<String, Object> producing() {
        var settings = new HashMap<>(broker());
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        settings.put("acks", "all");
        return settings;
    }
}
