package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.CuttableProxy;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.local.Broker;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker away and back, the database away and back. */
class OutageIT {

    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @Test
    void whatWasAcceptedWhileTheBrokerWasAwayIsPublishedInOrderWhenItIsBack() throws Exception {
        var broker = Broker.start(folder.resolve("broker"), 0);
        int port = Integer.parseInt(broker.bootstrapServers().split(":", 2)[1]);
        try (var deployment = Deployment.inFolder(folder, broker.bootstrapServers())) {
            var service = deployment.start();
            enableThenChange(service, "WECOM", 1, 3);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(deployment.changes(Topic.APP_ENABLED, "acme/WECOM"))
                            .hasSize(2));

            broker.close();

            enableThenChange(service, "WECOM", 4, 8);
            enableThenChange(service, "LARK", 1, 5);
            assertThat(service.send("DELETE", "/tenants/acme/mobile-apps/LARK", "")
                            .statusCode())
                    .as("changes are accepted with the broker away")
                    .isEqualTo(204);
            var refused = service.send("POST", "/tenants/acme/incidents", """
                    {"incidentId":"INC-1","title":"down","severity":"P1"}""");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(refused.body()).contains("broker-unavailable", "Send it again with the same incidentId");
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(service.health("").body()).contains("\"notPublishingSince\"", "\"waiting\":13"));

            broker = Broker.start(folder.resolve("broker"), port);

            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(service.health("").body()).contains("\"waiting\":0", "\"relay\":\"ACTIVE\""));
            // Twice is allowed, out of order and not at all are not. WECOM: activated at odd revisions from the third.
            assertThat(deployment.changes(Topic.APP_ENABLED, "acme/WECOM"))
                    .isSorted()
                    .containsOnly(1L, 3L, 5L, 7L);
            assertThat(deployment.changes(Topic.KEY_ROTATED, "acme/WECOM"))
                    .isSorted()
                    .containsOnly(2L, 4L, 6L, 8L);
            assertThat(deployment.changes(Topic.APP_ENABLED, "acme/LARK"))
                    .isSorted()
                    .containsOnly(1L, 3L, 5L);
            assertThat(deployment.changes(Topic.APP_DELETED, "acme/LARK")).containsOnly(6L);
            assertThat(deployment
                            .records(Topic.APP_ENABLED, "acme/LARK")
                            .getLast()
                            .value())
                    .as("the tombstone stays behind what it removes")
                    .isNull();
        } finally {
            broker.close();
        }
    }

    @Test
    void anInstanceIsReadyOnceTheBrokerAndTheRegistryAnswer() throws Exception {
        var broker = Broker.start(folder.resolve("late"), 0);
        int port = URI.create("kafka://" + broker.bootstrapServers()).getPort();
        try (var deployment = Deployment.inFolder(folder, broker.bootstrapServers());
                var registry = new CuttableProxy(
                        URI.create(Backing.get().schemaRegistryUrl()).getPort())) {
            broker.close();
            registry.cut();
            var service = deployment.start("--warroom.schema-registry-url=http://127.0.0.1:" + registry.port()
                    + URI.create(Backing.get().schemaRegistryUrl()).getPath());
            assertThat(service.health("/readiness").statusCode()).isEqualTo(503);

            broker = Broker.start(folder.resolve("late"), port);

            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(service.health("/readiness").body()).contains("the schema registry"));
            assertThat(service.health("/readiness").statusCode()).isEqualTo(503);

            registry.join();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(service.health("/readiness").statusCode())
                            .isEqualTo(200));
            // Nothing but the broker is needed any more.
            registry.cut();
            assertThat(service.send("POST", "/tenants/acme/incidents", """
                            {"incidentId":"INC-1","title":"down","severity":"P1"}""").statusCode())
                    .isEqualTo(202);
        } finally {
            broker.close();
        }
    }

    @Test
    void withoutTheDatabaseChangesAreRefusedInProblemDetailsAndIncidentsAreStillDeclared() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            var direct = URI.create(deployment.database().jdbcUrl().substring("jdbc:".length()));
            try (var proxy = new CuttableProxy(direct.getPort())) {
                var service = deployment.start(
                        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + proxy.port() + direct.getPath(),
                        "--spring.datasource.hikari.connection-timeout=500");
                enableThenChange(service, "LARK", 1, 1);
                var usedBefore = newToken(service);
                var neverUsed = newToken(service);
                assertThat(declare(service, usedBefore).statusCode()).isEqualTo(202);

                proxy.cut();

                await().atMost(SOON).untilAsserted(() -> {
                    var list = service.send("GET", "/tenants/acme/mobile-apps", "");
                    assertThat(list.statusCode()).isEqualTo(503);
                    assertThat(list.body()).contains("\"code\":\"database-unavailable\"");
                    assertThat(list.headers().firstValue("Retry-After")).hasValue("5");
                    assertThat(list.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                });
                assertThat(service.send("PUT", "/tenants/acme/mobile-apps/LARK/key?verify=false", body("LARK"))
                                .statusCode())
                        .isEqualTo(503);
                assertThat(service.send("POST", "/tenants/acme/incidents", """
                                {"incidentId":"INC-1","title":"down","severity":"P1"}""").statusCode())
                        .as("an incident needs no database")
                        .isEqualTo(202);
                var keyed = service.send("POST", "/tenants/acme/incidents", """
                        {"incidentId":"INC-2","title":"down","severity":"P1"}""", "Idempotency-Key", "k-1");
                assertThat(keyed.statusCode())
                        .as("a key that nobody can look up is no promise")
                        .isEqualTo(503);
                assertThat(keyed.body()).contains("\"code\":\"database-unavailable\"");
                assertThat(declare(service, usedBefore).statusCode())
                        .as("nor does the token of an incident system that was seen before")
                        .isEqualTo(202);
                var unknown = declare(service, neverUsed);
                assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(503);
                assertThat(unknown.body()).contains("\"code\":\"sign-in-unavailable\"");
                assertThat(declare(service, "wrt_" + "A".repeat(43)).statusCode())
                        .isEqualTo(503);
                assertThat(service.health("/readiness").statusCode()).isEqualTo(503);

                proxy.join();

                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(service.send(
                                                "PUT", "/tenants/acme/mobile-apps/LARK/key?verify=false", body("LARK"))
                                        .statusCode())
                                .isEqualTo(200));
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(deployment.changes(Topic.KEY_ROTATED, "acme/LARK"))
                                .containsExactly(2L));
                assertThat(deployment.changes(Topic.APP_ENABLED, "acme/LARK")).containsOnly(1L);
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(service.send("GET", "/tenants/acme/war-rooms", "")
                                        .body())
                                .as("what was declared while nobody could store it is in the list")
                                .contains("\"incidentId\":\"INC-1\""));
                assertThat(declare(service, neverUsed).statusCode()).isEqualTo(202);
            }
        }
    }

    private static String newToken(Instance service) throws Exception {
        var made = service.send("POST", "/tenants/acme/api-tokens", "{\"name\":\"pager\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    private static HttpResponse<String> declare(Instance service, String token) throws Exception {
        return service.sendAs("Bearer " + token, "POST", "/api/v1/tenants/acme/incidents", """
                {"incidentId":"INC-2","title":"down","severity":"P1"}""");
    }

    /** Revision 1 enables, every even one changes the key, every other activates. */
    private static void enableThenChange(Instance service, String platform, long from, long to) throws Exception {
        var app = "/tenants/acme/mobile-apps/" + platform;
        for (long revision : LongStream.rangeClosed(from, to).toArray()) {
            var answer = revision == 1
                    ? service.send("PUT", app + "?verify=false", body(platform))
                    : revision % 2 == 0
                            ? service.send("PUT", app + "/key?verify=false", body(platform))
                            : service.send("POST", app + "/activate", "");
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
            assertThat(answer.headers().firstValue("ETag")).isPresent();
        }
    }

    private static String body(String platform) {
        return platform.equals("LARK")
                ? "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\"}"
                : "{\"enterpriseId\":\"ww1\",\"enterpriseKey\":\"k1\",\"addressBookKey\":\"k2\",\"serviceId\":1}";
    }
}
