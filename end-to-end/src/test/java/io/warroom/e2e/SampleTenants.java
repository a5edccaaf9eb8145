package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The sample tenants and incidents, and the way from there to the simulator's organisations and the API's bodies. */
public final class SampleTenants {

    private SampleTenants() {}

    public static List<JsonNode> tenants() {
        return lines("/tenants.jsonl");
    }

    public static List<JsonNode> incidents() {
        return lines("/incidents.jsonl");
    }

    private static List<JsonNode> lines(String resource) {
        try (var in = Objects.requireNonNull(SampleTenants.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(Product.JSON::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An app's parameters, as both the API and the simulator name them; secrets are new and unlike anything else. */
    public static Map<String, Object> parameters(String tenant, String platform) {
        return switch (platform) {
            case "WECOM" ->
                new HashMap<>(Map.of(
                        "enterpriseId",
                        "ww" + tenant.replace("-", ""),
                        "enterpriseKey",
                        secret(),
                        "addressBookKey",
                        secret(),
                        "serviceId",
                        1000002));
            case "DINGTALK" ->
                new HashMap<>(Map.of(
                        "clientId",
                        "ding" + tenant.replace("-", ""),
                        "clientSecret",
                        secret(),
                        "groupTemplateId",
                        "template-" + tenant,
                        "robotId",
                        "robot-" + tenant,
                        "serviceId",
                        "123456"));
            case "LARK" -> new HashMap<>(Map.of("appId", "cli_" + tenant.replace("-", ""), "appSecret", secret()));
            default -> throw new IllegalArgumentException(platform);
        };
    }

    public static List<String> secretsOf(Map<String, Object> parameters) {
        var secrets = new ArrayList<String>();
        for (String field : List.of("enterpriseKey", "addressBookKey", "clientSecret", "appSecret")) {
            if (parameters.get(field) instanceof String secret) {
                secrets.add(secret);
            }
        }
        return secrets;
    }

    private static String secret() {
        return UUID.randomUUID().toString().replace("-", "") + "Zq7";
    }

    /** Registers the tenant with the simulator and enables its app; gives the parameters that were used. */
    public static Map<String, Object> enable(Product product, JsonNode tenant)
            throws IOException, InterruptedException {
        String id = tenant.path("tenantId").asString();
        String platform = tenant.path("platform").asString();
        var parameters = parameters(id, platform);
        register(product, tenant, parameters);
        var answer = put(product, tenant, "", parameters);
        assertThat(answer).isIn(200, 201);
        return parameters;
    }

    public static void register(Product product, JsonNode tenant, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        register(product, tenant, parameters, -1);
    }

    /** As above; the person at that place of the tenant's list is there and cannot be reached by the app. */
    public static void register(Product product, JsonNode tenant, Map<String, Object> parameters, int invisible)
            throws IOException, InterruptedException {
        var people = new ArrayList<Map<String, Object>>();
        for (JsonNode person : tenant.path("people")) {
            people.add(Map.of(
                    "userId",
                    person.path("personId").asString(),
                    "name",
                    person.path("name").asString(),
                    "mobile",
                    person.path("mobile").asString(),
                    "email",
                    person.path("email").asString(),
                    "visible",
                    people.size() != invisible));
        }
        product.organisation(
                tenant.path("tenantId").asString(),
                Map.of("platform", tenant.path("platform").asString(), "app", parameters, "people", people));
    }

    /** Sends the parameters to the app's route, {@code /key} or a query or none behind it, with the simulator as the endpoint. */
    public static int put(Product product, JsonNode tenant, String route, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        String platform = tenant.path("platform").asString();
        var body = new HashMap<>(parameters);
        body.put("endpoint", product.platformsUrl() + "/" + platform.toLowerCase(Locale.ROOT));
        var answer = product.api(
                "PUT", "/tenants/" + tenant.path("tenantId").asString() + "/mobile-apps/" + platform + route, body);
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return answer.statusCode();
    }
}
