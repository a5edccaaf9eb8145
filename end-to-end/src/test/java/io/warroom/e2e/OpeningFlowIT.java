package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.event.Severity;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The main job. One product serves all tests, each of which has tenants of its own; the last one searches what all left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FailureReport.class)
class OpeningFlowIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final List<String> SECRETS = new ArrayList<>();

    /** What no producer should send, by the key it is sent under. */
    private static final Map<String, byte @Nullable []> HOSTILE = hostileValues();

    @TempDir
    static Path folder;

    private static Product product;

    @BeforeAll
    static void start() throws Exception {
        product = new Product(folder, "flow-", Product.Routes.direct());
        product.launchWorker().awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        product.close();
    }

    @Test
    void aHundredAndFiftyIncidentsOfThirtyTenantsMakeThatManyRoomsAndAgainTheSameOnes() throws Exception {
        for (JsonNode tenant : SampleTenants.tenants()) {
            SECRETS.addAll(SampleTenants.secretsOf(SampleTenants.enable(product, tenant)));
        }
        var incidents = SampleTenants.incidents();

        for (JsonNode incident : incidents) {
            declare(incident);
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(sampleResults()).hasSize(150));
        var rooms = roomIds(sampleResults());
        for (JsonNode incident : incidents) {
            declare(incident);
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(sampleResults()).hasSize(300));

        assertThat(rooms).hasSize(150).doesNotContainValue(null);
        assertThat(roomIds(sampleResults())).isEqualTo(rooms);
        assertThat(failures("tenant-")).isEmpty();
        assertThat(product.rooms().stream()
                        .filter(room -> room.path("tenantId").asString().startsWith("tenant-"))
                        .map(room -> room.path("roomId").asString()))
                .containsExactlyInAnyOrderElementsOf(rooms.values());
    }

    @Test
    void anIncidentOfADeletedAppWaitsByNameAndOpensByItselfWhenTheAppIsEnabledAgain() throws Exception {
        var tenant = aTenant("phoenix", "WECOM");
        var parameters = SampleTenants.enable(product, tenant);
        SECRETS.addAll(SampleTenants.secretsOf(parameters));
        assertThat(product.api("DELETE", "/tenants/phoenix/mobile-apps/WECOM", null)
                        .statusCode())
                .isEqualTo(204);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.records(Topic.APP_DELETED))
                        .anyMatch(record -> record.key().equals("phoenix/WECOM")));

        declare(anIncident(tenant, "INC-1"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events(Topic.INCIDENT_PARKED, "phoenix/INC-1"))
                        .first()
                        .satisfies(waiting -> {
                            assertThat(waiting.get("reason")).hasToString("NO_APP");
                            assertThat(waiting.get("detail").toString()).contains("phoenix", "Enable");
                        }));
        SampleTenants.put(product, tenant, "", parameters);
        declare(anIncident(tenant, "INC-2"));

        await().atMost(SOON).untilAsserted(() -> assertThat(opened("phoenix/")).hasSize(2));
        assertThat(failures("phoenix/")).isEmpty();
    }

    @Test
    void aWrongSecretIsTriedOnceAndItsIncidentsOpenWhenTheKeyIsChanged() throws Exception {
        var tenant = aTenant("typo", "LARK");
        var right = SampleTenants.parameters("typo", "LARK");
        SampleTenants.register(product, tenant, right);
        var wrong = new HashMap<>(right);
        wrong.put("appSecret", SampleTenants.parameters("typo", "LARK").get("appSecret"));
        SECRETS.addAll(SampleTenants.secretsOf(right));
        SECRETS.addAll(SampleTenants.secretsOf(wrong));
        // Unchecked: the check would have kept the wrong secret out.
        SampleTenants.put(product, tenant, "?verify=false", wrong);
        for (int i = 1; i <= 5; i++) {
            declare(anIncident(tenant, "INC-" + i));
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events(Topic.INCIDENT_PARKED, "typo/"))
                        .hasSize(5)
                        .allSatisfy(waiting -> assertThat(waiting.get("reason")).hasToString("KEY_REJECTED")));
        assertThat(product.calls("typo")).isEqualTo(1);
        assertThat(events(Topic.APP_HEALTH, "typo/LARK"))
                .isNotEmpty()
                .allSatisfy(health -> assertThat(health.get("state")).hasToString("KEY_REJECTED"));

        SampleTenants.put(product, tenant, "/key", right);

        await().atMost(SOON).untilAsserted(() -> assertThat(opened("typo/")).hasSize(5));
    }

    @Test
    void anIncidentWhosePeopleNobodyKnowsEndsInAFailureThatNamesThem() throws Exception {
        var tenant = aTenant("lonely", "LARK");
        SECRETS.addAll(SampleTenants.secretsOf(SampleTenants.enable(product, tenant)));
        var incident = anIncident(tenant, "INC-1");
        for (JsonNode person : incident.path("responders")) {
            ((ObjectNode) person).put("mobile", "+8613999999999").remove(List.of("email", "platformUserId"));
        }

        declare(incident);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(failures("lonely/INC-1"))
                        .singleElement()
                        .satisfies(failed -> {
                            assertThat(failed.get("reason")).hasToString("TOO_FEW_PEOPLE");
                            assertThat((List<?>) failed.get("missing")).hasSize(3);
                        }));
    }

    @Test
    void anIncidentDeclaredRightAfterItsAppWasEnabledFindsIt() throws Exception {
        var tenant = aTenant("hasty", "LARK");
        SECRETS.addAll(SampleTenants.secretsOf(SampleTenants.enable(product, tenant)));
        declare(anIncident(tenant, "INC-1"));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("hasty/INC-1")).hasSize(1));
        assertThat(failures("hasty/")).isEmpty();
        assertThat(events(Topic.INCIDENT_PARKED, "hasty/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WECOM", "DINGTALK", "LARK"})
    void aRoomFollowsItsIncidentToItsEnd(String platform) throws Exception {
        String name = "story-" + platform.toLowerCase(Locale.ROOT);
        var tenant = aTenant(name, platform);
        SECRETS.addAll(SampleTenants.secretsOf(SampleTenants.enable(product, tenant)));
        String incident = "/tenants/" + name + "/incidents/INC-1";
        declare(anIncident(tenant, "INC-1"));
        var update = Product.JSON.createObjectNode().put("title", "slow").put("note", "A fix is rolling out");
        update.putArray("addedResponders").add(tenant.path("people").get(3).deepCopy());
        assertThat(product.api("PATCH", incident, update).statusCode()).isEqualTo(202);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened(name + "/INC-1")).hasSize(2));
        assertThat(product.api("POST", incident + "/resolve", Map.of("summary", "It was a bad disk"))
                        .statusCode())
                .isEqualTo(202);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events(Topic.WAR_ROOM_CLOSED, name + "/INC-1"))
                        .hasSize(1));

        assertThat((List<?>) opened(name + "/INC-1").getLast().get("members")).hasSize(4);
        assertThat(product.rooms().stream()
                        .filter(room -> room.path("tenantId").asString().equals(name)))
                .singleElement()
                .satisfies(room -> {
                    assertThat(room.path("name").asString()).isEqualTo("[Resolved] INC-1 slow");
                    assertThat(room.path("messages").toString())
                            .contains("checkout is down", "A fix is rolling out", "It was a bad disk");
                    assertThat(room.path("messages").size()).isEqualTo(3);
                });
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.api("GET", "/tenants/" + name + "/war-rooms/INC-1", null)
                                .body())
                        .contains("\"state\":\"CLOSED\""));
        var said = Product.JSON
                .readTree(product.api("GET", "/tenants/" + name + "/war-rooms/INC-1", null)
                        .body())
                .path("messages");
        assertThat(said.valueStream().map(message -> message.path("kind").asString()))
                .containsExactly("FIRST", "UPDATE", "RESOLUTION");
        assertThat(said.valueStream().map(message -> message.path("state").asString()))
                .containsOnly("SENT");
        assertThat(said.get(0).path("text").asString()).contains("checkout is down");
        assertThat(said.get(1).path("text").asString()).contains("A fix is rolling out");
        assertThat(said.get(2).path("text").asString()).contains("It was a bad disk");
    }

    @Test
    void aChangedKeyIsUsedByTheNextIncidentWithoutARestart() throws Exception {
        var tenant = aTenant("rotor", "DINGTALK");
        var old = SampleTenants.enable(product, tenant);
        declare(anIncident(tenant, "INC-1"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("rotor/INC-1")).hasSize(1));

        var changed = new HashMap<>(old);
        changed.put(
                "clientSecret", SampleTenants.parameters("rotor", "DINGTALK").get("clientSecret"));
        SampleTenants.register(product, tenant, changed);
        SampleTenants.put(product, tenant, "/key", changed);
        SECRETS.addAll(SampleTenants.secretsOf(old));
        SECRETS.addAll(SampleTenants.secretsOf(changed));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.records(Topic.KEY_ROTATED))
                        .anyMatch(record -> record.key().equals("rotor/DINGTALK")));
        declare(anIncident(tenant, "INC-2"));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("rotor/INC-2"))
                        .singleElement()
                        .satisfies(room -> assertThat((Long) room.get("appRevision"))
                                .isGreaterThan(
                                        (Long) opened("rotor/INC-1").getFirst().get("appRevision"))));
    }

    @Test
    void recordsThatNobodyCanReadAreKeptWithTheirBytesAndThePartitionGoesOn() throws Exception {
        for (var one : HOSTILE.entrySet()) {
            product.declareBytes(one.getKey(), one.getValue());
        }
        var tenant = aTenant("survivor", "LARK");
        SECRETS.addAll(SampleTenants.secretsOf(SampleTenants.enable(product, tenant)));
        declare(anIncident(tenant, "INC-1"));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(product.bytes(Topic.INCIDENT_REJECTED)).hasSize(HOSTILE.size()));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("survivor/INC-1")).hasSize(1));
        for (var record : product.bytes(Topic.INCIDENT_REJECTED)) {
            String what = key(record);
            assertThat(record.value()).as(what).isEqualTo(HOSTILE.get(what));
            assertThat(header(record, "warroom-reason")).as(what).isNotBlank();
            assertThat(header(record, "warroom-detail")).as(what).isNotBlank();
        }
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void everyRecordCarriesCloudEventsAndIsReadByAStockDeserializer() {
        for (Topic topic : List.of(
                Topic.APP_ENABLED,
                Topic.KEY_ROTATED,
                Topic.APP_DELETED,
                Topic.INCIDENT_DECLARED,
                Topic.WAR_ROOM_OPENED,
                Topic.WAR_ROOM_FAILED)) {
            var records = product.bytes(topic).stream()
                    .filter(record -> record.value() != null && !HOSTILE.containsKey(key(record)))
                    .toList();
            assertThat(records).as(topic.name("")).isNotEmpty();
            for (var record : records) {
                assertThat(product.deserialize(record)).isInstanceOf(GenericRecord.class);
                for (String name : List.of("ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time")) {
                    assertThat(header(record, name)).as("%s %s", topic, name).isNotBlank();
                }
            }
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void noSecretIsInAnyTopicTableLogOrAnswer() throws Exception {
        assertThat(SECRETS).hasSizeGreaterThan(40);
        SECRETS.add(product.operatorPassword());
        var said = new StringBuilder(product.everythingSaid());
        for (Topic topic : Topic.values()) {
            for (var record : product.bytes(topic)) {
                if (record.value() != null) {
                    said.append(new String(record.value(), StandardCharsets.ISO_8859_1));
                }
                record.headers()
                        .forEach(header -> said.append(new String(header.value(), StandardCharsets.ISO_8859_1)));
            }
        }
        var database = product.database();
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
        String all = said.toString();

        for (String secret : SECRETS) {
            assertThat(all.contains(secret)).as("a secret was found").isFalse();
            assertThat(all.contains(java.util.HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8))))
                    .as("a secret was found in hexadecimal")
                    .isFalse();
        }
    }

    private static Map<String, byte @Nullable []> hostileValues() {
        var hostile = new HashMap<String, byte @Nullable []>();
        hostile.put("not Avro", "{\"tenantId\":\"acme\"}".getBytes(StandardCharsets.UTF_8));
        hostile.put("unknown schema", new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3});
        hostile.put("empty", new byte[0]);
        hostile.put("magic byte alone", new byte[] {0});
        hostile.put("no value", null);
        return hostile;
    }

    private static String key(ConsumerRecord<byte[], ?> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    private static void declare(JsonNode incident) throws Exception {
        var answer = product.api("POST", "/tenants/" + incident.path("tenantId").asString() + "/incidents", incident);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    /** A tenant like one of the samples, under a name of its own. */
    private static JsonNode aTenant(String name, String platform) {
        var tenant = (ObjectNode) SampleTenants.tenants().getFirst().deepCopy();
        tenant.put("tenantId", name);
        tenant.put("platform", platform);
        return tenant;
    }

    private static JsonNode anIncident(JsonNode tenant, String id) {
        var incident = Product.JSON.createObjectNode();
        incident.put("tenantId", tenant.path("tenantId").asString());
        incident.put("incidentId", id);
        incident.put("title", "checkout is down");
        incident.put("severity", Severity.P1.name());
        var responders = incident.putArray("responders");
        for (int i = 0; i < 3; i++) {
            var person = (ObjectNode) tenant.path("people").get(i).deepCopy();
            person.put("role", i == 0 ? "COMMANDER" : "RESPONDER");
            responders.add(person);
        }
        return incident;
    }

    private static List<ConsumerRecord<String, Object>> sampleResults() {
        return product.records(Topic.WAR_ROOM_OPENED).stream()
                .filter(record -> record.key().startsWith("tenant-"))
                .toList();
    }

    private static Map<String, String> roomIds(List<ConsumerRecord<String, Object>> results) {
        return results.stream()
                .collect(Collectors.toMap(
                        ConsumerRecord::key,
                        record -> String.valueOf(((GenericRecord) record.value()).get("roomId")),
                        (first, second) -> second));
    }

    private static List<GenericRecord> opened(String keyPrefix) {
        return events(Topic.WAR_ROOM_OPENED, keyPrefix);
    }

    private static List<GenericRecord> failures(String keyPrefix) {
        return events(Topic.WAR_ROOM_FAILED, keyPrefix);
    }

    private static List<GenericRecord> events(Topic topic, String keyPrefix) {
        return product.records(topic).stream()
                .filter(record -> record.key().startsWith(keyPrefix))
                .filter(record -> record.value() != null) // a tombstone
                .map(record -> (GenericRecord) record.value())
                .toList();
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
