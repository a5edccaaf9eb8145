package io.warroom.config.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.Issuer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The trail that changes leave, read back over HTTP and from the table. */
class AuditIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SECRET = "s3cret-that-no-auditor-needs";

    @TempDir
    static Path folder;

    private static Issuer issuer;
    private static Deployment deployment;
    private static Instance service;
    private static Instance behindProxy;

    @BeforeAll
    static void start() throws Exception {
        issuer = Issuer.start();
        deployment = Deployment.inFolder(folder);
        service = deployment.start(
                "--warroom.access.jwt.issuer-uri=" + issuer.uri(), "--warroom.access.jwt.audience=" + Issuer.AUDIENCE);
        behindProxy = deployment.start("--server.forward-headers-strategy=native");
    }

    @AfterAll
    static void stop() {
        deployment.close();
        issuer.close();
    }

    @Test
    void everyChangeLeavesOneEntryThatSaysWhoDidWhatFromWhereAndByWhichRequest() throws Exception {
        var admin = issuer.bearer("ann", "TENANT_ADMIN", "acme");
        var tenant = "/api/v1/tenants/acme";
        call(admin, "PUT", tenant + "/mobile-apps/LARK", lark("ou_first"), "r-1");
        call(admin, "PUT", tenant + "/mobile-apps/LARK/key", lark("ou_second"), "r-2");
        call(admin, "POST", tenant + "/mobile-apps/LARK/activate", "", "r-3");
        call(Instance.asOperator(), "PUT", tenant + "/members/p-1", member("ou_1"), "r-4");
        call(admin, "PUT", tenant + "/members/p-1", member("ou_1"), "r-unchanged");
        call(admin, "DELETE", tenant + "/members/p-1", "", "r-5");
        var made = call(admin, "POST", tenant + "/api-tokens", "{\"name\":\"pager\"}", "r-6");
        var tokenId = made.path("tokenId").asString();
        call(admin, "DELETE", tenant + "/api-tokens/" + tokenId, "", "r-7");
        call(admin, "DELETE", tenant + "/mobile-apps/LARK", "", "r-8");

        var trail = entries(service, "acme", "");

        assertThat(trail)
                .extracting(entry -> entry.path("requestId").asString() + " "
                        + entry.path("action").asString() + " "
                        + entry.path("target").asString() + " " + entry.path("changed"))
                .containsExactly(
                        "r-8 app.deleted mobile-apps/LARK [\"activation\",\"appId\",\"appSecret\",\"defaultOwner\",\"endpoint\",\"serviceId\"]",
                        "r-7 api-token.revoked api-tokens/" + tokenId + " [\"name\"]",
                        "r-6 api-token.created api-tokens/" + tokenId + " [\"name\",\"token\"]",
                        "r-5 member.unbound members/p-1/LARK [\"platformUserId\"]",
                        "r-4 member.bound members/p-1/LARK [\"platformUserId\"]",
                        "r-3 app.activated mobile-apps/LARK [\"activation\"]",
                        "r-2 app.key-changed mobile-apps/LARK [\"appSecret\",\"defaultOwner\"]",
                        "r-1 app.enabled mobile-apps/LARK [\"activation\",\"appId\",\"appSecret\",\"defaultOwner\",\"endpoint\",\"serviceId\"]");
        var first = trail.getLast();
        assertThat(first.path("actor").asString()).isEqualTo("ann");
        assertThat(first.path("role").asString()).isEqualTo("TENANT_ADMIN");
        assertThat(first.path("credential").asString()).isEqualTo("ACCESS_TOKEN");
        assertThat(first.path("remoteAddress").asString()).isEqualTo("127.0.0.1");
        assertThat(Instant.parse(first.path("at").asString()))
                .isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(1));
        assertThat(trail.get(4).path("credential").asString()).isEqualTo("PASSWORD");
        var keyChanged = trail.get(6);
        assertThat(keyChanged.path("before").path("defaultOwner").asString()).isEqualTo("ou_first");
        assertThat(keyChanged.path("after").path("defaultOwner").asString()).isEqualTo("ou_second");
        assertThat(keyChanged.path("after").path("appSecret").asString()).isEqualTo("********");
        assertThat(trail.toString()).doesNotContain(SECRET, made.path("token").asString());
        assertThat(entries(service, "someone-else", "")).isEmpty();
    }

    @Test
    void whatWasRefusedAndSoNotChangedLeavesNoEntry() throws Exception {
        service.send("PUT", "/tenants/refused/mobile-apps/LARK", lark("ou_1"));

        assertThat(service.send("PUT", "/tenants/refused/mobile-apps/LARK", lark("ou_1"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(service.send("PUT", "/tenants/refused/mobile-apps/LARK/key", lark("ou_1"), "If-Match", "\"7\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(service.send("DELETE", "/tenants/refused/members/p-9", "").statusCode())
                .isEqualTo(404);
        assertThat(service.sendAs(
                                issuer.bearer("vera", "VIEWER", "refused"),
                                "DELETE",
                                "/api/v1/tenants/refused/mobile-apps/LARK",
                                "")
                        .statusCode())
                .isEqualTo(403);

        assertThat(entries(service, "refused", "")).hasSize(1);
    }

    @Test
    void aChangeWhoseEntryCannotBeWrittenIsNotMade() throws Exception {
        var jdbi = service.part(Jdbi.class);
        jdbi.useHandle(handle -> handle.execute(
                "ALTER TABLE audit ADD CONSTRAINT nobody_writes CHECK (tenant_id <> 'unwritten') NOT VALID"));
        try {
            assertThat(service.send("PUT", "/tenants/unwritten/mobile-apps/LARK", lark("ou_1"))
                            .statusCode())
                    .isEqualTo(500);
            assertThat(service.send("PUT", "/tenants/unwritten/members/p-1", member("ou_1"))
                            .statusCode())
                    .isEqualTo(500);
            assertThat(service.send("POST", "/tenants/unwritten/api-tokens", "{\"name\":\"x\"}")
                            .statusCode())
                    .isEqualTo(500);
        } finally {
            jdbi.useHandle(handle -> handle.execute("ALTER TABLE audit DROP CONSTRAINT nobody_writes"));
        }

        assertThat(service.send("GET", "/tenants/unwritten/mobile-apps", "").body())
                .doesNotContain("\"enabled\":true");
        assertThat(service.send("GET", "/tenants/unwritten/members/p-1", "").statusCode())
                .isEqualTo(404);
        assertThat(service.send("GET", "/tenants/unwritten/api-tokens", "").body())
                .contains("\"apiTokens\":[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"})
    void theTableTakesNoOtherStatementThanAnInsertion(String statement) throws Exception {
        service.send("PUT", "/tenants/kept/members/p-1", member("ou_1"));
        var jdbi = service.part(Jdbi.class);

        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute(statement)))
                .isInstanceOf(JdbiException.class)
                .hasStackTraceContaining("the audit is append-only");
        assertThat(entries(service, "kept", "")).isNotEmpty();
    }

    @Test
    void aForgedForwardedAddressIsNotBelievedUnlessAProxyIsConfigured() throws Exception {
        var forged = "203.0.113.7";
        service.send("PUT", "/tenants/proxied/members/p-1", member("ou_1"), "X-Forwarded-For", forged);
        behindProxy.send("PUT", "/tenants/proxied/members/p-2", member("ou_1"), "X-Forwarded-For", forged);

        assertThat(entries(service, "proxied", ""))
                .extracting(entry -> entry.path("remoteAddress").asString())
                .containsExactly(forged, "127.0.0.1");
    }

    @Test
    void pagesLeaveNothingOutAndRepeatNothing() throws Exception {
        for (int i = 0; i < 7; i++) {
            service.send("PUT", "/tenants/paged/members/p-" + i, member("ou_1"));
        }

        var seen = new ArrayList<String>();
        var next = "";
        int pages = 0;
        do {
            var page = page(service, "paged", "?limit=3" + (next.isEmpty() ? "" : "&cursor=" + next));
            StreamSupport.stream(page.path("entries").spliterator(), false)
                    .forEach(entry -> seen.add(entry.path("target").asString()));
            next = page.path("nextCursor").asString("");
            pages++;
        } while (!next.isEmpty());

        assertThat(pages).isEqualTo(3);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.of(6, 5, 4, 3, 2, 1, 0)
                        .mapToObj(i -> "members/p-" + i + "/LARK")
                        .toList());
    }

    @Test
    void filtersNarrowByActorActionAndTime() throws Exception {
        var ann = issuer.bearer("ann", "TENANT_ADMIN", "filtered");
        call(ann, "PUT", "/api/v1/tenants/filtered/members/p-1", member("ou_1"), "r-1");
        service.send("PUT", "/tenants/filtered/members/p-2", member("ou_1"));
        service.send("DELETE", "/tenants/filtered/members/p-2", "");
        var all = entries(service, "filtered", "");
        var lastAt = all.getFirst().path("at").asString();
        var firstAt = all.getLast().path("at").asString();

        assertThat(entries(service, "filtered", "?actor=ann")).hasSize(1);
        assertThat(entries(service, "filtered", "?action=member.bound")).hasSize(2);
        assertThat(entries(service, "filtered", "?action=member.bound&actor=operator"))
                .hasSize(1);
        assertThat(entries(service, "filtered", "?to=" + firstAt)).isEmpty();
        assertThat(entries(service, "filtered", "?from=" + firstAt)).hasSize(3);
        assertThat(entries(service, "filtered", "?from=" + Instant.parse(lastAt).plusMillis(1)))
                .isEmpty();
        assertThat(entries(service, "filtered", "?actor=%27%20OR%20%271%27=%271"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit",
        "limit=201, limit",
        "limit=-1, limit",
        "limit=many, limit",
        "from=yesterday, from",
        "to=2026-13-01T00:00:00Z, to",
        "from=%2B1000000000-01-01T00:00:00Z, from",
        "cursor=!, cursor",
        "cursor=AAAA, cursor",
        "actor=, actor",
        "actor=%00, actor",
        "action=a&action=b, action",
        "colour=red, colour"
    })
    void aParameterThatCannotBeIsRefusedByItsName(String parameters, String named) throws Exception {
        var answer = service.send("GET", "/tenants/acme/audit?" + parameters, "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"" + named + "\"");
    }

    @Test
    void theLargestPageIsTwoHundred() throws Exception {
        assertThat(page(service, "acme", "?limit=200").path("entries").isArray())
                .isTrue();
    }

    private static String lark(String owner) {
        return "{\"appId\":\"cli_1\",\"appSecret\":\"%s\",\"defaultOwner\":\"%s\"}".formatted(SECRET, owner);
    }

    private static String member(String user) {
        return "{\"platform\":\"LARK\",\"platformUserId\":\"%s\"}".formatted(user);
    }

    private static JsonNode call(String authorization, String method, String path, String body, String requestId)
            throws Exception {
        var answer = service.sendAs(authorization, method, path, body, "X-Request-Id", requestId, "If-Match", "*");
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
        return JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    private static JsonNode page(Instance instance, String tenant, String query) throws Exception {
        var answer = instance.send("GET", "/tenants/" + tenant + "/audit" + query, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static List<JsonNode> entries(Instance instance, String tenant, String query) throws Exception {
        return StreamSupport.stream(
                        page(instance, tenant, query).path("entries").spliterator(), false)
                .toList();
    }
}
