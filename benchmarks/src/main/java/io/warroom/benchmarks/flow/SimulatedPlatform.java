package io.warroom.benchmarks.flow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells the platform simulator of a {@link Stage} whose organisations there are and what goes wrong, and asks what it has seen. */
final class SimulatedPlatform {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    SimulatedPlatform(Stage stage) {
        url = stage.platformUrl().replaceAll("/lark$", "/sim/v1/");
    }

    /** Forgets everything and knows these tenants' Lark organisations from now on. */
    void begin(List<String> tenants) {
        send("POST", "reset", Map.of());
        for (var tenant : tenants) {
            send(
                    "PUT",
                    "tenants/" + tenant,
                    Map.of(
                            "platform",
                            "LARK",
                            "app",
                            Map.of("appId", Scene.appId(tenant), "appSecret", Scene.SECRET),
                            "people",
                            LarkCalls.PEOPLE.stream()
                                    .map(id -> Map.of("userId", id))
                                    .toList()));
        }
    }

    /** Replaces what goes wrong, as the simulator's {@code PUT faults} takes it. */
    void faults(List<Map<String, Object>> faults) {
        send("PUT", "faults", Map.of("seed", 7, "faults", faults));
    }

    /** Every call of everybody's takes so much longer. */
    static Map<String, Object> late(int millis) {
        return Map.of("kind", "LATENCY", "share", 1, "millis", millis);
    }

    /** How many calls of an endpoint it has had. */
    long calls(String endpoint) {
        long calls = 0;
        for (var counter : send("GET", "calls", null).path("calls")) {
            if (counter.path("endpoint").asString("").equals(endpoint)) {
                calls += counter.path("count").asLong(0);
            }
        }
        return calls;
    }

    private JsonNode send(String method, String path, @Nullable Object body) {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + path))
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    body == null
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                            .build(),
                    BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(method + " " + path + ": HTTP " + answer.statusCode());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            throw Scene.interrupted(e);
        }
    }
}
