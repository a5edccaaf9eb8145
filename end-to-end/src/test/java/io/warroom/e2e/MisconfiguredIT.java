package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Each field of each platform's set-up is wrong once: the incident waits, and opens by itself when that is mended. */
@ExtendWith(FailureReport.class)
class MisconfiguredIT {

    private static final Duration SOON = Duration.ofMinutes(2);

    /**
     * One wrong set-up.
     *
     * @param word in the detail that people read, whatever its case
     * @param parameters of the app that are stored wrong
     * @param switches of the platform's own console that are wrong
     * @param mended those switches as they should be
     */
    private record WrongSetUp(
            String platform,
            String name,
            String word,
            Map<String, Object> parameters,
            Map<String, Object> switches,
            Map<String, Object> mended) {

        static WrongSetUp app(String platform, String name, String word, String parameter, Object value) {
            return new WrongSetUp(platform, name, word, Map.of(parameter, value), Map.of(), Map.of());
        }

        static WrongSetUp console(String platform, String name, String word, Object wrong, Object right) {
            return new WrongSetUp(platform, name, word, Map.of(), Map.of(name, wrong), Map.of(name, right));
        }

        String tenant() {
            return ("wrong-" + platform + "-" + name).toLowerCase(Locale.ROOT);
        }
    }

    private static final List<WrongSetUp> ALL = List.of(
            WrongSetUp.console("WECOM", "addressAllowed", "IP", false, true),
            WrongSetUp.console("WECOM", "rootVisible", "range", false, true),
            WrongSetUp.console("WECOM", "appState", "enable", "DISABLED", "ENABLED"),
            WrongSetUp.app("DINGTALK", "template", "template", "groupTemplateId", "template-of-another"),
            WrongSetUp.app("DINGTALK", "robot", "robot", "robotId", "robot-of-another"),
            WrongSetUp.console("DINGTALK", "addressAllowed", "IP", false, true),
            WrongSetUp.console(
                    "DINGTALK", "withheldScopes", "qyapi_chat_manage", List.of("qyapi_chat_manage"), List.of()),
            WrongSetUp.console("DINGTALK", "appState", "enable", "DISABLED", "ENABLED"),
            WrongSetUp.console("LARK", "addressAllowed", "IP", false, true),
            WrongSetUp.console("LARK", "withheldScopes", "im:chat", List.of("im:chat", "im:chat:create"), List.of()),
            WrongSetUp.console("LARK", "botOn", "bot", false, true));

    @TempDir
    Path folder;

    @Test
    void aWrongSetUpWaitsAndOpensWhenItIsMended() throws Exception {
        try (var product = new Product(folder, "wrong-" + UUID.randomUUID() + "-", Product.Routes.direct())) {
            // Given
            product.launchWorker().awaitReady();
            var right = new HashMap<String, Map<String, Object>>();
            for (var setUp : ALL) {
                var tenant = tenant(setUp);
                var parameters = SampleTenants.parameters(setUp.tenant(), setUp.platform());
                right.put(setUp.tenant(), parameters);
                SampleTenants.register(product, tenant, parameters);
                turn(product, setUp, setUp.switches());
                var wrong = new HashMap<>(parameters);
                wrong.putAll(setUp.parameters());
                SampleTenants.put(product, tenant, "?verify=false", wrong);
            }

            // When
            for (var setUp : ALL) {
                declare(product, tenant(setUp));
            }

            // Then
            for (var setUp : ALL) {
                await(setUp.tenant())
                        .atMost(SOON)
                        .untilAsserted(() -> assertThat(records(product, Topic.INCIDENT_PARKED, setUp.tenant()))
                                .as(setUp.tenant())
                                .anySatisfy(parked -> {
                                    assertThat(parked.get("reason")).hasToString("MISCONFIGURED");
                                    assertThat(parked.get("detail").toString()).containsIgnoringCase(setUp.word());
                                }));
                await(setUp.tenant())
                        .atMost(SOON)
                        .untilAsserted(() -> assertThat(records(product, Topic.APP_HEALTH, setUp.tenant()))
                                .as(setUp.tenant())
                                .anySatisfy(health -> {
                                    assertThat(health.get("state")).hasToString("MISCONFIGURED");
                                    assertThat(health.get("detail").toString()).containsIgnoringCase(setUp.word());
                                }));
            }

            // When
            for (var setUp : ALL) {
                turn(product, setUp, setUp.mended());
                // Saved again, it is tried at once; otherwise one of its incidents is tried every five minutes.
                SampleTenants.put(
                        product, tenant(setUp), "/key?verify=false", Objects.requireNonNull(right.get(setUp.tenant())));
            }

            // Then
            for (var setUp : ALL) {
                await(setUp.tenant()).atMost(SOON).untilAsserted(() -> {
                    var opened = records(product, Topic.WAR_ROOM_OPENED, setUp.tenant());
                    assertThat(opened).as(setUp.tenant()).isNotEmpty();
                    assertThat(opened.getLast().get("messages").toString())
                            .as(setUp.tenant())
                            .contains("\"SENT\"");
                });
                assertThat(records(product, Topic.WAR_ROOM_FAILED, setUp.tenant()))
                        .as(setUp.tenant())
                        .isEmpty();
            }
            assertThat(product.rooms())
                    .hasSize(ALL.size())
                    .allSatisfy(room -> assertThat(room.path("messages").size())
                            .as(room.path("tenantId").asString())
                            .isPositive());
        }
    }

    private static JsonNode tenant(WrongSetUp setUp) {
        var tenant = (ObjectNode) SampleTenants.tenants().getFirst().deepCopy();
        tenant.put("tenantId", setUp.tenant());
        tenant.put("platform", setUp.platform());
        return tenant;
    }

    private static void turn(Product product, WrongSetUp setUp, Map<String, Object> switches) throws Exception {
        if (!switches.isEmpty()) {
            product.simulator("PUT", "/tenants/%s/%s/switches".formatted(setUp.tenant(), setUp.platform()), switches);
        }
    }

    private static void declare(Product product, JsonNode tenant) throws Exception {
        var responders = new ArrayList<Map<String, String>>();
        for (int i = 0; i < 3; i++) {
            var person = tenant.path("people").get(i);
            responders.add(Map.of(
                    "personId", person.path("personId").asString(),
                    "name", person.path("name").asString(),
                    "role", i == 0 ? "COMMANDER" : "RESPONDER",
                    "mobile", person.path("mobile").asString()));
        }
        var answer = product.api(
                "POST",
                "/tenants/" + tenant.path("tenantId").asString() + "/incidents",
                Map.of("incidentId", "INC-1", "title", "checkout is down", "severity", "P1", "responders", responders));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static List<GenericRecord> records(Product product, Topic topic, String tenant) {
        return product.records(topic).stream()
                .filter(record -> record.key().startsWith(tenant + "/") && record.value() != null)
                .map(record -> (GenericRecord) record.value())
                .toList();
    }
}
