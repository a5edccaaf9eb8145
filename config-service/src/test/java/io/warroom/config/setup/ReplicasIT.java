package io.warroom.config.setup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The deploy step against three brokers with eligible leader replicas. */
class ReplicasIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static EmbeddedKafkaKraftBroker brokers;

    private final String prefix = "replicas-" + UUID.randomUUID() + "-";

    @BeforeAll
    static void start() {
        brokers = new EmbeddedKafkaKraftBroker(3, 1);
        // With two of three brokers gone, the last one would wait for the others.
        brokers.brokerProperty("controlled.shutdown.enable", "false");
        brokers.afterPropertiesSet();
    }

    @AfterAll
    static void stop() {
        brokers.destroy();
    }

    @Test
    void everyTopicWithThreeReplicasNeedsTwoOfThemAndHealthSaysWhichDoNot() throws Exception {
        var opened = Topic.WAR_ROOM_OPENED.name(prefix);
        var failed = Topic.WAR_ROOM_FAILED.name(prefix);
        try (var admin = admin()) {
            assertThat(setUp()).contains("topic " + opened + ": created, 1 partitions");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(minInsync(admin, opened)).isEqualTo("2"));
            setMinInsync(admin, opened, "1");
            setMinInsync(admin, failed, "3");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(minInsync(admin, opened)).isEqualTo("1"));

            try (var health = new TopicsHealth(properties(), prefix, Clock.systemUTC())) {
                var told = health.health();
                assertThat(told.getStatus().getCode()).isEqualTo("UP");
                assertThat(told.getDetails()).containsEntry("atRisk", List.of(opened + ": min.insync.replicas is 1"));
            }

            assertThat(setUp())
                    .contains(
                            "topic " + opened + ": min.insync.replicas was 1, is now 2",
                            // All three is not what a broker's loss survives.
                            "topic " + failed + ": min.insync.replicas was 3, is now 2");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(minInsync(admin, opened)).isEqualTo("2"));
            try (var health = new TopicsHealth(properties(), prefix, Clock.systemUTC())) {
                assertThat(health.health().getDetails()).containsEntry("atRisk", List.of());
            }
        }
    }

    @Test
    void aTopicsSettingIsItsOwnAndABrokersIsRefused() throws Exception {
        try (var admin = admin()) {
            assertThat(admin.describeFeatures()
                            .featureMetadata()
                            .get()
                            .finalizedFeatures()
                            .get("eligible.leader.replicas.version"))
                    .satisfies(elr -> assertThat(elr.maxVersionLevel()).isEqualTo((short) 1));
            var topic = prefix + "plain";
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3))).all().get();
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(admin.listTopics().names().get()).contains(topic));

            setMinInsync(admin, topic, "2");

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(minInsync(admin, topic)).isEqualTo("2"));
            assertThatThrownBy(() -> admin.incrementalAlterConfigs(Map.of(
                                    new ConfigResource(ConfigResource.Type.BROKER, "0"),
                                    List.of(new AlterConfigOp(
                                            new ConfigEntry("min.insync.replicas", "2"), AlterConfigOp.OpType.SET))))
                            .all()
                            .get())
                    .hasMessageContaining("min.insync.replicas");
        }
    }

    private List<String> setUp() {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = SetUp.run(
                new String[] {
                    "--spring.kafka.bootstrap-servers=" + brokers.getBrokersAsString(),
                    "--warroom.schema-registry-url=" + Backing.get().schemaRegistryUrl(),
                    "--warroom.topics.prefix=" + prefix,
                    "--warroom.topics.partitions=1"
                },
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static Map<String, Object> properties() {
        return Map.of("bootstrap.servers", brokers.getBrokersAsString());
    }

    private static Admin admin() {
        return Admin.create(properties());
    }

    private static String minInsync(Admin admin, String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return requireNonNull(
                        admin.describeConfigs(List.of(resource)).all().get().get(resource))
                .get("min.insync.replicas")
                .value();
    }

    private static void setMinInsync(Admin admin, String topic, String value) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("min.insync.replicas", value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }
}
