package io.warroom.config.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.openapi.Contract.Operation;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.Issuer;
import io.warroom.simulator.Simulator;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests made from the API's own document, right ones and wrong ones, against a running instance: nothing may be answered that
 * the document does not list. {@code -Dwarroom.generated.requests=100000} makes more, {@code -Dwarroom.generated.seed=7} others.
 */
class GeneratedRequestsIT {

    private static final int REQUESTS = Integer.getInteger("warroom.generated.requests", 1000);
    private static final long SEED = Long.getLong("warroom.generated.seed", 4711);
    private static final List<String> TENANTS = List.of("made-a", "made-b", "made-c");
    private static final Random RANDOM = new Random(SEED);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonMapper ESCAPING =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @TempDir
    static Path folder;

    private static Simulator simulator;
    private static Issuer issuer;
    private static Deployment deployment;
    private static Instance service;
    private static Contract contract;
    private static Values values;

    private final Map<String, String> cursors = new HashMap<>();
    private final Map<String, Integer> faults = new TreeMap<>();
    private final List<String> evidence = new ArrayList<>();

    /** What a request is meant to be. */
    private enum Kind {
        /** As the document allows it: it must be taken. */
        RIGHT,
        /** One thing in the body is changed. */
        WRONG_BODY,
        /** One thing in the address or a header is changed. */
        WRONG_PARAMETER,
        /** No JSON, another media type, an answer that is not to be had. */
        WRONG_FORM,
        /** By nobody, or with a bad token. */
        WRONG_CALLER
    }

    /** A request on its way to be sent. */
    private static final class Draft {
        final Map<String, String> path = new LinkedHashMap<>();
        final List<String> query = new ArrayList<>();
        final Map<String, String> headers = new LinkedHashMap<>();

        @Nullable
        JsonNode body;

        @Nullable
        String rawBody;

        boolean rightBody = true;
    }

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start("127.0.0.1", 0);
        issuer = Issuer.start();
        deployment = Deployment.inFolder(folder);
        service = deployment.start(
                "--warroom.access.jwt.issuer-uri=" + issuer.uri(),
                "--warroom.access.jwt.audience=" + Issuer.AUDIENCE,
                "--warroom.rooms.stream.heartbeat=1s",
                "--warroom.endpoints.allowed-base-urls="
                        + Stream.of("wecom", "dingtalk", "lark")
                                .map(GeneratedRequestsIT::endpoint)
                                .collect(Collectors.joining(",")));
        contract = new Contract(service.sendAs(null, "GET", "/api/openapi", "").body());
        values = new Values(RANDOM, contract);
    }

    @AfterAll
    static void stop() {
        deployment.close();
        issuer.close();
        simulator.close();
    }

    private static String endpoint(String platform) {
        return simulator.baseUrl() + "/" + platform.toLowerCase(Locale.ROOT);
    }

    @Test
    void noGeneratedRequestIsAnsweredByWhatTheDocumentDoesNotList() throws Exception {
        var operator = issuer.bearer("olga", "OPERATOR");
        var byKind = new EnumMap<Kind, Integer>(Kind.class);
        var byStatus = new TreeMap<Integer, Integer>();
        var operations = contract.operations();

        for (int i = 0; i < REQUESTS; i++) {
            var operation = operations.get(i % operations.size());
            var kind = values.chance(0.5) ? Kind.RIGHT : values.any(List.of(Kind.values()));
            var draft = draft(operation);
            var caller = spoil(operation, kind, draft, operator);
            var answer = send(operation, draft, caller);
            byKind.merge(kind, 1, Integer::sum);
            byStatus.merge(answer.statusCode(), 1, Integer::sum);
            judge(operation, kind, draft, answer);
        }

        System.out.printf(
                "generated requests: %d over %d operations, seed %d, by kind %s, by status %s%n",
                REQUESTS, operations.size(), SEED, byKind, byStatus);
        assertThat(faults).as(String.join("\n", evidence)).isEmpty();
        assertThat(byStatus.keySet()).contains(200, 201, 202, 204, 400, 401, 404, 406, 409, 412, 415, 422);
    }

    /** A request as the document allows it. */
    private Draft draft(Operation operation) {
        var draft = new Draft();
        var schema = operation.node().at("/requestBody/content/application~1json/schema");
        var platform = values.any(List.of("WECOM", "DINGTALK", "LARK"));
        if (!schema.isMissingNode()) {
            draft.body =
                    schema.path("$ref").asString("").endsWith("/AppSettings") ? app(platform) : values.valid(schema);
        }
        for (var parameter : operation.parameters()) {
            var name = parameter.path("name").asString();
            switch (parameter.path("in").asString()) {
                case "path" ->
                    draft.path.put(
                            name,
                            switch (name) {
                                case "tenantId" -> values.any(TENANTS);
                                case "platform" -> platform;
                                default ->
                                    values.chance(0.5)
                                            ? "known-" + RANDOM.nextInt(5)
                                            : values.valid(parameter.path("schema"))
                                                    .asString();
                            });
                case "header" -> {
                    if (values.chance(0.3)) {
                        draft.headers.put(name, header(name));
                    }
                }
                default -> query(operation, draft, name, parameter.path("schema"));
            }
        }
        return draft;
    }

    private ObjectNode app(String platform) {
        var app = (ObjectNode) values.valid(contract.document().at("/components/schemas/" + platform + "Settings"));
        app.put("endpoint", endpoint(platform));
        // That an id was pasted for a secret is told; the document's words cannot say so.
        var ids = List.of("enterpriseId", "clientId", "appId");
        for (var secret : List.of("enterpriseKey", "addressBookKey", "clientSecret", "appSecret")) {
            if (ids.stream().anyMatch(id -> app.has(id) && app.path(id).equals(app.path(secret)))) {
                app.put(secret, "another-" + app.path(secret).asString());
            }
        }
        return app;
    }

    private void query(Operation operation, Draft draft, String name, JsonNode schema) {
        if (name.equals("cursor")) {
            var known = cursors.get(operation.id());
            if (known != null && values.chance(0.3)) {
                draft.query.add("cursor=" + encoded(known));
            }
        } else if (name.equals("verify")) {
            draft.query.add("verify=" + values.chance(0.1));
        } else if (values.chance(0.3)) {
            var value = values.valid(schema);
            var each = value.isArray() ? value.valueStream().toList() : List.of(value);
            each.forEach(one -> draft.query.add(name + "=" + encoded(one.asString())));
        }
    }

    private String header(String name) {
        return switch (name) {
            case "If-Match" -> values.any(List.of("\"1\"", "\"2\"", "*", "\"1\", \"2\"", "\"3\"", "W/\"1\""));
            case "Idempotency-Key" -> "key-" + RANDOM.nextInt(1000);
            default -> "0123abcd-" + RANDOM.nextInt(100);
        };
    }

    /** Makes the request what it is meant to be. @return who sends it */
    private @Nullable String spoil(Operation operation, Kind kind, Draft draft, String operator) {
        switch (kind) {
            case RIGHT -> {}
            case WRONG_CALLER -> {
                return values.chance(0.5)
                        ? null
                        : "Bearer " + values.any(List.of("wrt_" + "A".repeat(43), "a.b.c", "x"));
            }
            case WRONG_PARAMETER -> spoilParameter(draft);
            case WRONG_BODY -> {
                if (draft.body != null) {
                    var schema = operation.node().at("/requestBody/content/application~1json/schema");
                    draft.body = values.spoiled(schema, draft.body);
                    draft.rightBody = draft.body != null
                            && contract.faults(schema, draft.body).isEmpty();
                }
            }
            case WRONG_FORM -> spoilForm(draft);
        }
        return operator;
    }

    private void spoilParameter(Draft draft) {
        var bad = values.nasty();
        switch (RANDOM.nextInt(3)) {
            case 0 -> {
                var name = values.any(List.copyOf(draft.path.keySet()));
                if (!bad.isEmpty() && !bad.contains("/")) {
                    draft.path.put(name, bad);
                }
            }
            case 1 -> {
                var name = values.any(List.of(
                        "limit",
                        "cursor",
                        "from",
                        "to",
                        "q",
                        "state",
                        "platform",
                        "severity",
                        "region",
                        "after",
                        "verify",
                        "full",
                        "actor",
                        "action",
                        "unknown",
                        "q\u0000",
                        "\u202e"));
                draft.query.add(encoded(name) + "=" + encoded(bad));
            }
            default -> {
                var printable = bad.replaceAll("[^!-~]", "?");
                draft.headers.put(
                        values.any(List.of("If-Match", "Idempotency-Key", "Last-Event-ID", "X-Request-Id")),
                        printable.isEmpty() ? "?" : printable);
            }
        }
    }

    private void spoilForm(Draft draft) {
        var text = draft.body == null ? "{}" : JSON.writeValueAsString(draft.body);
        switch (RANDOM.nextInt(5)) {
            case 0 -> draft.rawBody = text.substring(0, RANDOM.nextInt(text.length()));
            case 1 -> draft.rawBody = text + values.any(List.of("}", "{}", " ]", "\u0000", ",1"));
            case 2 ->
                draft.headers.put(
                        "Content-Type",
                        values.any(List.of("text/plain", "application/xml", "multipart/form-data", "a", "*/*")));
            case 3 -> draft.headers.put("Accept", values.any(List.of("text/plain", "image/png", "application/xml")));
            default -> draft.rawBody = values.nasty();
        }
    }

    private HttpResponse<String> send(Operation operation, Draft draft, @Nullable String caller) throws Exception {
        var address = operation.path();
        for (var part : draft.path.entrySet()) {
            address = address.replace("{" + part.getKey() + "}", encoded(part.getValue()));
        }
        if (!draft.query.isEmpty()) {
            address += "?" + String.join("&", draft.query);
        }
        var body = draft.rawBody != null ? draft.rawBody : draft.body == null ? "" : written(draft.body);
        var headers = new ArrayList<String>();
        draft.headers.forEach((name, value) -> headers.addAll(List.of(name, value)));
        return service.sendAs(caller, operation.method(), address, body, headers.toArray(String[]::new));
    }

    private String written(JsonNode body) {
        var plain = JSON.writeValueAsString(body);
        // Half a character cannot be sent in UTF-8, and must be escaped.
        return values.chance(0.2) || !StandardCharsets.UTF_8.newEncoder().canEncode(plain)
                ? ESCAPING.writeValueAsString(body)
                : plain;
    }

    private void judge(Operation operation, Kind kind, Draft draft, HttpResponse<String> answer) {
        int status = answer.statusCode();
        var found = new ArrayList<>(contract.faults(operation, answer));
        if (status >= 500) {
            found.add("failed with " + status);
        }
        if (kind == Kind.WRONG_CALLER && status != 401) {
            found.add("was taken from nobody: " + status);
        }
        if (kind == Kind.WRONG_BODY && !draft.rightBody && status < 300) {
            found.add("took a body that the document forbids");
        }
        if (kind == Kind.RIGHT && isRefusalOfForm(operation, answer)) {
            found.add("refused what the document allows");
        }
        for (var fault : found) {
            // Without what differs between two of a kind.
            if (faults.merge(operation + ": " + fault.replaceAll("[0-9]+", "#"), 1, Integer::sum) == 1) {
                evidence.add(fault + "\n  " + answer.request().method() + " " + answer.uri() + " "
                        + draft.headers + " " + (draft.rawBody == null ? draft.body : draft.rawBody) + "\n  -> "
                        + status
                        + " " + answer.body());
            }
        }
        if (status == 200 && answer.body().startsWith("{")) {
            var page = JSON.readTree(answer.body());
            for (var name : List.of("next", "nextCursor")) {
                if (page.path(name).isString()) {
                    cursors.put(operation.id(), page.path(name).asString());
                }
            }
        }
    }

    /** What is stored may still refuse it: then it is stale, there already, or not there. */
    private static boolean isRefusalOfForm(Operation operation, HttpResponse<String> answer) {
        boolean identity =
                operation.id().equals("changeKey") && answer.body().contains("cannot be changed by a key change");
        return List.of(400, 401, 403, 406, 413, 415).contains(answer.statusCode())
                || (answer.statusCode() == 422 && answer.body().contains("\"code\":\"invalid\"") && !identity);
    }

    private static String encoded(String text) {
        // A lone surrogate becomes a question mark here, as it does in every client.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
