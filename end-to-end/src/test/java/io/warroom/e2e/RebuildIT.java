package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The database is lost, and everything about tenants comes back from the topics. */
@ExtendWith(FailureReport.class)
class RebuildIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final List<String> PLATFORMS = List.of("WECOM", "DINGTALK", "LARK");

    @TempDir
    Path folder;

    @Test
    void aDatabaseThatWasRebuiltFromTheTopicsAnswersTheSameAndItsSecretsStillOpenRooms() throws Exception {
        try (var product = new Product(folder, "rebuild-" + UUID.randomUUID() + "-", Product.Routes.direct())) {
            // Given
            var worker = product.launchWorker();
            worker.awaitReady();
            var tenants = new ArrayList<JsonNode>();
            for (String platform : PLATFORMS) {
                var tenant = (ObjectNode) SampleTenants.tenants().getFirst().deepCopy();
                tenant.put("tenantId", "lost-" + platform.toLowerCase(Locale.ROOT));
                tenant.put("platform", platform);
                SampleTenants.enable(product, tenant);
                var bound = product.api(
                        "PUT",
                        "/tenants/" + tenant.path("tenantId").asString() + "/members/p-9",
                        Map.of("platform", platform, "platformUserId", "u-9"));
                assertThat(bound.statusCode()).as(bound.body()).isIn(200, 201);
                tenants.add(tenant);
                declare(product, tenant, "INC-before");
            }
            var before = answers(product, tenants);

            // When
            product.rebuildInAnEmptyDatabase();

            // Then
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(answers(product, tenants)).isEqualTo(before));
            // A worker that has just come has no token from before: the sealed secrets are what it has.
            worker.terminate(Duration.ofSeconds(30));
            product.launchWorker().awaitReady();
            for (var tenant : tenants) {
                declare(product, tenant, "INC-after");
            }
        }
    }

    /** As an incident system would; returns when the room is open. */
    private static void declare(Product product, JsonNode tenant, String incidentId) throws Exception {
        String id = tenant.path("tenantId").asString();
        var people = tenant.path("people");
        var answer = product.api(
                "POST",
                "/tenants/" + id + "/incidents",
                Map.of(
                        "incidentId",
                        incidentId,
                        "title",
                        "checkout is down",
                        "severity",
                        "P1",
                        "responders",
                        List.of(responder(people.get(0)), responder(people.get(1)))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.records(Topic.WAR_ROOM_OPENED))
                        .anyMatch(record -> record.key().equals(id + "/" + incidentId)));
    }

    private static Map<String, String> responder(JsonNode person) {
        return Map.of(
                "personId", person.path("personId").asString(),
                "name", person.path("name").asString(),
                "role", "RESPONDER",
                "mobile", person.path("mobile").asString());
    }

    private static List<String> answers(Product product, List<JsonNode> tenants) throws Exception {
        var answers = new ArrayList<String>();
        for (var tenant : tenants) {
            String path = "/tenants/" + tenant.path("tenantId").asString();
            for (String route : List.of("/mobile-apps", "/members/p-9", "/war-rooms")) {
                // Where a stream goes on is the database's own count.
                answers.add(
                        product.api("GET", path + route, null).body().replaceFirst("\"streamFrom\":\"[^\"]*\"", ""));
            }
        }
        return answers;
    }
}
