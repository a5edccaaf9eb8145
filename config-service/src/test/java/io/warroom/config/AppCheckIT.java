package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.warroom.config.testing.CapturedLog;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.simulator.Simulator;
import io.warroom.topic.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps are checked with their platform before they are stored: over HTTP, against the simulator. */
class AppCheckIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String KEY = "k3y-that-nobody-reads-back";
    private static final String WRONG = "wr0ng-k3y-that-nobody-reads-back";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static final List<String> ANSWERS = new CopyOnWriteArrayList<>();
    private static Simulator simulator;
    private static Deployment deployment;
    private static Instance service;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start("127.0.0.1", 0);
        deployment = Deployment.inFolder(folder);
        var endpoints = String.join(
                ",",
                Stream.of("wecom", "dingtalk", "lark")
                        .map(platform -> simulator.baseUrl() + "/" + platform)
                        .toList());
        service = deployment.start(
                "--warroom.endpoints.allowed-base-urls=" + endpoints,
                "--warroom.app-check.call-timeout=4s",
                "--warroom.app-check.per-tenant=1",
                "--warroom.app-check.per-instance=2",
                "--spring.datasource.hikari.maximum-pool-size=4");
    }

    @AfterAll
    static void stop() {
        deployment.close();
        simulator.close();
    }

    @BeforeEach
    void healThePlatforms() throws Exception {
        faults("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WECOM", "DINGTALK", "LARK"})
    void parametersAreCheckedAndNothingIsStored(String platform) throws Exception {
        var tenant = company("only-" + platform.toLowerCase(Locale.ROOT), platform);

        var sound = send("POST", app(tenant, platform) + "/check", parameters(tenant, platform, KEY));
        assertThat(sound.statusCode()).as(sound.body()).isEqualTo(200);
        assertThat(sound.body())
                .contains("\"platform\":\"" + platform, "KEY_ACCEPTED")
                .doesNotContain("\"severity\":\"ERROR\"", "\"severity\":\"WARNING\"");
        var refused = send("POST", app(tenant, platform) + "/check", parameters(tenant, platform, WRONG));
        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(refused.body()).contains("KEY_REJECTED", "remedy", "onsole");

        assertThat(send("GET", "/tenants/" + tenant + "/mobile-apps", "").body())
                .doesNotContain("\"enabled\":true", "\"revision\":1");
        assertThat(deployment.records(Topic.APP_ENABLED, tenant + "/" + platform))
                .isEmpty();
        assertThat(rooms(tenant)).contains("\"rooms\":[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WECOM", "DINGTALK", "LARK"})
    void anAppIsEnabledAndItsKeyChangedOnlyWhenThePlatformTakesIt(String platform) throws Exception {
        var tenant = company("life-" + platform.toLowerCase(Locale.ROOT), platform);
        var path = app(tenant, platform);

        var refused = send("PUT", path, parameters(tenant, platform, WRONG));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body())
                .contains("\"code\":\"app-refused\"", "KEY_REJECTED", "Nothing was stored", "remedy", "verify=false");
        assertThat(send("GET", "/tenants/" + tenant + "/mobile-apps", "").body())
                .doesNotContain("\"enabled\":true", "\"revision\":1");
        assertThat(calls(tenant)).as("the wrong secret was shown once").isEqualTo(1);
        assertThat(send("PUT", path, parameters(tenant, platform, WRONG)).statusCode())
                .isEqualTo(422);
        assertThat(calls(tenant)).as("and is remembered").isEqualTo(1);

        var enabled = send("PUT", path, parameters(tenant, platform, KEY));
        assertThat(enabled.statusCode()).as(enabled.body()).isEqualTo(201);
        assertThat(enabled.body()).contains("\"findings\":[", "KEY_ACCEPTED");
        var badKey = send("PUT", path + "/key", parameters(tenant, platform, WRONG));
        assertThat(badKey.statusCode()).isEqualTo(422);
        var goodKey = send("PUT", path + "/key", parameters(tenant, platform, KEY));
        assertThat(goodKey.statusCode()).isEqualTo(200);
        assertThat(goodKey.body()).contains("\"revision\":1", "KEY_ACCEPTED");
        var unchecked = send("PUT", path + "/key?verify=false", parameters(tenant, platform, WRONG));
        assertThat(unchecked.statusCode()).isEqualTo(200);
        assertThat(unchecked.body()).contains("\"revision\":1").doesNotContain("findings");

        // A fence: what was refused would stand before it.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.changes(Topic.KEY_ROTATED, tenant + "/" + platform))
                        .containsExactly(2L, 3L));
        assertThat(deployment.changes(Topic.APP_ENABLED, tenant + "/" + platform))
                .containsExactly(1L);
    }

    @ParameterizedTest
    @CsvSource({"WECOM, HTTP_502_HTML", "DINGTALK, RESET_BEFORE", "LARK, THROTTLED", "LARK, HANG"})
    void aPlatformThatIsAwayKeepsNobodyFromEnablingAndTheAnswerSaysThatNobodyKnows(String platform, String fault)
            throws Exception {
        var tenant = company("away-" + platform + "-" + fault.toLowerCase(Locale.ROOT), platform);
        faults("""
                {"tenant":"%s","kind":"%s","times":1000}""".formatted(tenant, fault));

        var enabled = send("PUT", app(tenant, platform), parameters(tenant, platform, KEY));

        assertThat(enabled.statusCode()).as(enabled.body()).isEqualTo(201);
        assertThat(enabled.body()).contains("UNCHECKED", "This says nothing about the app");
    }

    @Test
    void nobodyIsAskedAboutAChangeThatCannotBeMadeAnyway() throws Exception {
        var tenant = company("early", "LARK");
        var path = app(tenant, "LARK");
        send("PUT", path + "?verify=false", parameters(tenant, "LARK", KEY));

        assertThat(send("PUT", path, parameters(tenant, "LARK", KEY)).statusCode())
                .isEqualTo(409);
        assertThat(send("PUT", path + "/key", parameters(tenant, "LARK", KEY), "If-Match", "\"9\"")
                        .statusCode())
                .isEqualTo(412);
        var otherIdentity =
                send("PUT", path + "/key", parameters(tenant, "LARK", KEY).replace("cli_" + tenant, "cli_another"));
        assertThat(otherIdentity.statusCode()).isEqualTo(422);
        assertThat(otherIdentity.body()).contains("appId", "cannot be changed");
        for (String endpoint : List.of("http://169.254.169.254/latest", "http://127.0.0.1:1/lark")) {
            var elsewhere = send(
                    "POST",
                    path + "/check",
                    parameters(tenant, "LARK", KEY).replace(simulator.baseUrl() + "/lark", endpoint));
            assertThat(elsewhere.statusCode()).as(endpoint).isEqualTo(422);
            assertThat(elsewhere.body()).contains("\"field\":\"endpoint\"");
        }
        assertThat(send("POST", path + "/check", "{\"appId\":\"x\"}").statusCode())
                .isEqualTo(422);
        assertThat(send("PUT", path + "?verify=perhaps", parameters(tenant, "LARK", KEY))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/tenants/early/mobile-apps/SLACK/check", "{}").statusCode())
                .isEqualTo(404);

        assertThat(calls(tenant)).isZero();
    }

    @Test
    void aFullCheckMakesARoomWritesIntoItAndDissolvesIt() throws Exception {
        for (String platform : List.of("DINGTALK", "LARK")) {
            var tenant = company("full-" + platform.toLowerCase(Locale.ROOT), platform);

            var checked = send("POST", app(tenant, platform) + "/check?full=true", parameters(tenant, platform, KEY));

            assertThat(checked.body()).contains("TEST_ROOM_OPENED", "\"severity\":\"OK\"");
            assertThat(rooms(tenant)).contains("\"dissolved\":true").doesNotContain("\"dissolved\":false");
        }
    }

    @Test
    void aTenantChecksOnceAtATimeAndTheInstanceTwice() throws Exception {
        var one = company("slow-1", "LARK");
        var two = company("slow-2", "LARK");
        var three = company("slow-3", "LARK");
        faults("""
                {"platform":"LARK","endpoint":"auth/v3/tenant_access_token/internal","kind":"LATENCY","millis":2500,"times":1000}""");

        var ofOneTenant = atOnce(one, one);
        assertThat(ofOneTenant).extracting(HttpResponse::statusCode).containsExactlyInAnyOrder(200, 429);
        assertThat(ofOneTenant).anyMatch(answer -> answer.body().contains("too-many-checks"));
        var ofThree = atOnce(one, two, three);
        assertThat(ofThree).extracting(HttpResponse::statusCode).containsExactlyInAnyOrder(200, 200, 503);
        assertThat(ofThree).anyMatch(answer -> answer.body().contains("checks-busy"));
        assertThat(Stream.concat(ofOneTenant.stream(), ofThree.stream()).filter(answer -> answer.statusCode() != 200))
                .as("say when to come back")
                .allMatch(answer -> answer.headers().firstValue("Retry-After").isPresent());
        faults("");
        assertThat(atOnce(one)).as("all places are free again").allMatch(answer -> answer.statusCode() == 200);
    }

    @Test
    void aCheckHoldsNoConnectionOfTheDatabase() throws Exception {
        // Two checks at once, four connections in the pool, of which the relay and the rooms' feed hold one each: with
        // one
        // held by each check, nobody else would get any.
        var one = company("pool-1", "LARK");
        var two = company("pool-2", "LARK");
        faults("""
                {"platform":"LARK","endpoint":"auth/v3/tenant_access_token/internal","kind":"LATENCY","millis":3000,"times":1000}""");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> enabling = new ArrayList<>();
            for (String tenant : List.of(one, two)) {
                enabling.add(threads.submit(() -> send("PUT", app(tenant, "LARK"), parameters(tenant, "LARK", KEY))));
            }
            await().atMost(SOON)
                    .until(() -> send("POST", app("pool-1", "LARK") + "/check", parameters(one, "LARK", KEY))
                                    .statusCode()
                            == 429);
            assertThat(send("GET", "/tenants/" + one + "/mobile-apps", "").statusCode())
                    .isEqualTo(200);
            assertThat(enabling).as("still asking the platform").noneMatch(Future::isDone);
            for (var answer : enabling) {
                assertThat(answer.get().statusCode()).isEqualTo(201);
            }
        }
    }

    @Test
    void noSecretIsInAnAnswerOrALogOfACheck() throws Exception {
        var log = CapturedLog.of("ROOT", Level.DEBUG);
        // The simulator is in this process, too, and its server would print what it receives.
        try (log;
                var ofTheSimulator = CapturedLog.of("org.eclipse.jetty", Level.WARN)) {
            assertThat(ofTheSimulator.said()).isEmpty();
            for (String platform : List.of("WECOM", "DINGTALK", "LARK")) {
                var tenant = company("vault-" + platform.toLowerCase(Locale.ROOT), platform);
                send("POST", app(tenant, platform) + "/check?full=true", parameters(tenant, platform, KEY));
                send("PUT", app(tenant, platform), parameters(tenant, platform, WRONG));
                faults("""
                        {"tenant":"%s","kind":"WRONG_BODY","times":1000}""".formatted(tenant));
                send("PUT", app(tenant, platform), parameters(tenant, platform, KEY));
            }
        }
        assertThat(log.said())
                .as("the log was listened to")
                .anyMatch(line -> line.contains("preparing request execution"));
        assertThat(String.join("\n", log.said())).doesNotContain(KEY);
        assertThat(String.join("\n", ANSWERS)).contains("KEY_ACCEPTED").doesNotContain(KEY);
    }

    private static List<HttpResponse<String>> atOnce(String... tenants) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> asked = new ArrayList<>();
            for (String tenant : tenants) {
                asked.add(threads.submit(
                        () -> send("POST", app(tenant, "LARK") + "/check", parameters(tenant, "LARK", KEY))));
            }
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (var answer : asked) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static String app(String tenant, String platform) {
        return "/tenants/" + tenant + "/mobile-apps/" + platform;
    }

    /** What the console of the platform shows, with this key. */
    private static String parameters(String tenant, String platform, String key) {
        var endpoint = simulator.baseUrl() + "/" + platform.toLowerCase(Locale.ROOT);
        return app(tenant, platform, key)
                .replaceFirst("}$", ",\"endpoint\":\"" + endpoint + "\",\"defaultOwner\":\"u1\"}");
    }

    private static String app(String tenant, String platform, String key) {
        return switch (platform) {
            case "WECOM" -> """
                    {"enterpriseId":"ww-%s","enterpriseKey":"%s","addressBookKey":"%s-book","serviceId":1000002}""".formatted(tenant, key, KEY);
            case "DINGTALK" -> """
                    {"clientId":"ding-%s","clientSecret":"%s","groupTemplateId":"t","robotId":"r","serviceId":"42"}""".formatted(tenant, key);
            default -> """
                    {"appId":"cli_%s","appSecret":"%s"}""".formatted(tenant, key);
        };
    }

    /** Makes the company known to the simulator. */
    private static String company(String tenant, String platform) throws Exception {
        simulated("PUT", "/tenants/" + tenant, """
                {"platform":"%s","app":%s,"people":[{"userId":"u1","name":"Li Lei"}]}""".formatted(platform, app(tenant, platform, KEY)));
        return tenant;
    }

    private static void faults(String faults) throws Exception {
        simulated("PUT", "/faults", "{\"faults\":[" + faults + "]}");
    }

    private static String rooms(String tenant) throws Exception {
        return simulated("GET", "/rooms?tenant=" + tenant, "");
    }

    private static long calls(String tenant) throws Exception {
        var said = simulated("GET", "/calls?tenant=" + tenant, "");
        return Long.parseLong(said.replaceFirst(".*\"total\":([0-9]+).*", "$1"));
    }

    private static String simulated(String method, String path, String body) throws Exception {
        var answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/sim/v1" + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return answer.body();
    }

    private static HttpResponse<String> send(String method, String path, String body, String... headers)
            throws Exception {
        var answer = service.send(method, path, body, headers);
        ANSWERS.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }
}
