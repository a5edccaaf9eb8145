package io.warroom.config.setup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.warroom.config.testing.Deployment;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** The deploy step against a real broker and a real registry, and against none. */
class SetUpIT {

    private final String prefix = "setup-" + UUID.randomUUID() + "-";

    private record Said(int status, List<String> out, List<String> err) {}

    @Test
    void existingTopicsAreCorrectedToTheCatalogueAndASecondRunChangesNothing() throws Exception {
        var appEnabled = Topic.APP_ENABLED.name(prefix);
        var opened = Topic.WAR_ROOM_OPENED.name(prefix);
        try (var admin = admin()) {
            admin.createTopics(List.of(
                            new NewTopic(appEnabled, 3, (short) 1)
                                    .configs(Map.of("cleanup.policy", "delete", "max.message.bytes", "2000000")),
                            new NewTopic(opened, 3, (short) 1)
                                    .configs(Map.of("cleanup.policy", "compact,delete", "retention.ms", "1000"))))
                    .all()
                    .get();
            awaitListed(admin, appEnabled, opened);

            var first = setUp("--warroom.topics.partitions=3");

            assertThat(first.status()).as("%s", first).isZero();
            assertThat(first.out())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("topic " + appEnabled + ": ")
                            .contains("cleanup.policy was delete, is now compact"))
                    .anySatisfy(
                            line -> assertThat(line)
                                    .isEqualTo(
                                            "topic " + opened
                                                    + ": max.message.bytes was 1048588, is now 8388608; retention.ms was 1000, is now 2592000000; segment.ms was 604800000, is now 86400000"));
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, appEnabled);
            var corrected = requireNonNull(
                    admin.describeConfigs(List.of(resource)).all().get().get(resource));
            assertThat(Topic.APP_ENABLED.settings())
                    .isNotEmpty()
                    .allSatisfy((setting, value) -> assertThat(
                                    corrected.get(setting).value())
                            .as(setting)
                            .isEqualTo(value));
            assertThat(corrected.get("max.message.bytes").value())
                    .as("the operator's own setting")
                    .isEqualTo("2000000");
        }

        try (var admin = admin()) {
            awaitListed(
                    admin,
                    Stream.of(Topic.values()).map(topic -> topic.name(prefix)).toArray(String[]::new));
        }
        var second = setUp("--warroom.topics.partitions=3");

        assertThat(second.status()).isZero();
        assertThat(second.out().stream().filter(line -> line.startsWith("topic ")))
                .hasSize(Topic.values().length)
                .allMatch(line -> line.endsWith(": was there"));
    }

    @Test
    void anotherNumberOfPartitionsIsReportedAndNothingIsChanged() throws Exception {
        var appEnabled = Topic.APP_ENABLED.name(prefix);
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic(appEnabled, 2, (short) 1)))
                    .all()
                    .get();
            awaitListed(admin, appEnabled);

            var said = setUp("--warroom.topics.partitions=3");

            assertThat(said.status()).isEqualTo(1);
            assertThat(said.err())
                    .singleElement()
                    .asString()
                    .contains(
                            appEnabled + " has 2",
                            "warroom.topics.partitions is 3",
                            "Set the property",
                            "another warroom.topics.prefix");
            assertThat(admin.listTopics().names().get().stream().filter(name -> name.startsWith(prefix)))
                    .containsExactly(appEnabled);
        }
    }

    @Test
    void aBrokerThatIsAwayIsOneLineWithWhatToDo() throws Exception {
        var said =
                setUp("--spring.kafka.bootstrap-servers=127.0.0.1:" + closedPort(), "--warroom.setup.patience=300ms");

        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err())
                .singleElement()
                .asString()
                .startsWith("Set-up failed: the broker at ")
                .contains("127.0.0.1", "spring.kafka.bootstrap-servers", "--setup again");
    }

    @Test
    void aBrokerNameThatCannotBeResolvedIsOneLine() {
        var said = setUp("--spring.kafka.bootstrap-servers=no-such-host.invalid:9092");

        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).singleElement().asString().contains("no-such-host.invalid", "does not answer");
    }

    @Test
    void aRegistryThatIsAwayIsOneLineWithWhatToDo() throws Exception {
        var url = "http://127.0.0.1:" + closedPort();

        var said = setUp("--warroom.schema-registry-url=" + url, "--warroom.topics.partitions=3");

        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err())
                .singleElement()
                .asString()
                .contains("the schema registry at " + url, "warroom.schema-registry-url", "--setup again");
    }

    @Test
    void aGuardedRegistryIsSignedInToAndNoPasswordIsPrinted() throws Exception {
        var credentials = Base64.getEncoder().encodeToString("deploy:s3cret".getBytes(StandardCharsets.UTF_8));
        var registry = URI.create(Backing.get().schemaRegistryUrl());
        try (var guarded = GuardedRegistry.before(registry, "Basic " + credentials)) {
            var refused = setUp(
                    "--warroom.schema-registry-url=http://deploy:wrong@" + guarded.address() + registry.getPath(),
                    "--warroom.topics.partitions=3");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err())
                    .singleElement()
                    .asString()
                    .contains("HTTP 401", "basic.auth.user.info", guarded.address())
                    .doesNotContain("deploy", "wrong");

            var byProperties = setUp(
                    "--warroom.schema-registry-url=http://" + guarded.address() + registry.getPath(),
                    "--spring.kafka.properties.basic.auth.credentials.source=USER_INFO",
                    "--spring.kafka.properties.basic.auth.user.info=deploy:s3cret",
                    "--warroom.topics.partitions=3");
            assertThat(byProperties.status()).as("%s", byProperties).isZero();
            var byUrl = setUp(
                    "--warroom.schema-registry-url=http://deploy:s3cret@" + guarded.address() + registry.getPath(),
                    "--warroom.topics.partitions=3");
            assertThat(byUrl.status()).as("%s", byUrl.err()).isZero();
            assertThat(byUrl.out().toString()).doesNotContain("s3cret");
        }
        try (var guarded = GuardedRegistry.before(registry, "Bearer t0ken")) {
            var byToken = setUp(
                    "--warroom.schema-registry-url=http://" + guarded.address() + registry.getPath(),
                    "--spring.kafka.properties.bearer.auth.credentials.source=STATIC_TOKEN",
                    "--spring.kafka.properties.bearer.auth.token=t0ken",
                    "--warroom.topics.partitions=3");
            assertThat(byToken.status()).as("%s", byToken).isZero();
        }
    }

    @Test
    void anEnumDefaultThatTheRegistryDoesNotStoreIsRefused() throws Exception {
        // Apicurio answers with this one's id when only the default is new, and stores nothing.
        var older = new Schema.Parser()
                .parse(Topic.INCIDENT_DECLARED
                        .schema()
                        .orElseThrow()
                        .toString()
                        .replaceAll("(\"symbols\":\\[[^]]*]),\"default\":\"UNKNOWN\"", "$1"));
        assertThat(older.toString())
                .isNotEqualTo(Topic.INCIDENT_DECLARED.schema().orElseThrow().toString());
        try (var registry = new CachedSchemaRegistryClient(List.of(Backing.get().schemaRegistryUrl()), 10, Map.of())) {
            registry.register(Topic.INCIDENT_DECLARED.subject(prefix), new AvroSchema(older));
        }

        var said = setUp("--warroom.topics.partitions=3");

        assertThat(said.status()).as("%s", said.out()).isEqualTo(1);
        assertThat(said.err())
                .singleElement()
                .asString()
                .contains("differs in an enum's default", "Delete that version");
    }

    @Test
    void everySubjectsRuleIsSetAndAnIncompatibleSchemaIsRefused() throws Exception {
        assertThat(setUp("--warroom.topics.partitions=3").status()).isZero();

        try (var registry = new CachedSchemaRegistryClient(List.of(Backing.get().schemaRegistryUrl()), 10, Map.of())) {
            for (var topic : Topic.values()) {
                if (topic.schema().isPresent()) {
                    assertThat(registry.getConfig(topic.subject(prefix)).getCompatibilityLevel())
                            .isEqualTo("BACKWARD_TRANSITIVE");
                }
            }
            var other = new AvroSchema(
                    "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}");
            assertThatThrownBy(() -> registry.register(Topic.APP_ENABLED.subject(prefix), other))
                    .isInstanceOfSatisfying(
                            RestClientException.class,
                            refused -> assertThat(refused.getStatus()).isEqualTo(409));
        }
    }

    @Test
    void somethingElseInTheRegistrysPlaceIsOneLine() throws Exception {
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            var page = "<html>\n<h1>hello</h1>\n</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        other.start();
        try {
            var said = setUp(
                    "--warroom.schema-registry-url=http://127.0.0.1:"
                            + other.getAddress().getPort(),
                    "--warroom.topics.partitions=3");

            assertThat(said.status()).isEqualTo(1);
            assertThat(said.err()).singleElement().asString().contains("is no schema registry");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void aPropertyThatCannotBeIsOneLineNamingIt() {
        var said = setUp("--warroom.topics.partitions=0");

        assertThat(said.status()).isEqualTo(1);
        assertThat(said.err()).singleElement().asString().contains("warroom.topics.partitions must be 1 or more");
    }

    private Said setUp(String... more) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var arguments = Deployment.withOverrides(
                List.of(
                        "--spring.kafka.bootstrap-servers=" + Backing.get().kafkaBootstrapServers(),
                        "--warroom.schema-registry-url=" + Backing.get().schemaRegistryUrl(),
                        "--warroom.topics.prefix=" + prefix,
                        "--warroom.topics.replication=1"),
                List.of(more));
        int status = SetUp.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(
                status,
                out.toString(StandardCharsets.UTF_8).lines().toList(),
                err.toString(StandardCharsets.UTF_8).lines().toList());
    }

    /** A topic is made before the broker lists it. */
    private static void awaitListed(Admin admin, String... topics) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(admin.listTopics().names().get()).contains(topics));
    }

    private static Admin admin() {
        return Admin.create(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()));
    }

    private static int closedPort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
