package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.warroom.config.testing.CapturedLog;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.topic.Topic;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service on a real broker, a real PostgreSQL and a real registry, asked over HTTP. */
class ConfigServiceIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "k3y-that-nobody-reads-back";

    @TempDir
    static Path folder;

    private static final List<String> ANSWERS = new CopyOnWriteArrayList<>();
    private static Deployment deployment;
    private static Instance service;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void everyChangeIsPublishedWithTheWholeStateAndAGrowingRevision() throws Exception {
        assertThat(send("PUT", "/tenants/acme/mobile-apps/wecom?verify=false", wecom("ww1", SECRET))
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("PUT", "/tenants/acme/mobile-apps/WECOM/key?verify=false", wecom("ww1", SECRET + "2"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("PUT", "/tenants/acme/mobile-apps/LARK?verify=false", lark("cli_1"))
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("POST", "/tenants/acme/mobile-apps/WECOM/activate", "").statusCode())
                .isEqualTo(200);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(values(Topic.APP_ENABLED, "acme/WECOM")).hasSize(2));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(values(Topic.KEY_ROTATED, "acme/WECOM")).hasSize(1));
        assertThat(deployment.changes(Topic.APP_ENABLED, "acme/WECOM")).containsExactly(1L, 3L);
        var rotated = values(Topic.KEY_ROTATED, "acme/WECOM").getFirst();
        assertThat(deployment.changes(Topic.KEY_ROTATED, "acme/WECOM")).containsExactly(2L);
        assertThat(((GenericRecord) rotated.get("app")).get("identity")).hasToString("ww1");
        // An activation seals nothing again: its secrets still name the revision that set them.
        var activated = (GenericRecord)
                values(Topic.APP_ENABLED, "acme/WECOM").getLast().get("app");
        assertThat((List<?>) activated.get("secrets"))
                .hasSize(2)
                .allSatisfy(secret ->
                        assertThat(((GenericRecord) secret).get("revision")).isEqualTo(rotated.get("revision")));
        assertThat((Long) values(Topic.APP_ENABLED, "acme/WECOM").getLast().get("activation"))
                .isGreaterThan((Long) rotated.get("activation"));
        String list = send("GET", "/tenants/acme/mobile-apps", "").body();
        assertThat(list).contains("\"ww1\"", "\"cli_1\"").doesNotContain(SECRET);
    }

    @Test
    void aDeletionIsPublishedThenTombstonesAndEnablingAgainContinuesTheRevisions() throws Exception {
        send("PUT", "/tenants/phoenix/mobile-apps/LARK?verify=false", lark("cli_2"));
        assertThat(send("DELETE", "/tenants/phoenix/mobile-apps/LARK", "").statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", "/tenants/phoenix/mobile-apps/LARK", "").statusCode())
                .isEqualTo(404);
        assertThat(send("PUT", "/tenants/phoenix/mobile-apps/LARK?verify=false", lark("cli_3"))
                        .statusCode())
                .isLessThan(300);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(records(Topic.APP_ENABLED, "phoenix/LARK")).hasSize(3));
        var enabled = records(Topic.APP_ENABLED, "phoenix/LARK");
        assertThat(enabled.get(1).value()).as("the tombstone").isNull();
        assertThat(deployment.changes(Topic.APP_ENABLED, "phoenix/LARK")).containsExactly(1L, 3L);
        assertThat(deployment.changes(Topic.APP_DELETED, "phoenix/LARK")).containsExactly(2L);
        assertThat(records(Topic.KEY_ROTATED, "phoenix/LARK"))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isNull());
    }

    @Test
    void aBindingIsPublishedAndTakenBackWithATombstoneAndItsRevisionGoesOn() throws Exception {
        var bound = send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}");
        assertThat(bound.statusCode()).isEqualTo(201);
        var revision = bound.headers().firstValue("ETag").orElseThrow().replace("\"", "");
        assertThat(send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}")
                        .body())
                .as("bound so already")
                .contains("\"revision\":" + revision);
        assertThat(send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"WECOM\",\"platformUserId\":\"chen\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("GET", "/tenants/acme/members/p-1", "").body()).contains("ou_1", "chen");
        assertThat(send("GET", "/tenants/other/members/p-1", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/tenants/acme/members/p-1?platform=lark", "").statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", "/tenants/acme/members/p-1?platform=LARK", "").statusCode())
                .isEqualTo(404);
        assertThat(send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_2\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("DELETE", "/tenants/acme/members/p-1", "").statusCode()).isEqualTo(204);
        assertThat(send("GET", "/tenants/acme/members/p-1", "").statusCode()).isEqualTo(404);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(records(Topic.MEMBER_BOUND, "acme/LARK/p-1")).hasSize(4));
        var published = records(Topic.MEMBER_BOUND, "acme/LARK/p-1");
        assertThat(((GenericRecord) published.get(0).value()).get("platformUserId"))
                .hasToString("ou_1");
        assertThat(published.get(1).value()).as("the tombstone").isNull();
        assertThat((Long) ((GenericRecord) published.get(2).value()).get("revision"))
                .isGreaterThan(Long.parseLong(revision) + 1);
        assertThat(published.get(3).value()).as("the tombstone").isNull();
        assertThat(records(Topic.MEMBER_BOUND, "acme/WECOM/p-1")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p-1 | {\"platform\":\"LARK\"} | 422 | platformUserId",
                "p-1 | {\"platformUserId\":\"u\"} | 422 | platform",
                "p-1 | {\"platform\":\"SLACK\",\"platformUserId\":\"u\"} | 422 | platform",
                "p-1 | {\"platform\":\"LARK\",\"platformUserId\":\"a/b\"} | 422 | platformUserId",
                "p-1 | {\"platform\":\"LARK\",\"platformUserId\":7} | 422 | platformUserId",
                "p-1 | {\"platform\":\"LARK\",\"platformUserId\":\"u\",\"role\":\"x\"} | 422 | role",
                "%0a | {\"platform\":\"LARK\",\"platformUserId\":\"u\"} | 400 | refused",
                "%20 | {\"platform\":\"LARK\",\"platformUserId\":\"u\"} | 400 | personId",
                "p-1 | [] | 400 | object"
            })
    void aBindingOutsideTheLimitsIsRefusedByField(String person, String body, int status, String named)
            throws Exception {
        var answer = send("PUT", "/tenants/acme/members/" + person, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(named);
    }

    @Test
    void aBindingThatWasChangedSinceItWasReadIsNotOverwritten() throws Exception {
        send("PUT", "/tenants/acme/members/p-2", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}");
        send("PUT", "/tenants/acme/members/p-2", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_2\"}");

        var answer = send(
                "PUT",
                "/tenants/acme/members/p-2",
                "{\"platform\":\"LARK\",\"platformUserId\":\"ou_3\"}",
                "If-Match",
                "\"1\"");

        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(send("GET", "/tenants/acme/members/p-2", "").body()).contains("ou_2");
    }

    @Test
    void anIdentityCannotBeChangedByAKeyChange() throws Exception {
        send("PUT", "/tenants/fixed/mobile-apps/LARK?verify=false", lark("cli_4"));

        var answer = send("PUT", "/tenants/fixed/mobile-apps/LARK/key?verify=false", lark("cli_5"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(answer.body()).contains("appId");
    }

    @Test
    void aStaleIfMatchIsRefused() throws Exception {
        send("PUT", "/tenants/edited/mobile-apps/LARK?verify=false", lark("cli_6"));
        send("PUT", "/tenants/edited/mobile-apps/LARK/key?verify=false", lark("cli_6"));

        var answer =
                send("PUT", "/tenants/edited/mobile-apps/LARK/key?verify=false", lark("cli_6"), "If-Match", "\"1\"");

        assertThat(answer.statusCode()).isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, mobile-apps/LARK/key?verify=false",
        "POST, mobile-apps/LARK/activate",
        "DELETE, mobile-apps/LARK",
        "PUT, members/p-1"
    })
    void whatIsThereIsChangedByNobodyWhoDoesNotSayWhichStateOfIt(String method, String path) throws Exception {
        var tenant = "unsaid-" + method.toLowerCase(Locale.ROOT) + path.length();
        var address = "/tenants/" + tenant + "/" + path;
        boolean member = path.startsWith("members");
        var body = member ? "{\"platform\":\"LARK\",\"platformUserId\":\"ou_2\"}" : lark("cli_1");
        var first = member ? body.replace("ou_2", "ou_1") : body;
        var made = withoutIfMatch(
                "PUT", member ? address : "/tenants/" + tenant + "/mobile-apps/LARK?verify=false", first);
        assertThat(made.statusCode())
                .as("what is new needs none: %s", made.body())
                .isEqualTo(201);

        var unsaid = withoutIfMatch(method, address, body);

        assertThat(unsaid.statusCode()).as(unsaid.body()).isEqualTo(428);
        var read = made.headers().firstValue("ETag").orElseThrow();
        assertThat(unsaid.body())
                .contains("\"code\":\"precondition-required\"", "If-Match: " + read.replace("\"", "\\\""));
        assertThat(send(method, address, body, "If-Match", read).statusCode()).isBetween(200, 204);
    }

    @Test
    void whatIsBoundSoAlreadyIsNoChangeAndNeedsNoRevision() throws Exception {
        var path = "/tenants/bound-so/members/p-1";
        var body = "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}";
        assertThat(withoutIfMatch("PUT", path, body).statusCode()).isEqualTo(201);

        assertThat(withoutIfMatch("PUT", path, body).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> withoutIfMatch(String method, String path, String body) throws Exception {
        return service.sendAs(Instance.asOperator(), method, "/api/v1" + path, body);
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
        var answer = send("PUT", "/tenants/hostile/mobile-apps/LARK?verify=false", body);

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/tenants/a%2Fb/mobile-apps HTTP/1.1",
                "GET /api/v1/tenants/<script>/mobile-apps HTTP/1.1",
                "GET /api/v1/tenants/%zz/mobile-apps HTTP/1.1",
                "TRACE /api/v1/tenants/a/mobile-apps HTTP/1.1",
                "NOT A REQUEST LINE AT ALL",
                "GET /api/v1/tenants/a/mobile-apps HTTP/9.9"
            })
    void whatTheServerItselfRefusesIsProblemDetailsAndNeverHtml(String line) throws Exception {
        var answer = sendRaw(line + "\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 (4\\d\\d|505) ");
        assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
        assertThat(answer).contains("\"code\":").doesNotContainIgnoringCase("<html", "<script");
    }

    @Test
    void anUnknownAddressIsProblemDetailsForABrowserToo() throws Exception {
        var answer = send("GET", "/nowhere", "", "Accept", "text/html");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /tenants/typed/mobile-apps/LARK",
        "PUT, /tenants/typed/mobile-apps/LARK/key",
        "POST, /tenants/typed/incidents"
    })
    void aBodyThatIsNotSaidToBeJsonIsRefused(String method, String path) throws Exception {
        var answer = send(method, path, lark("cli_7"), "Content-Type", "text/plain");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("Content-Type: application/json");
    }

    @Test
    void aChangeIsAnsweredWithWhetherTheAppIsTheActiveOne() throws Exception {
        send("PUT", "/tenants/two/mobile-apps/LARK?verify=false", lark("cli_8"));
        assertThat(send("PUT", "/tenants/two/mobile-apps/WECOM?verify=false", wecom("ww8", SECRET))
                        .body())
                .contains("\"active\":true");

        assertThat(send("PUT", "/tenants/two/mobile-apps/LARK/key?verify=false", lark("cli_8"))
                        .body())
                .contains("\"active\":false");
        assertThat(send("POST", "/tenants/two/mobile-apps/LARK/activate", "").body())
                .contains("\"active\":true");
    }

    @Test
    void aServiceWithoutAKeysetSaysSoInOneLineAndDoesNotStart() {
        var nowhere = folder.resolve("nowhere.json").toString();
        try (var log = CapturedLog.of("ROOT", Level.ERROR)) {
            assertThatThrownBy(() -> deployment.start("--warroom.sealing.public-keyset=" + nowhere))
                    .isInstanceOf(RuntimeException.class);

            assertThat(log.said())
                    .filteredOn(line -> line.startsWith("ERROR"))
                    .singleElement()
                    .asString()
                    .contains("The service does not start", "warroom.sealing.public-keyset", nowhere, "--generate-keys")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aBodyOfMoreThanAMegabyteIsRefused() throws Exception {
        String body = "{\"appId\":\"" + "x".repeat(1_100_000) + "\"}";

        assertThat(send("PUT", "/tenants/huge/mobile-apps/LARK?verify=false", body)
                        .statusCode())
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
                "{\"incidentId\":\"I\",\"title\":\"t\",\"severity\":\"P1\",\"responders\":[{\"personId\":\"p\",\"name\":\"n\",\"mobile\":\"138\"}]} | responders[0].mobile",
                "{\"incidentId\":\"a/b\",\"title\":\"t\",\"severity\":\"P1\"} | incidentId",
                "{\"incidentId\":\"I\",\"title\":17,\"severity\":\"P1\"} | title must be a text in quotes",
                "{\"incidentId\":\"I\",\"title\":\"t\",\"severity\":\"P1\",\"links\":[{\"title\":\"t\",\"url\":\"javascript:alert(1)\"}]} | links[0].url",
                "{\"incidentId\":\"I\",\"title\":\"t\",\"severity\":\"P1\",\"responders\":[{\"personId\":\"p\",\"name\":\"n\"},{\"personId\":\"p\",\"name\":\"m\"}]} | responders[1].personId must be unique"
            })
    void anIncidentOutsideTheLimitsIsRefusedByTheNameOfItsField(String body, String named) throws Exception {
        var answer = send("POST", "/tenants/limits/incidents", body);

        assertThat(answer.statusCode()).isBetween(400, 422);
        assertThat(answer.body()).contains(named);
        assertThat(records(Topic.INCIDENT_DECLARED, "limits")).isEmpty();
    }

    @Test
    void theSecretIsInNoTableAndNoTopicAndNoAnswerAndNoLog() throws Exception {
        var log = CapturedLog.of("ROOT", Level.DEBUG);
        try (log) {
            send("PUT", "/tenants/vault/mobile-apps/WECOM?verify=false", wecom("ww9", SECRET + "9"));
            // In wrong places: as the identity too, in an unknown field, in a body that is none.
            send("PUT", "/tenants/vault/mobile-apps/LARK?verify=false", lark(SECRET));
            send("PUT", "/tenants/vault/mobile-apps/LARK?verify=false", "{\"appSecrt\":\"" + SECRET + "\"}");
            send("PUT", "/tenants/vault/mobile-apps/LARK?verify=false", "{\"appSecret\":\"" + SECRET);
            send("PUT", "/tenants/vault/mobile-apps/LARK/key?verify=false", lark("cli_9"));
        }
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(values(Topic.APP_ENABLED, "vault/WECOM")).hasSize(1));
        assertThat(log.said()).as("the log was listened to").isNotEmpty();
        var said = new StringBuilder(String.join("\n", ANSWERS)).append(String.join("\n", log.said()));
        for (Topic topic : List.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED)) {
            deployment.read(topic).forEach(record -> said.append(record.value()));
        }
        var database = deployment.database();
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

    private static HttpResponse<String> send(String method, String path, String body, String... headers)
            throws Exception {
        var answer = service.send(method, path, body, headers);
        ANSWERS.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    /** What is answered to bytes that no HTTP client would send. */
    private static String sendRaw(String request) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<GenericRecord> values(Topic topic, String key) {
        return deployment.values(topic, key);
    }

    private static List<ConsumerRecord<String, Object>> records(Topic topic, String key) {
        return deployment.records(topic, key);
    }
}
