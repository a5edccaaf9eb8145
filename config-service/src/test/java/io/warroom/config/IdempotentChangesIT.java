package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code Idempotency-Key} on changes: a request that is sent again is answered as the first time, and not done again. */
class IdempotentChangesIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final String LARK = "{\"appId\":\"cli_1\",\"appSecret\":\"a-secret-of-its-own\"}";

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Instance service;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
        jdbi = deployment.jdbi();
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    /** A change that would be made twice, if it were done twice. */
    enum Changing {
        ENABLE("PUT", "mobile-apps/LARK?verify=false", LARK, "\"appId\"", 201),
        CHANGE_KEY("PUT", "mobile-apps/LARK/key?verify=false", LARK, "\"appId\"", 200),
        ACTIVATE("POST", "mobile-apps/LARK/activate", "", "", 200),
        BIND("PUT", "members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}", "ou_1", 201),
        MAKE_A_TOKEN("POST", "api-tokens", "{\"name\":\"pager\"}", "pager", 201);

        private final String method;
        private final String path;
        private final String body;
        private final String changeable;
        private final int status;

        Changing(String method, String path, String body, String changeable, int status) {
            this.method = method;
            this.path = path;
            this.body = body;
            this.changeable = changeable;
            this.status = status;
        }

        String tenant(String purpose) {
            return purpose + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** What must be there before. */
        void prepare(String tenant) throws Exception {
            if (this == CHANGE_KEY || this == ACTIVATE) {
                assertThat(service.send("PUT", "/tenants/" + tenant + "/mobile-apps/LARK?verify=false", LARK)
                                .statusCode())
                        .isEqualTo(201);
            }
        }

        HttpResponse<String> send(String tenant, String sent, String... headers) throws Exception {
            return service.send(method, "/tenants/" + tenant + "/" + path, sent, headers);
        }
    }

    @ParameterizedTest
    @EnumSource(Changing.class)
    void theSameRequestUnderTheSameKeyIsDoneOnceAndAnsweredAlike(Changing change) throws Exception {
        var tenant = change.tenant("once");
        change.prepare(tenant);

        var first = change.send(tenant, change.body, KEY, "k-1");
        var entries = auditOf(tenant);
        var second = change.send(tenant, change.body, KEY, "k-1");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(change.status);
        assertThat(first.headers().firstValue(REPLAYED)).isEmpty();
        assertThat(second.statusCode()).isEqualTo(change.status);
        assertThat(second.headers().firstValue(REPLAYED)).hasValue("true");
        assertThat(second.headers().firstValue("ETag"))
                .isEqualTo(first.headers().firstValue("ETag"));
        assertThat(second.body()).isEqualTo(withoutToken(first.body()));
        assertThat(auditOf(tenant)).as("done once").isEqualTo(entries);
    }

    @ParameterizedTest
    @EnumSource(value = Changing.class, mode = EnumSource.Mode.EXCLUDE, names = "ACTIVATE")
    void anotherBodyUnderTheSameKeyIsRefused(Changing change) throws Exception {
        var tenant = change.tenant("other");
        change.prepare(tenant);
        assertThat(change.send(tenant, change.body, KEY, "k-1").statusCode()).isEqualTo(change.status);

        var other = change.send(tenant, change.body.replace(change.changeable, change.changeable + " "), KEY, "k-1");

        assertThat(other.statusCode()).as(other.body()).isEqualTo(422);
        assertThat(other.body()).contains("\"code\":\"idempotency-key-reused\"");
    }

    @Test
    void anotherRevisionUnderTheSameKeyIsAnotherRequest() throws Exception {
        Changing.ACTIVATE.prepare("revisions");
        var read = service.send("GET", "/tenants/revisions/mobile-apps", "")
                .body()
                .replaceAll("(?s).*\"platform\":\"LARK\".*?\"revision\":([0-9]+).*", "\"$1\"");
        assertThat(Changing.ACTIVATE
                        .send("revisions", "", KEY, "k-1", "If-Match", read)
                        .statusCode())
                .isEqualTo(200);

        var repeated = Changing.ACTIVATE.send("revisions", "", KEY, "k-1", "If-Match", read);
        assertThat(repeated.statusCode())
                .as("not stale: it is answered as before")
                .isEqualTo(200);
        var now = repeated.headers().firstValue("ETag").orElseThrow();
        assertThat(now).isNotEqualTo(read);
        assertThat(Changing.ACTIVATE
                        .send("revisions", "", KEY, "k-1", "If-Match", now)
                        .statusCode())
                .isEqualTo(422);
    }

    @ParameterizedTest
    @EnumSource(
            value = Changing.class,
            names = {"CHANGE_KEY", "ACTIVATE", "BIND"})
    void theSameRequestWhileTheFirstIsUnderWayIsAConflict(Changing change) throws Exception {
        var tenant = change.tenant("crowd");
        change.prepare(tenant);
        if (change == Changing.BIND) {
            assertThat(change.send(tenant, change.body).statusCode()).isEqualTo(201);
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var holder = jdbi.open()) {
            // Nobody else gets beyond this row.
            holder.begin();
            holder.execute("SELECT 1 FROM mobile_app WHERE tenant_id = ? FOR UPDATE", tenant);
            holder.execute("SELECT 1 FROM member_binding WHERE tenant_id = ? FOR UPDATE", tenant);
            Callable<HttpResponse<String>> request = () -> change.send(tenant, change.body, KEY, "k-1");
            var first = threads.submit(request);
            await().atMost(SOON).until(() -> claims(tenant) == 1);

            var second = request.call();

            assertThat(second.statusCode()).as(second.body()).isEqualTo(409);
            assertThat(second.body()).contains("\"code\":\"request-under-way\"");
            holder.rollback();
            assertThat(first.get().statusCode()).isBetween(200, 201);
        }
        assertThat(change.send(tenant, change.body, KEY, "k-1").headers().firstValue(REPLAYED))
                .hasValue("true");
    }

    @Test
    void whatWasRefusedMayBeSentAgainUnderTheSameKey() throws Exception {
        assertThat(Changing.CHANGE_KEY.send("refused", LARK, KEY, "k-1").statusCode())
                .isEqualTo(404);

        Changing.CHANGE_KEY.prepare("refused");
        assertThat(Changing.CHANGE_KEY.send("refused", LARK, KEY, "k-1").statusCode())
                .isEqualTo(200);
    }

    @Test
    void neitherSecretNorTokenIsInTheTable() throws Exception {
        assertThat(Changing.ENABLE.send("hidden", LARK, KEY, "k-1").statusCode())
                .isEqualTo(201);
        var made = Changing.MAKE_A_TOKEN.send("hidden", "{\"name\":\"pager\"}", KEY, "k-1");
        assertThat(made.body()).contains("\"token\":\"wrt_");

        List<String> rows = jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT k::text FROM idempotency_key k WHERE tenant_id = 'hidden'""").mapTo(String.class).list());

        assertThat(rows).hasSize(2);
        assertThat(String.join("\n", rows)).contains("pager", "cli_1").doesNotContain("wrt_", "a-secret-of-its-own");
    }

    private static String withoutToken(String body) {
        return body.replaceAll(",\"token\":\"[^\"]+\"", "");
    }

    private static long auditOf(String tenant) {
        return count("SELECT count(*) FROM audit WHERE tenant_id = :tenant", tenant);
    }

    private static long claims(String tenant) {
        return count("SELECT count(*) FROM idempotency_key WHERE tenant_id = :tenant AND status IS NULL", tenant);
    }

    private static long count(String query, String tenant) {
        return jdbi.withHandle(handle -> handle.createQuery(query)
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .one());
    }
}
