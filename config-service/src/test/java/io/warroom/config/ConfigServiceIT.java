package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.sealing.GenerateKeys;
import io.warroom.config.setup.SetUp;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service on a real broker, a real PostgreSQL and a real registry, asked over HTTP. */
class ConfigServiceIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "k3y-that-nobody-reads-back";

    @TempDir
    static Path folder;

    private static final String PREFIX = "config-" + UUID.randomUUID() + "-";
    private static final List<String> ANSWERS = new ArrayList<>();
    private static ConfigurableApplicationContext service;
    private static Backing.FreshDatabase database;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        database = Backing.get().newDatabase();
        http = HttpClient.newHttpClient();
        GenerateKeys.generate(folder.resolve("private.json"), folder.resolve("public.json"));
        String[] arguments = {
            "--server.port=0",
            "--spring.kafka.bootstrap-servers=" + Backing.get().kafkaBootstrapServers(),
            "--warroom.schema-registry-url=" + Backing.get().schemaRegistryUrl(),
            "--warroom.topics.prefix=" + PREFIX,
            "--warroom.topics.partitions=3",
            "--warroom.topics.replication=1",
            "--spring.datasource.url=" + database.jdbcUrl(),
            "--spring.datasource.username=" + database.user(),
            "--spring.datasource.password=" + database.password(),
            "--warroom.sealing.public-keyset=" + folder.resolve("public.json"),
            "--warroom.endpoints.allowed-base-urls=http://127.0.0.1:9200/lark"
        };
        SetUp.main(arguments);
        // A second run changes nothing and ends well.
        SetUp.main(arguments);
        service = new SpringApplicationBuilder(ConfigService.class).run(arguments);
    }

    @AfterAll
    static void stop() {
        SpringApplication.exit(service);
    }

    @Test
    void everyChangeIsPublishedWithTheWholeStateAndAGrowingRevision() throws Exception {
        assertThat(send("PUT", "/tenants/acme/mobile-apps/wecom", wecom("ww1", SECRET))
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("PUT", "/tenants/acme/mobile-apps/WECOM/key", wecom("ww1", SECRET + "2"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("PUT", "/tenants/acme/mobile-apps/LARK", lark("cli_1")).statusCode())
                .isEqualTo(201);
        assertThat(send("POST", "/tenants/acme/mobile-apps/WECOM/activate", "").statusCode())
                .isEqualTo(200);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(values(Topic.APP_ENABLED, "acme/WECOM")).hasSize(2));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(values(Topic.KEY_ROTATED, "acme/WECOM")).hasSize(1));
        assertThat(values(Topic.APP_ENABLED, "acme/WECOM"))
                .extracting(event -> event.get("revision"))
                .containsExactly(1L, 3L);
        var rotated = values(Topic.KEY_ROTATED, "acme/WECOM").getFirst();
        assertThat(rotated.get("revision")).isEqualTo(2L);
        assertThat(((GenericRecord) rotated.get("app")).get("identity")).hasToString("ww1");
        // An activation seals nothing again: its secrets still name the revision that set them.
        var activated = (GenericRecord)
                values(Topic.APP_ENABLED, "acme/WECOM").getLast().get("app");
        assertThat((List<?>) activated.get("secrets"))
                .hasSize(2)
                .allSatisfy(secret ->
                        assertThat(((GenericRecord) secret).get("revision")).isEqualTo(2L));
        assertThat(values(Topic.APP_ENABLED, "acme/WECOM").getLast().get("activation"))
                .isEqualTo(3L);
        String list = send("GET", "/tenants/acme/mobile-apps", "").body();
        assertThat(list).contains("\"ww1\"", "\"cli_1\"").doesNotContain(SECRET);
    }

    @Test
    void aDeletionIsPublishedThenTombstonesAndEnablingAgainContinuesTheRevisions() throws Exception {
        send("PUT", "/tenants/phoenix/mobile-apps/LARK", lark("cli_2"));
        assertThat(send("DELETE", "/tenants/phoenix/mobile-apps/LARK", "").statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", "/tenants/phoenix/mobile-apps/LARK", "").statusCode())
                .isEqualTo(404);
        assertThat(send("PUT", "/tenants/phoenix/mobile-apps/LARK", lark("cli_3"))
                        .statusCode())
                .isLessThan(300);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(records(Topic.APP_ENABLED, "phoenix/LARK")).hasSize(3));
        var enabled = records(Topic.APP_ENABLED, "phoenix/LARK");
        assertThat(enabled.get(1).value()).as("the tombstone").isNull();
        assertThat(((GenericRecord) enabled.get(2).value()).get("revision")).isEqualTo(3L);
        assertThat(values(Topic.APP_DELETED, "phoenix/LARK"))
                .singleElement()
                .satisfies(event -> assertThat(event.get("revision")).isEqualTo(2L));
        assertThat(records(Topic.KEY_ROTATED, "phoenix/LARK"))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isNull());
    }

    @Test
    void anIdentityCannotBeChangedByAKeyChange() throws Exception {
        send("PUT", "/tenants/fixed/mobile-apps/LARK", lark("cli_4"));

        var answer = send("PUT", "/tenants/fixed/mobile-apps/LARK/key", lark("cli_5"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(answer.body()).contains("appId");
    }

    @Test
    void aStaleIfMatchIsRefused() throws Exception {
        send("PUT", "/tenants/edited/mobile-apps/LARK", lark("cli_6"));
        send("PUT", "/tenants/edited/mobile-apps/LARK/key", lark("cli_6"));

        var answer = http.send(
                request("PUT", "/tenants/edited/mobile-apps/LARK/key", lark("cli_6"))
                        .header("If-Match", "\"1\"")
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"appId\":\"cli_7\"} | appSecret",
                "{\"appId\":\"cli_7\",\"appSecret\":\"s\",\"colour\":\"red\"} | colour",
                "{\"appId\":\"cli_7\",\"appId\":\"cli_8\",\"appSecret\":\"s\"} | appId",
                "{\"appId\":\"cli_7\",\"appSecret\":\"s\",\"endpoint\":\"http://169.254.169.254/\"} | endpoint",
                "{\"appId\":17,\"appSecret\":\"s\"} | appId",
                "{ | JSON",
                "[] | object"
            })
    void aBadBodyIsRefusedByTheNameOfItsFieldAndNothingIsStored(String body, String named) throws Exception {
        var answer = send("PUT", "/tenants/hostile/mobile-apps/LARK", body);

        assertThat(answer.statusCode()).isBetween(400, 422);
        assertThat(answer.body()).contains(named);
        assertThat(send("GET", "/tenants/hostile/mobile-apps", "").body()).doesNotContain("cli_7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2fadmin", "a%27b", "%00", "-x", "a%20b"})
    void aTenantIdThatIsNoneIsRefused(String tenant) throws Exception {
        assertThat(send("GET", "/tenants/" + tenant + "/mobile-apps", "").statusCode())
                .isBetween(400, 404);
    }

    @Test
    void aBodyOfMoreThanAMegabyteIsRefused() throws Exception {
        String body = "{\"appId\":\"" + "x".repeat(1_100_000) + "\"}";

        assertThat(send("PUT", "/tenants/huge/mobile-apps/LARK", body).statusCode())
                .isEqualTo(413);
    }

    @Test
    void aDeclaredIncidentIsOnItsTopicWhenItIsAccepted() throws Exception {
        var answer = send("POST", "/tenants/acme/incidents", """
                {"incidentId":"INC-1","title":"支付不可用","severity":"P1","links":[{"title":"runbook","url":"https://example.com/r"}],
                 "responders":[{"personId":"p-1","name":"Chen","mobile":"+8613800000001","role":"COMMANDER"}]}""");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(values(Topic.INCIDENT_DECLARED, "acme")).singleElement().satisfies(incident -> {
            assertThat(incident.get("title")).hasToString("支付不可用");
            assertThat(incident.get("incidentId")).hasToString("INC-1");
        });
        assertThat(records(Topic.INCIDENT_DECLARED, "acme"))
                .allSatisfy(record ->
                        assertThat(record.headers().lastHeader("ce_id")).isNotNull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"incidentId\":\"I\",\"severity\":\"P1\"} | title",
                "{\"incidentId\":\"I\",\"title\":\"t\",\"severity\":\"P9\"} | severity",
                "{\"incidentId\":\"I\",\"title\":\"t\",\"severity\":\"P1\",\"tenantId\":\"other\"} | tenantId",
                "{\"incidentId\":\"I\",\"title\":\"t\",\"severity\":\"P1\",\"responders\":[{\"personId\":\"p\",\"name\":\"n\",\"mobile\":\"138\"}]} | mobile"
            })
    void anIncidentOutsideTheLimitsIsRefusedByTheNameOfItsField(String body, String named) throws Exception {
        var answer = send("POST", "/tenants/limits/incidents", body);

        assertThat(answer.statusCode()).isBetween(400, 422);
        assertThat(answer.body()).contains(named);
        assertThat(records(Topic.INCIDENT_DECLARED, "limits")).isEmpty();
    }

    @Test
    void theSecretIsInNoTableAndNoTopicAndNoAnswer() throws Exception {
        send("PUT", "/tenants/vault/mobile-apps/WECOM", wecom("ww9", SECRET + "9"));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(values(Topic.APP_ENABLED, "vault/WECOM")).hasSize(1));
        var said = new StringBuilder(String.join("\n", ANSWERS));
        for (Topic topic : List.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED)) {
            read(topic).forEach(record -> said.append(record.value()));
        }
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var tables = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")) {
            while (tables.next()) {
                try (var rows = connection
                        .createStatement()
                        .executeQuery("SELECT t::text AS line FROM \"" + tables.getString(1) + "\" t")) {
                    while (rows.next()) {
                        said.append(rows.getString(1));
                    }
                }
            }
        }

        assertThat(said.toString()).contains("ww9").doesNotContain(SECRET);
    }

    private static String wecom(String enterpriseId, String key) {
        return "{\"enterpriseId\":\"%s\",\"enterpriseKey\":\"%s\",\"addressBookKey\":\"%s-book\",\"serviceId\":1000002}"
                .formatted(enterpriseId, key, key);
    }

    private static String lark(String appId) {
        return "{\"appId\":\"%s\",\"appSecret\":\"%s\",\"endpoint\":\"http://127.0.0.1:9200/lark\"}"
                .formatted(appId, SECRET);
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        var answer = http.send(request(method, path, body).build(), BodyHandlers.ofString());
        ANSWERS.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    private static HttpRequest.Builder request(String method, String path, String body) {
        var port = service.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }

    private static List<GenericRecord> values(Topic topic, String key) {
        return records(topic, key).stream()
                .filter(record -> record.value() != null)
                .map(record -> (GenericRecord) record.value())
                .toList();
    }

    private static List<ConsumerRecord<String, Object>> records(Topic topic, String key) {
        return read(topic).stream().filter(record -> record.key().equals(key)).toList();
    }

    private static List<ConsumerRecord<String, Object>> read(Topic topic) {
        var properties = Map.<String, Object>of(
                "bootstrap.servers",
                Backing.get().kafkaBootstrapServers(),
                "schema.registry.url",
                Backing.get().schemaRegistryUrl(),
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                "io.confluent.kafka.serializers.KafkaAvroDeserializer");
        try (var consumer = new KafkaConsumer<String, Object>(properties)) {
            var partitions = consumer.partitionsFor(topic.name(PREFIX)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<String, Object>>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }
}
