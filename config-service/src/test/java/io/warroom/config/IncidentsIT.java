package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.topic.Topic;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.avro.generic.GenericRecord;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates, resolutions and {@code Idempotency-Key}, on a real broker and a real PostgreSQL, asked over HTTP. */
class IncidentsIT {

    private static final String INCIDENT = "{\"incidentId\":\"INC-1\",\"title\":\"down\",\"severity\":\"P1\"}";
    private static final String KEY = "Idempotency-Key";
    private static final int KEYS_A_DAY = 5;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Instance service;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start("--warroom.idempotency.keys-per-day=" + KEYS_A_DAY);
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void anUpdateIsOnItsTopicWhenItIsAcceptedAndLeavesOutWhatDidNotChange() throws Exception {
        var answer = service.send("PATCH", "/tenants/acme/incidents/INC-1", """
                {"severity":"P2","note":"on it","addedResponders":[{"personId":"p-9","name":"Wu","mobile":"+8613800000009"}],
                 "updatedAt":"2026-10-01T12:00:00Z"}""");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(deployment.values(Topic.INCIDENT_UPDATED, "acme"))
                .singleElement()
                .satisfies(update -> {
                    assertThat(update.get("incidentId")).hasToString("INC-1");
                    assertThat(update.get("severity")).hasToString("P2");
                    assertThat(update.get("note")).hasToString("on it");
                    assertThat(update.get("title")).isNull();
                    assertThat((List<?>) update.get("addedResponders")).hasSize(1);
                    assertThat(update.get("updatedAt")).hasToString("1790856000000");
                });
        assertThat(deployment
                        .records(Topic.INCIDENT_UPDATED, "acme")
                        .getFirst()
                        .headers()
                        .lastHeader("ce_type")
                        .value())
                .asString()
                .isEqualTo("io.warroom.incident-updated");
    }

    @Test
    void aResolutionIsOnItsTopicWhenItIsAccepted() throws Exception {
        var answer = service.send("POST", "/tenants/acme/incidents/INC-2/resolve", "{\"summary\":\"a cable\\nagain\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).contains("\"incidentId\":\"INC-2\"", "\"offset\":");
        assertThat(deployment.values(Topic.INCIDENT_RESOLVED, "acme"))
                .singleElement()
                .satisfies(resolution -> assertThat(resolution.get("summary")).hasToString("a cable\nagain"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH | INC-1 | {} | 422 | note",
                "PATCH | INC-1 | {\"title\":\"\"} | 422 | title",
                "PATCH | INC-1 | {\"title\":\"a\\nb\"} | 422 | title",
                "PATCH | INC-1 | {\"severity\":\"P9\"} | 422 | severity",
                "PATCH | INC-1 | {\"note\":7} | 422 | note",
                "PATCH | INC-1 | {\"note\":\"x\",\"description\":\"d\"} | 422 | description",
                "PATCH | INC-1 | {\"note\":\"x\",\"tenantId\":\"other\"} | 422 | tenantId",
                "PATCH | INC-1 | {\"note\":\"x\",\"incidentId\":\"INC-2\"} | 422 | incidentId",
                "PATCH | INC-1 | {\"note\":\"x\",\"updatedAt\":\"9999-01-01T00:00:00Z\"} | 422 | updatedAt",
                "PATCH | INC-1 | {\"note\":\"x\",\"updatedAt\":1790856000} | 422 | not a number of seconds",
                "PATCH | INC-1 | {\"note\":\"x\",\"updatedAt\":\"1970-01-21T17:27:36Z\"} | 422 | seconds were taken as milliseconds",
                "PATCH | INC-1 | {\"addedResponders\":[{\"personId\":\"p\",\"name\":\"n\",\"mobile\":\"138\"}]} | 422 | addedResponders[0].mobile",
                "PATCH | %0a | {\"note\":\"x\"} | 400 | refused",
                "PATCH | INC-1 | [] | 400 | object",
                "POST | INC-1 | {\"summary\":7} | 422 | summary",
                "POST | INC-1 | {\"note\":\"x\"} | 422 | note",
                "POST | %20 | {} | 400 | incidentId"
            })
    void whatIsOutsideTheLimitsIsRefusedByTheNameOfItsField(
            String method, String incident, String body, int status, String named) throws Exception {
        var path = "/tenants/limits/incidents/" + incident + (method.equals("POST") ? "/resolve" : "");

        var answer = service.send(method, path, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(named);
        assertThat(deployment.records(Topic.INCIDENT_UPDATED, "limits")).isEmpty();
        assertThat(deployment.records(Topic.INCIDENT_RESOLVED, "limits")).isEmpty();
    }

    @Test
    void theSameRequestUnderTheSameKeyIsDoneOnceAndAnsweredAlike() throws Exception {
        var first = declare("once", INCIDENT, "k-1");
        var second = declare("once", INCIDENT, "k-1");
        var other = declare("once", INCIDENT, "k-2");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Content-Type"))
                .isEqualTo(first.headers().firstValue("Content-Type"));
        assertThat(second.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(other.body()).as("another key").isNotEqualTo(first.body());
        assertThat(declared("once")).hasSize(2);
    }

    @Test
    void aKeyCountsOnOneRouteOfOneTenant() throws Exception {
        assertThat(declare("walls-a", INCIDENT, "k-1").statusCode()).isEqualTo(202);
        assertThat(declare("walls-b", INCIDENT, "k-1").headers().firstValue("Idempotency-Replayed"))
                .isEmpty();
        for (var incident : List.of("INC-1", "INC-2")) {
            var path = "/tenants/walls-a/incidents/" + incident + "/resolve";
            assertThat(service.send("POST", path, "{}", KEY, "k-1").headers().firstValue("Idempotency-Replayed"))
                    .isEmpty();
            assertThat(service.send("POST", path, "{}", KEY, "k-1").headers().firstValue("Idempotency-Replayed"))
                    .hasValue("true");
        }
        assertThat(deployment.values(Topic.INCIDENT_RESOLVED, "walls-a")).hasSize(2);
    }

    @Test
    void anUpdateThatIsSentAgainUnderItsKeyIsPublishedOnce() throws Exception {
        var path = "/tenants/updates/incidents/INC-1";
        var first = service.send("PATCH", path, "{\"note\":\"on it\"}", KEY, "k-1");
        var second = service.send("PATCH", path, "{\"note\":\"on it\"}", KEY, "k-1");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(deployment.values(Topic.INCIDENT_UPDATED, "updates")).hasSize(1);
    }

    @Test
    void aTenantHasSoManyKeysADayAndWhatIsKeptIsStillRepeated() throws Exception {
        for (int i = 1; i <= KEYS_A_DAY; i++) {
            assertThat(declare("many", INCIDENT, "k-" + i).statusCode()).isEqualTo(202);
        }

        var beyond = declare("many", INCIDENT, "k-beyond");

        assertThat(beyond.statusCode()).as(beyond.body()).isEqualTo(429);
        assertThat(beyond.body()).contains("\"code\":\"too-many-keys\"");
        assertThat(beyond.headers().firstValueAsLong("Retry-After").orElseThrow())
                .as("until the first expires")
                .isBetween(80_000L, 86_400L);
        assertThat(declare("many", INCIDENT, "k-1").headers().firstValue("Idempotency-Replayed"))
                .hasValue("true");
        assertThat(service.send("POST", "/tenants/many/incidents", INCIDENT).statusCode())
                .as("without a key")
                .isEqualTo(202);
        assertThat(declare("few", INCIDENT, "k-1").statusCode())
                .as("another tenant")
                .isEqualTo(202);
        assertThat(declared("many")).hasSize(KEYS_A_DAY + 1);
        changeOne("many", "expires_at = now()");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(declare("many", INCIDENT, "k-beyond").statusCode())
                                .as("when one has expired, and they were counted again")
                                .isEqualTo(202));
    }

    @Test
    void aKeyThatWasUsedForAnotherBodyIsRefused() throws Exception {
        assertThat(declare("reused", INCIDENT, "k-1").statusCode()).isEqualTo(202);

        var answer = declare("reused", INCIDENT.replace("down", "up"), "k-1");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"code\":\"idempotency-key-reused\"", KEY);
        assertThat(declared("reused")).hasSize(1);
    }

    @Test
    void ofTheSameRequestsAtOneMomentOneIsDoneAndTheOthersWaitOrAreAnsweredAlike() throws Exception {
        var answers = new ArrayList<HttpResponse<String>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var requests = new ArrayList<Callable<HttpResponse<String>>>();
            for (int i = 0; i < 8; i++) {
                requests.add(() -> declare("crowd", INCIDENT, "k-1"));
            }
            for (var answer : threads.invokeAll(requests)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers).extracting(HttpResponse::statusCode).isSubsetOf(202, 409);
        assertThat(answers.stream()
                        .filter(answer -> answer.statusCode() == 202)
                        .map(HttpResponse::body)
                        .distinct())
                .hasSize(1);
        assertThat(declared("crowd")).hasSize(1);
    }

    @Test
    void aRequestUnderWayIsAConflictUntilItsOwnerCannotBeAtWorkAnyMore() throws Exception {
        assertThat(declare("dead", INCIDENT, "k-1").statusCode()).isEqualTo(202);
        // As if its instance had died between the topic and the answer.
        change("dead", "status = NULL, answer = NULL, claimed_at = now()");

        var answer = declare("dead", INCIDENT, "k-1");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("\"code\":\"request-under-way\"");

        change("dead", "claimed_at = now() - interval '1 minute'");
        assertThat(declare("dead", INCIDENT.replace("down", "up"), "k-1").statusCode())
                .isEqualTo(422);
        assertThat(declare("dead", INCIDENT, "k-1").statusCode()).isEqualTo(202);
        assertThat(declared("dead")).hasSize(2);
    }

    @Test
    void afterADayAKeyIsNewAgain() throws Exception {
        assertThat(declare("day", INCIDENT, "k-1").statusCode()).isEqualTo(202);
        change("day", "expires_at = now()");

        var answer = declare("day", INCIDENT.replace("down", "up"), "k-1");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(declared("day")).hasSize(2);
    }

    @Test
    void whatWasRefusedMayBeSentAgainUnderTheSameKey() throws Exception {
        assertThat(declare("mended", "{\"incidentId\":\"INC-1\"}", "k-1").statusCode())
                .isEqualTo(422);

        assertThat(declare("mended", INCIDENT, "k-1").statusCode()).isEqualTo(202);
        assertThat(declared("mended")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b"})
    void aKeyThatIsNoneIsRefused(String key) throws Exception {
        var answer = declare("shape", INCIDENT, key);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"invalid-idempotency-key\"");
        assertThat(declare("shape", INCIDENT, "x".repeat(256)).statusCode()).isEqualTo(400);
        assertThat(declared("shape")).isEmpty();
    }

    @Test
    void neitherKeyNorBodyIsReadableInTheTable() throws Exception {
        assertThat(declare("hidden", INCIDENT.replace("down", "a-title-of-its-own"), "a-key-of-its-own")
                        .statusCode())
                .isEqualTo(202);

        var rows = service.part(Jdbi.class)
                .withHandle(
                        handle -> handle.createQuery("""
                        SELECT k::text FROM idempotency_key k WHERE tenant_id = 'hidden'""").mapTo(String.class).list());
        assertThat(rows).singleElement().asString().contains("INC-1").doesNotContain("of-its-own");
    }

    private static HttpResponse<String> declare(String tenant, String body, String key) throws Exception {
        return service.send("POST", "/tenants/" + tenant + "/incidents", body, KEY, key);
    }

    private static List<GenericRecord> declared(String tenant) {
        return deployment.values(Topic.INCIDENT_DECLARED, tenant);
    }

    private static void changeOne(String tenant, String assignments) {
        service.part(Jdbi.class)
                .useHandle(handle -> assertThat(handle.createUpdate(
                                        "UPDATE idempotency_key SET "
                                                + assignments
                                                + " WHERE ctid = (SELECT ctid FROM idempotency_key WHERE tenant_id = :tenant LIMIT 1)")
                                .bind("tenant", tenant)
                                .execute())
                        .isEqualTo(1));
    }

    private static void change(String tenant, String assignments) {
        service.part(Jdbi.class)
                .useHandle(handle -> assertThat(handle.createUpdate(
                                        "UPDATE idempotency_key SET " + assignments + " WHERE tenant_id = :tenant")
                                .bind("tenant", tenant)
                                .execute())
                        .isEqualTo(1));
    }
}
