package io.warroom.platform;

import io.warroom.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The platform simulator, asked over HTTP alone, one company on each platform, and clients that call it. */
public final class Simulated implements AutoCloseable {

    public static final String KEY = "k3y-of-acme";
    public static final String BOOK = "b00k-of-acme";
    /** No answer takes so long, however slow the machine is. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<PlatformKind, String> APPS = Map.of(
            PlatformKind.WECOM,
            """
            {"enterpriseId":"ww1","enterpriseKey":"%s","addressBookKey":"%s","serviceId":1000002}""".formatted(KEY, BOOK),
            PlatformKind.DINGTALK,
            """
            {"clientId":"ding1","clientSecret":"%s","groupTemplateId":"template","robotId":"robot","serviceId":42}""".formatted(KEY),
            PlatformKind.LARK,
            """
            {"appId":"cli_1","appSecret":"%s"}""".formatted(KEY));

    public final Fixture.TestClock clock = new Fixture.TestClock();
    public final Simulator simulator;
    public final ChatPlatforms platforms;
    private final HttpClient http = HttpClient.newHttpClient();

    public Simulated() {
        try {
            simulator = Simulator.start("127.0.0.1", 0, clock);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        platforms = clients(clock);
        for (PlatformKind kind : PlatformKind.values()) {
            put("/tenants/acme", """
                    {"platform":"%s","app":%s,"people":[
                    {"userId":"u1","name":"Li Lei","mobile":"+8613800000001","email":"li@acme.example"},
                    {"userId":"u2","name":"Han Mei","mobile":"+8613800000002","email":"han@acme.example"},
                    {"userId":"u3","name":"Lucy","mobile":"+8613800000003","email":"lucy@acme.example"},
                    {"userId":"hidden","name":"Hidden","mobile":"+8613800000009","visible":false}]}""".formatted(kind, APPS.get(kind)));
        }
    }

    /** Clients with time of their own. */
    public ChatPlatforms clients(Clock time) {
        return new ChatPlatforms(
                new PlatformSettings(
                                PATIENCE,
                                PATIENCE,
                                PATIENCE,
                                100,
                                200,
                                100_000,
                                Stream.of(PlatformKind.values())
                                        .map(this::endpoint)
                                        .toList())
                        .unpaced(),
                time);
    }

    public String endpoint(PlatformKind kind) {
        return simulator.baseUrl() + "/" + kind.name().toLowerCase(Locale.ROOT);
    }

    public static Credentials credentials(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> new Credentials.WeCom("ww1", Secret.of(KEY), Secret.of(BOOK), 1000002);
            case DINGTALK -> new Credentials.DingTalk("ding1", Secret.of(KEY), "template", "robot", 42);
            case LARK -> new Credentials.Lark("cli_1", Secret.of(KEY));
        };
    }

    public App app(PlatformKind kind) {
        return app(credentials(kind), "u1");
    }

    public App app(Credentials credentials, @Nullable String owner) {
        PlatformKind kind = switch (credentials) {
            case Credentials.WeCom ignored -> PlatformKind.WECOM;
            case Credentials.DingTalk ignored -> PlatformKind.DINGTALK;
            case Credentials.Lark ignored -> PlatformKind.LARK;
        };
        return new App("acme", kind, 1, endpoint(kind), owner, credentials);
    }

    public List<AppFinding> check(App app, AppCheck.Depth depth) {
        AppCheck check = platforms.checks().get(app.platform());
        if (check == null) {
            throw new AssertionError(app.platform());
        }
        return check.check(app, depth);
    }

    /** Replaces the company's people. */
    public void people(PlatformKind kind, String people) {
        put("/tenants/acme", """
                {"platform":"%s","app":%s,"people":[%s]}""".formatted(kind, APPS.get(kind), people));
    }

    public void switches(PlatformKind kind, String switches) {
        put("/tenants/acme/" + kind + "/switches", switches);
    }

    /** Replaces the faults that wait. */
    public void faults(String... faults) {
        put("/faults", "{\"faults\":[" + String.join(",", faults) + "]}");
    }

    /** Makes the endpoint refuse, again and again. */
    public void refuse(PlatformKind kind, String endpoint, String code) {
        faults("""
                {"platform":"%s","endpoint":"%s","kind":"REFUSED","code":"%s","times":1000}""".formatted(kind, endpoint, code));
    }

    public List<JsonNode> rooms(PlatformKind kind) {
        return List.copyOf(
                send("GET", "/rooms?platform=" + kind, "").path("rooms").values());
    }

    /** Calls an endpoint in the name of nobody. */
    public void call(PlatformKind kind, String method, String path) {
        exchange(method, endpoint(kind) + path, "{}");
    }

    /** How often each endpoint of the platform was called. */
    public long calls(PlatformKind kind, String endpoint) {
        return send("GET", "/calls?platform=" + kind, "")
                .path("calls")
                .valueStream()
                .filter(count -> count.path("endpoint").asString().equals(endpoint))
                .mapToLong(count -> count.path("count").asLong())
                .sum();
    }

    /** Which endpoints were called. */
    public List<String> called(PlatformKind kind) {
        List<String> endpoints = new ArrayList<>();
        send("GET", "/calls?platform=" + kind, "")
                .path("calls")
                .forEach(count -> endpoints.add(count.path("endpoint").asString()));
        return endpoints;
    }

    public static String tokenEndpoint(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> "gettoken";
            case DINGTALK -> "v1.0/oauth2/accessToken";
            case LARK -> "auth/v3/tenant_access_token/internal";
        };
    }

    private void put(String path, String body) {
        send("PUT", path, body);
    }

    /** Asks the witness. */
    public JsonNode send(String method, String path, String body) {
        HttpResponse<String> answer = exchange(method, simulator.baseUrl() + "/sim/v1" + path, body);
        if (answer.statusCode() >= 300) {
            throw new AssertionError(path + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> exchange(String method, String url, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        platforms.close();
        http.close();
        simulator.close();
    }
}
