package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.Issuer;
import io.warroom.topic.Topic;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What is sent to break it: never a failure of the server's, and nothing of it is stored or published. */
class HostileInputIT {

    private static final List<String> TABLES = List.of(
            "mobile_app",
            "member_binding",
            "outbox",
            "api_token",
            "audit",
            "war_room",
            "idempotency_key",
            "war_room_feed");

    private static final Set<Topic> WRITTEN = EnumSet.of(
            Topic.APP_ENABLED,
            Topic.KEY_ROTATED,
            Topic.APP_DELETED,
            Topic.MEMBER_BOUND,
            Topic.INCIDENT_DECLARED,
            Topic.INCIDENT_UPDATED,
            Topic.INCIDENT_RESOLVED);

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<String> SQL = List.of(
            "' OR '1'='1",
            "'; DROP TABLE audit; --",
            "\" UNION SELECT password FROM users --",
            "1); SELECT pg_sleep(9); --",
            "\\'; --",
            "%' OR 1=1 --",
            ":tenant",
            "?",
            "{0}",
            "$1",
            "/*",
            "'||(SELECT version())||'");

    private static final List<String> UNICODE = List.of(
            "\u0000",
            "a\u0000b",
            "\ud800",
            "\udc00x",
            "\u202Egnp.exe",
            "\u2066x\u2069",
            "\u0007",
            "\u0085",
            "\u2028\u0000",
            "\ufeff\u0000",
            "line\nbreak",
            "tab\there");

    /** Where an app must not lead us: to ourselves, to the neighbours, to the cloud's metadata, out of http. */
    private static final List<String> INWARD = List.of(
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]/",
            "http://0.0.0.0/",
            "http://0/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://017700000001/",
            "http://127.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[fd00:ec2::254]/",
            "http://metadata.google.internal/",
            "http://10.0.0.1/",
            "http://192.168.0.1/",
            "http://172.16.0.1/",
            "http://[::ffff:127.0.0.1]/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_INFO",
            "ftp://127.0.0.1/",
            "jar:http://127.0.0.1!/",
            "dict://127.0.0.1:11211/",
            "ldap://127.0.0.1/",
            "https://open.feishu.cn@127.0.0.1/",
            "https://open.feishu.cn.attacker.example/",
            "https://open.feishu.cn#@127.0.0.1/",
            "//127.0.0.1/",
            "http:127.0.0.1",
            "http://127.0.0.1:9200/lark/",
            "http://127.0.0.1:9200/lark/../wecom",
            "http://127.0.0.1:9200/lark?x=",
            "http://127.0.0.1:9200/lark#x",
            "HTTP://127.0.0.1:9200/lark",
            "http://127.0.0.1:9200/lark%2f..",
            "http://u:p@127.0.0.1:9200/lark",
            "feishu",
            "FEISHU ",
            "javascript:alert(1)");

    private static final List<String> PATHS = List.of(
            "/api/v1/tenants/hostile/../../../etc/passwd",
            "/api/v1/tenants/hostile/%2e%2e/%2e%2e/x",
            "/api/v1/tenants/hostile/..%2f..%2fetc",
            "/api/v1/tenants/hostile/..%5c..%5cwindows",
            "/api/v1/tenants/hostile%00/audit",
            "/api/v1/tenants/hostile/audit%00.json",
            "/api/v1/tenants/hostile/audit;x=y",
            "/api/v1/tenants/hostile/audit%3bx",
            "/api/v1/tenants//audit",
            "/api/v1//tenants/hostile/audit",
            "/api/v1/tenants/hostile/audit/",
            "/api/v1/tenants/%ff%fe/audit",
            "/api/v1/tenants/%c0%ae%c0%ae/audit",
            "/api/v1/tenants/hostile%252faudit/audit",
            "/api/v1/tenants/" + "a".repeat(5000) + "/audit",
            "/api/v1/tenants/%F0%9F%92%A9/audit",
            "/api/v1/tenants/a'b/audit",
            "/api/v1/tenants/-x/audit",
            "/api/v1/tenants/.hidden/audit",
            "/api/v1/tenants/%E2%80%AEx/audit",
            "/api/v1/tenants/hostile/members/%0a",
            "/api/v1/tenants/hostile/members/%20",
            "/api/v1/tenants/hostile/members/a%2fb",
            "/api/v1/tenants/hostile/mobile-apps/SLACK",
            "/api/v1/tenants/hostile/war-rooms/" + "i".repeat(129),
            "/api/v1/tenants/hostile/war-rooms/%01",
            "/api/swagger-ui/../../application.yml",
            "/api/swagger-ui/%2e%2e/%2e%2e/application.yml",
            "/api/openapi/../v1/tenants/x/audit",
            "/actuator/../api/v1/tenants/hostile/audit",
            "/.git/config",
            "/WEB-INF/web.xml",
            "/application.yml");

    /** What no address may name anything by, as it stands in one. */
    private static final List<String> IDS = List.of(
            "",
            ".",
            "..",
            "%2e",
            "%2e%2e",
            "..%2f..%2fother",
            "%00",
            "a%00b",
            "%01",
            "%0a",
            "%0d%0aSet-Cookie:%20x=y",
            "%1b",
            "%7f",
            "%C2%85",
            "%E2%80%AEx",
            "%E2%81%A6x",
            "%20",
            "%E3%80%80",
            "a%2fb",
            "a%2Fb",
            "a%252fb",
            "a%5cb",
            "a\\b",
            "a;x=y",
            "a%3bx",
            "%",
            "%zz",
            "%u002e",
            "%ff",
            "%c0%ae",
            "%ed%a0%80",
            "%f8%88%80%80%80",
            "a b",
            "a\tb",
            "\u00e9",
            "<script>",
            "{id}",
            "a|b",
            "i".repeat(129),
            "%F0%9F%92%A9".repeat(129),
            "i".repeat(5_000),
            "i".repeat(60_000));

    /** Changes that would be made if the id were one, and what reads. */
    private static final List<String> ROUTES_WITH_IDS = List.of(
            "PUT /api/v1/tenants/{id}/members/p-1",
            "POST /api/v1/tenants/{id}/incidents",
            "POST /api/v1/tenants/{id}/api-tokens",
            "GET /api/v1/tenants/{id}/war-rooms",
            "PUT /api/v1/tenants/hostile/mobile-apps/{id}?verify=false",
            "PUT /api/v1/tenants/hostile/mobile-apps/{id}/key?verify=false",
            "POST /api/v1/tenants/hostile/mobile-apps/{id}/activate",
            "POST /api/v1/tenants/hostile/mobile-apps/{id}/check",
            "DELETE /api/v1/tenants/hostile/mobile-apps/{id}",
            "GET /api/v1/tenants/hostile/members/{id}",
            "PUT /api/v1/tenants/hostile/members/{id}",
            "DELETE /api/v1/tenants/hostile/members/{id}",
            "PATCH /api/v1/tenants/hostile/incidents/{id}",
            "POST /api/v1/tenants/hostile/incidents/{id}/resolve",
            "GET /api/v1/tenants/hostile/war-rooms/{id}",
            "DELETE /api/v1/tenants/hostile/api-tokens/{id}");

    /** Odd, and ids all the same: whatever the incident system calls its incidents and people. */
    private static final List<String> ODD_IDS = List.of(
            "\u540d\u524d",
            "na\u00efve",
            "nai\u0308ve",
            "\ud83d\udca9",
            "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\u05d0\u05d1\u05d2",
            "a b",
            "a+b",
            "a'b",
            "a\"b",
            "a?b=c&d",
            "a#b",
            "a:b@c",
            "<b>",
            "{id}",
            "...",
            "~",
            "null",
            "' OR '1'='1",
            "\ud83d\udca9".repeat(128));

    @TempDir
    static Path folder;

    private static Issuer issuer;
    private static Deployment deployment;
    private static Instance service;
    private static String admin;

    @BeforeAll
    static void start() throws Exception {
        issuer = Issuer.start();
        deployment = Deployment.inFolder(folder);
        service = deployment.start(
                "--warroom.access.jwt.issuer-uri=" + issuer.uri(), "--warroom.access.jwt.audience=" + Issuer.AUDIENCE);
        admin = issuer.bearer("adam", "OPERATOR");
    }

    @AfterAll
    static void stop() {
        deployment.close();
        issuer.close();
    }

    /** One attempt, and where it is aimed at. */
    private record Attempt(String kind, String method, String path, String body, List<String> headers) {

        static Attempt body(String kind, String method, String path, String body) {
            return new Attempt(kind, method, "/api/v1/tenants/hostile" + path, body, List.of());
        }
    }

    @Test
    void nothingHostileFailsTheServerOrIsStored() throws Exception {
        var attempts = new ArrayList<Attempt>();
        sql(attempts);
        unicode(attempts);
        inward(attempts);
        bombs(attempts);
        headers(attempts);
        PATHS.forEach(path -> attempts.add(new Attempt("path", "GET", path, "", List.of())));
        ids(attempts);
        var before = stored();

        var refused = new LinkedHashMap<String, Integer>();
        var wrong = new ArrayList<String>();
        for (var attempt : attempts) {
            boolean raw = attempt.kind().equals("path") || attempt.kind().equals("id");
            var fault = raw ? faultOfRaw(attempt) : fault(attempt);
            if (!fault.isEmpty()) {
                wrong.add("%s: %s %.200s %.200s".formatted(fault, attempt.method(), attempt.path(), attempt.body()));
            }
            refused.merge(attempt.kind(), 1, Integer::sum);
        }

        System.out.printf("hostile inputs: %d, by kind %s%n", attempts.size(), refused);
        assertThat(wrong).isEmpty();
        assertThat(attempts).hasSizeGreaterThan(1_000);
        assertThat(stored()).as("rows of each table, and records of each topic").isEqualTo(before);
    }

    /** What is wrong with the answer; empty when it is a refusal as it must be. */
    private static String fault(Attempt attempt) throws Exception {
        var answer = service.sendAs(
                admin,
                attempt.method(),
                attempt.path(),
                attempt.body(),
                attempt.headers().toArray(String[]::new));
        var type = answer.headers().firstValue("Content-Type").orElse("");
        return fault(answer.statusCode(), type, answer.body());
    }

    private static String fault(int status, String type, String body) {
        if (status < 400 || status > 499) {
            return "answered " + status + " " + body;
        }
        if (!type.startsWith("application/problem+json")) {
            return "refused in " + type;
        }
        return Stream.of("org.postgresql", "Exception", "SQLSTATE", "jdbc:", "<script")
                .filter(body::contains)
                .findFirst()
                .map(inside -> "shows " + inside)
                .orElse("");
    }

    /** The same of an address that no client of ours would send. */
    private static String faultOfRaw(Attempt attempt) throws Exception {
        var answer = rawAnswer(attempt.method() + " " + attempt.path()
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + admin
                + "\r\nContent-Type: application/json\r\nIf-Match: *\r\nContent-Length: "
                + attempt.body().length()
                + "\r\nConnection: close\r\n\r\n" + attempt.body());
        var head = answer.substring(0, Math.max(0, answer.indexOf("\r\n\r\n")));
        var type = Pattern.compile("(?im)^content-type: *(.*)$").matcher(head);
        return fault(
                Integer.parseInt(answer.split(" ", 3)[1]),
                type.find() ? type.group(1) : "no type",
                answer.substring(head.length()));
    }

    /** What the incident system calls its people and incidents is kept letter by letter, on the topics too. */
    @Test
    void whatIsOddAndStillAnIdIsKeptAsItIs() throws Exception {
        for (var odd : ODD_IDS) {
            var person = "/api/v1/tenants/odd/members/" + encoded(odd);
            var bound = service.sendAs(
                    admin, "PUT", person, "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}", "If-Match", "*");
            assertThat(bound.statusCode()).as("%s: %s", odd, bound.body()).isEqualTo(201);
            assertThat(service.sendAs(admin, "GET", person, "").body())
                    .contains("\"personId\":" + JSON.writeValueAsString(odd));
            var incident = "/api/v1/tenants/odd/incidents/" + encoded(odd);
            assertThat(service.sendAs(admin, "PATCH", incident, "{\"note\":\"n\"}")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(service.sendAs(admin, "POST", incident + "/resolve", "{}")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(service.sendAs(admin, "GET", "/api/v1/tenants/odd/war-rooms/" + encoded(odd), "")
                            .statusCode())
                    .as("never declared")
                    .isEqualTo(404);
            assertThat(service.sendAs(admin, "DELETE", person, "", "If-Match", "*")
                            .statusCode())
                    .isEqualTo(204);
        }

        for (var topic : List.of(Topic.INCIDENT_UPDATED, Topic.INCIDENT_RESOLVED)) {
            assertThat(deployment.values(topic, "odd"))
                    .extracting(event -> event.get("incidentId").toString())
                    .containsExactlyElementsOf(ODD_IDS);
        }
        await().untilAsserted(() -> assertThat(deployment.read(Topic.MEMBER_BOUND).stream()
                        .filter(record -> record.value() == null)
                        .map(ConsumerRecord::key))
                .containsAll(ODD_IDS.stream().map(odd -> "odd/LARK/" + odd).toList()));
    }

    /** Where a text is wanted that may hold anything, it is text and stays text. */
    @Test
    void whatLooksLikeSqlIsTextWhereTextIsAllowed() throws Exception {
        for (var sql : SQL) {
            var found = service.sendAs(
                    admin,
                    "GET",
                    "/api/v1/tenants/harmless/war-rooms?q=" + encoded(sql) + "&region=" + encoded(sql),
                    "");
            assertThat(found.statusCode()).as(sql).isEqualTo(200);
            var audit = service.sendAs(
                    admin,
                    "GET",
                    "/api/v1/tenants/harmless/audit?actor=" + encoded(sql) + "&action=" + encoded(sql),
                    "");
            assertThat(audit.statusCode()).as(sql).isEqualTo(200);
            assertThat(audit.body()).contains("\"entries\":[]");
        }
        assertThat(stored().keySet()).contains("table audit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/mixed;boundary=\"",
                "a",
                "*/*",
                ";"
            })
    void aContentTypeThatIsBrokenIsTheCallersFault(String type) throws Exception {
        var changing = service.sendAs(admin, "PUT", "/api/v1/tenants/hostile/members/p-1", "{}", "Content-Type", type);
        assertThat(changing.statusCode()).as(changing.body()).isEqualTo(415);
        var reading = service.sendAs(admin, "GET", "/api/v1/tenants/hostile/mobile-apps", "", "Content-Type", type);
        assertThat(reading.statusCode()).as(reading.body()).isIn(200, 415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"war-rooms?q%00=1", "audit?%0a=1", "war-rooms/stream?a%00=1", "war-rooms/i-1?%01"})
    void aControlCharacterInTheNameOfAParameterIsRefused(String address) throws Exception {
        var answer = service.sendAs(admin, "GET", "/api/v1/tenants/hostile/" + address, "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"refused\"");
    }

    private static void sql(List<Attempt> attempts) {
        for (var sql : SQL) {
            var text = json(sql);
            attempts.add(Attempt.body("sql", "PUT", "/mobile-apps/" + encoded(sql.replace('/', 'x')), "{}"));
            attempts.add(
                    Attempt.body("sql", "PUT", "/members/p-1", "{\"platform\":" + text + ",\"platformUserId\":\"u\"}"));
            attempts.add(Attempt.body("sql", "POST", "/incidents", incident("\"severity\":" + text)));
            attempts.add(Attempt.body("sql", "POST", "/incidents", incident("\"tenantId\":" + text)));
            attempts.add(Attempt.body("sql", "DELETE", "/api-tokens/" + encoded(sql.replace('/', 'x')), ""));
            attempts.add(Attempt.body("sql", "GET", "/war-rooms?cursor=" + encoded(sql), ""));
            attempts.add(Attempt.body("sql", "GET", "/war-rooms?state=" + encoded(sql), ""));
            attempts.add(Attempt.body("sql", "GET", "/audit?from=" + encoded(sql), ""));
            attempts.add(Attempt.body("sql", "GET", "/audit?limit=" + encoded(sql), ""));
        }
    }

    private static void unicode(List<Attempt> attempts) {
        for (var odd : UNICODE) {
            var text = json("x" + odd);
            attempts.add(Attempt.body(
                    "unicode",
                    "PUT",
                    "/mobile-apps/LARK?verify=false",
                    "{\"appId\":\"cli_1\",\"appSecret\":" + text + "}"));
            attempts.add(Attempt.body(
                    "unicode", "PUT", "/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":" + text + "}"));
            attempts.add(Attempt.body("unicode", "POST", "/api-tokens", "{\"name\":" + text + "}"));
            attempts.add(Attempt.body(
                    "unicode",
                    "POST",
                    "/incidents",
                    "{\"incidentId\":" + text + ",\"title\":\"t\",\"severity\":\"P1\"}"));
            attempts.add(Attempt.body(
                    "unicode",
                    "POST",
                    "/incidents",
                    "{\"incidentId\":\"i\",\"title\":" + text + ",\"severity\":\"P1\"}"));
            attempts.add(Attempt.body("unicode", "POST", "/incidents", incident(text + ":1")));
        }
    }

    private static void inward(List<Attempt> attempts) {
        for (var address : INWARD) {
            var body = "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\",\"endpoint\":" + json(address) + "}";
            attempts.add(Attempt.body("inward", "PUT", "/mobile-apps/LARK?verify=false", body));
            attempts.add(Attempt.body("inward", "POST", "/mobile-apps/LARK/check", body));
        }
    }

    private static void ids(List<Attempt> attempts) {
        for (var route : ROUTES_WITH_IDS) {
            var parts = route.split(" ", 2);
            var body = body(parts[0], parts[1]);
            for (var id : IDS) {
                attempts.add(new Attempt("id", parts[0], parts[1].replace("{id}", id), body, List.of()));
            }
        }
    }

    /** One that would be taken. */
    private static String body(String method, String route) {
        if (method.equals("GET") || method.equals("DELETE") || route.endsWith("/activate")) {
            return "";
        }
        if (route.contains("/members/")) {
            return "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}";
        }
        if (route.contains("/mobile-apps/")) {
            return "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\"}";
        }
        if (route.endsWith("/api-tokens")) {
            return "{\"name\":\"pager\"}";
        }
        if (route.endsWith("/resolve")) {
            return "{}";
        }
        return method.equals("PATCH") ? "{\"note\":\"n\"}" : incident("\"impact\":\"i\"");
    }

    private static void bombs(List<Attempt> attempts) {
        var bodies = List.of(
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000),
                "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000),
                "{\"incidentId\":" + "[".repeat(900) + "]".repeat(900) + "}",
                " ".repeat(1_048_577),
                "{\"title\":\"" + "x".repeat(1_048_577) + "\"}",
                "{\"incidentId\":" + "9".repeat(10_000) + "}",
                "{\"incidentId\":1e999999999}",
                "{\"incidentId\":\"a\",\"incidentId\":\"b\"}",
                "{\"a\":1,\"\\u0061\":2}",
                "{"
                        + IntStream.range(0, 50_000)
                                .mapToObj(i -> "\"f" + i + "\":1")
                                .collect(Collectors.joining(",")) + "}",
                "{\"" + "n".repeat(60_000) + "\":1}",
                incident("\"links\":[" + "{},".repeat(20_000) + "{}]"),
                incident("\"responders\":[" + "{\"personId\":\"p\",\"name\":\"n\"},".repeat(1_001)
                        + "{\"personId\":\"p\",\"name\":\"n\"}]"),
                incident("\"description\":\"" + "d".repeat(4_001) + "\""),
                "{\"incidentId\":\"a\"} {\"incidentId\":\"b\"}",
                "{\"incidentId\":\"a\"}\u0000",
                "\ufeff{}",
                "{'incidentId':'a'}",
                "{\"incidentId\":NaN}",
                "{/**/}",
                "",
                "null",
                "\"text\"",
                "[]");
        for (var body : bodies) {
            for (var target : List.of(
                    "PUT /mobile-apps/WECOM?verify=false",
                    "PUT /members/p-1",
                    "POST /incidents",
                    "PATCH /incidents/i-1",
                    "POST /api-tokens")) {
                var parts = target.split(" ", 2);
                attempts.add(Attempt.body("bomb", parts[0], parts[1], body));
            }
        }
    }

    private static void headers(List<Attempt> attempts) {
        for (var key : List.of("", " ", "k".repeat(256), "a b")) {
            attempts.add(new Attempt(
                    "header",
                    "POST",
                    "/api/v1/tenants/hostile/incidents",
                    incident("\"impact\":\"i\""),
                    List.of("Idempotency-Key", key)));
        }
        for (var tag : List.of("", "1", "W/\"1\"", "\"' OR 1=1\"", "\"" + "9".repeat(5_000) + "\"", ",,,")) {
            attempts.add(new Attempt(
                    "header",
                    "PUT",
                    "/api/v1/tenants/hostile/members/p-9",
                    "{\"platform\":\"LARK\",\"platformUserId\":\"u\"}",
                    List.of("If-Match", tag)));
        }
        for (var id : List.of("x", "-1", "0123abcd-", "0123abcd-" + "9".repeat(19), "' OR 1=1", "x".repeat(4_000))) {
            attempts.add(new Attempt(
                    "header", "GET", "/api/v1/tenants/hostile/war-rooms/stream", "", List.of("Last-Event-ID", id)));
        }
        for (var many : List.of("x".repeat(9_000), "y".repeat(60_000))) {
            attempts.add(new Attempt(
                    "header", "GET", "/api/v1/tenants/hostile/mobile-apps", "", List.of("X-Anything", many)));
        }
    }

    /** How much there is of everything. */
    private static Map<String, Object> stored() {
        var stored = new LinkedHashMap<String, Object>();
        for (var table : TABLES) {
            stored.put(
                    "table " + table,
                    service.part(Jdbi.class)
                            .withHandle(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                                    .mapTo(Long.class)
                                    .one()));
        }
        for (var topic : WRITTEN) {
            stored.put("topic " + topic, deployment.read(topic).size());
        }
        return stored;
    }

    private static String rawAnswer(String request) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String incident(String more) {
        return "{\"incidentId\":\"i-1\",\"title\":\"t\",\"severity\":\"P1\"," + more + "}";
    }

    /** A text in JSON, every character escaped: halves of characters cannot be sent otherwise. */
    private static String json(String text) {
        return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining("", "\"", "\""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
