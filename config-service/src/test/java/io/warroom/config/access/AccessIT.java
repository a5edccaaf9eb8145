package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.warroom.config.http.RequestId;
import io.warroom.config.openapi.Contract;
import io.warroom.config.testing.CapturedLog;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.Issuer;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who gets in and how far, asked over HTTP of two instances on one database, with an issuer beside them. */
class AccessIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String INCIDENT = "{\"incidentId\":\"INC-1\",\"title\":\"down\",\"severity\":\"P1\"}";

    private static final String REQUEST_ID = RequestId.HEADER;
    private static final String CLIENT_SECRET = "client-secret-that-nobody-reads";
    private static final String OTHERS_PASSWORD = "kept-as-a-hash-alone-4711";
    private static final String OTHERS_PASSWORD_HASH = new BCryptPasswordEncoder(10).encode(OTHERS_PASSWORD);

    @TempDir
    static Path folder;

    private static Issuer issuer;
    private static Deployment deployment;
    private static Instance service;
    private static Instance other;

    private static final String METRICS_TOKEN = "scrape-0123456789abcdef0123456789abcdef";

    @BeforeAll
    static void start() throws Exception {
        issuer = Issuer.start();
        deployment = Deployment.inFolder(folder);
        service = deployment.start(
                "--warroom.access.metrics.token=" + METRICS_TOKEN,
                "--warroom.access.jwt.issuer-uri=" + issuer.uri(),
                "--warroom.access.jwt.audience=" + Issuer.AUDIENCE,
                "--spring.security.oauth2.client.registration.desk.client-id=" + Issuer.CLIENT,
                "--spring.security.oauth2.client.registration.desk.client-secret=" + CLIENT_SECRET,
                "--spring.security.oauth2.client.registration.desk.authorization-grant-type=authorization_code",
                "--spring.security.oauth2.client.registration.desk.redirect-uri={baseUrl}/login/oauth2/code/{registrationId}",
                "--spring.security.oauth2.client.registration.desk.scope=openid",
                "--spring.security.oauth2.client.registration.desk.provider=desk",
                "--spring.security.oauth2.client.provider.desk.authorization-uri=" + issuer.uri() + "/authorize",
                "--spring.security.oauth2.client.provider.desk.token-uri=" + issuer.uri() + "/token",
                "--spring.security.oauth2.client.provider.desk.jwk-set-uri=" + issuer.uri() + "/keys",
                "--spring.security.oauth2.client.provider.desk.user-name-attribute=sub");
        other = deployment.start(
                "--warroom.rate-limits.incidents-per-second=1",
                "--warroom.access.operator.password-file=",
                "--warroom.access.operator.password-hash=" + OTHERS_PASSWORD_HASH,
                "--warroom.access.jwt.issuer-uri=" + issuer.uri(),
                "--warroom.access.jwt.jwk-set-uri=" + issuer.uri() + "/keys",
                "--warroom.access.jwt.audience=" + Issuer.AUDIENCE,
                "--warroom.access.claims.roles=realm_access.roles",
                "--warroom.access.claims.tenants=https://warroom.example/tenants");
    }

    @AfterAll
    static void stop() {
        deployment.close();
        issuer.close();
    }

    @Test
    void everyRouteHasItsRuleAndEveryRuleItsRoute() {
        var routes = new TreeSet<String>();
        for (var mapping : service.parts(RequestMappingInfoHandlerMapping.class)) {
            mapping.getHandlerMethods().forEach((info, method) -> {
                assertThat(info.getMethodsCondition().getMethods())
                        .as("%s takes named methods", method)
                        .isNotEmpty();
                for (var verb : info.getMethodsCondition().getMethods()) {
                    info.getPatternValues().forEach(pattern -> routes.add(verb + " " + pattern));
                }
            });
        }
        for (var mapping : service.parts(SimpleUrlHandlerMapping.class)) {
            mapping.getUrlMap().forEach((pattern, handler) -> {
                assertThat(handler).isInstanceOf(ResourceHttpRequestHandler.class);
                // Its page's files are served from several places; the rules name two of them.
                if (!pattern.contains("swagger-ui")) {
                    routes.add("GET " + pattern);
                }
            });
        }

        assertThat(routes).hasSizeGreaterThanOrEqualTo(16);
        assertThat(Routes.ALL.stream()
                        // Files, which no method of ours serves.
                        .filter(route -> !route.pattern().equals("/api/swagger-ui/**"))
                        .map(route -> route.method() + " " + route.pattern()))
                .containsExactlyInAnyOrderElementsOf(routes);
    }

    /** Who calls, in the matrix. */
    private enum Somebody {
        ANONYMOUS,
        VIEWER,
        ADMIN,
        FOREIGN_ADMIN,
        OPERATOR,
        API_TOKEN,
        FOREIGN_API_TOKEN,
        METRICS
    }

    /** Said once more, and not by asking the rules themselves. */
    private static final Map<Rule, Set<Somebody>> ADMITTED = new EnumMap<>(Map.of(
            Rule.OPEN, Set.of(Somebody.values()),
            Rule.ENTER, Set.of(Somebody.VIEWER, Somebody.ADMIN, Somebody.FOREIGN_ADMIN, Somebody.OPERATOR),
            Rule.SEE, Set.of(Somebody.VIEWER, Somebody.ADMIN, Somebody.OPERATOR),
            Rule.MANAGE, Set.of(Somebody.ADMIN, Somebody.OPERATOR),
            Rule.DECLARE, Set.of(Somebody.ADMIN, Somebody.OPERATOR, Somebody.API_TOKEN),
            Rule.MEASURE, Set.of(Somebody.METRICS, Somebody.OPERATOR),
            Rule.OPERATE, Set.of(Somebody.OPERATOR)));

    @Test
    void everyCallerGetsAsFarAsTheRuleOfEveryRouteSays() throws Exception {
        var credentials = new LinkedHashMap<Somebody, @Nullable String>();
        credentials.put(Somebody.ANONYMOUS, null);
        credentials.put(Somebody.VIEWER, issuer.bearer("vera", "VIEWER", "matrix"));
        credentials.put(Somebody.ADMIN, issuer.bearer("adam", "TENANT_ADMIN", "matrix", "also"));
        credentials.put(Somebody.FOREIGN_ADMIN, issuer.bearer("fred", "TENANT_ADMIN", "elsewhere"));
        credentials.put(Somebody.OPERATOR, Instance.asOperator());
        credentials.put(Somebody.API_TOKEN, "Bearer " + newToken("matrix").token());
        credentials.put(
                Somebody.FOREIGN_API_TOKEN, "Bearer " + newToken("elsewhere").token());
        credentials.put(Somebody.METRICS, "Bearer " + METRICS_TOKEN);
        // The API's routes are those of its document, and the rest is what it does not describe.
        var described =
                new Contract(service.sendAs(null, "GET", "/api/openapi", "").body()).operations();
        var routes = new ArrayList<Routes.Route>();
        for (var operation : described) {
            var rules = Routes.ALL.stream()
                    .filter(route -> route.method().name().equals(operation.method())
                            && route.pattern().equals(operation.path()))
                    .toList();
            assertThat(rules).as("rules of %s", operation).hasSize(1);
            routes.addAll(rules);
        }
        Routes.ALL.stream()
                .filter(route -> !route.pattern().startsWith("/api/v1/"))
                .forEach(routes::add);
        assertThat(routes).containsExactlyInAnyOrderElementsOf(Routes.ALL);
        var sessions = Map.of(
                Somebody.ANONYMOUS, new Browser(service),
                Somebody.VIEWER, signedIn("vera", "VIEWER", "matrix"),
                Somebody.ADMIN, signedIn("adam", "TENANT_ADMIN", "matrix", "also"),
                Somebody.FOREIGN_ADMIN, signedIn("fred", "TENANT_ADMIN", "elsewhere"),
                Somebody.OPERATOR, signedInOperator());
        int calls = 0;
        for (var route : routes) {
            if (!route.pattern().startsWith("/api/") && !route.pattern().startsWith("/actuator")) {
                calls += visit(route, sessions);
                continue;
            }
            var path = route.pattern()
                    .replace("{tenantId}", "matrix")
                    .replace("{platform}", "LARK")
                    .replace("{personId}", "p-1")
                    .replace("/actuator/health/**", "/actuator/health/liveness")
                    .replace("/**", "/index.html")
                    .replaceAll("\\{[^}]*}", "none-such");
            var methods = route.method().equals(HttpMethod.GET)
                    ? List.of("GET", "HEAD")
                    : List.of(route.method().name());
            for (var method : methods) {
                for (var caller : credentials.entrySet()) {
                    var answer = service.sendAs(caller.getValue(), method, path, "{}");
                    calls++;
                    var expectation = assertThat(answer.statusCode())
                            .as("%s %s by %s: %s", method, path, caller.getKey(), answer.body());
                    if (ADMITTED.getOrDefault(route.rule(), Set.of()).contains(caller.getKey())) {
                        expectation.isLessThan(500).isNotIn(401, 403, 405);
                    } else {
                        expectation.isEqualTo(caller.getKey() == Somebody.ANONYMOUS ? 401 : 403);
                        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
                    }
                }
            }
        }

        System.out.printf(
                "route x caller: %d routes (%d of the document), %d callers, %d calls%n",
                routes.size(), described.size(), credentials.size(), calls);
        assertThat(calls).isGreaterThanOrEqualTo(Routes.ALL.size() * sessions.size());
    }

    /** Pages are for people: they come with a session, and an API token has none. @return how many calls were made */
    private static int visit(Routes.Route route, Map<Somebody, Browser> sessions) throws Exception {
        var path = route.pattern()
                .replace("{tenantId}", "matrix")
                .replace("{platform}", "LARK")
                .replace("/**", "/none-such")
                .replaceAll("\\{[^}]*}", "none-such");
        for (var visitor : sessions.entrySet()) {
            var browser = visitor.getValue();
            var answer = route.method().equals(HttpMethod.GET)
                    ? browser.get(path)
                    : browser.post(
                            path,
                            "_csrf=" + csrf(browser.get("/login")) + "&revision=0&personId=p&platform=LARK&back=/login",
                            "Content-Type",
                            "application/x-www-form-urlencoded");
            var expectation = assertThat(answer.statusCode())
                    .as("%s %s by %s: %s", route.method(), path, visitor.getKey(), answer.body());
            if (ADMITTED.getOrDefault(route.rule(), Set.of()).contains(visitor.getKey())) {
                expectation.isLessThan(500).isNotIn(401, 403, 405);
            } else {
                expectation.isEqualTo(visitor.getKey() == Somebody.ANONYMOUS ? 401 : 403);
                assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            }
        }
        for (var credential : List.of("Bearer " + newToken("matrix").token(), Instance.asOperator())) {
            var answer = service.sendAs(credential, route.method().name(), path, "");
            if (route.rule() != Rule.OPEN) {
                assertThat(answer.statusCode())
                        .as("%s %s by what programs send: no way into a page", route.method(), path)
                        .isIn(401, 403);
            }
        }
        return sessions.size() + 2;
    }

    private static Browser signedInOperator() throws Exception {
        var browser = new Browser(service);
        assertThat(signedIn(browser).headers().firstValue("Location")).hasValue("/console");
        return browser;
    }

    /** Signs in as the built-in operator. */
    private static HttpResponse<String> signedIn(Browser browser) throws Exception {
        return browser.post(
                "/login",
                "username=operator&password=" + Instance.OPERATOR_PASSWORD + "&_csrf=" + csrf(browser.get("/login")),
                "Content-Type",
                FORM);
    }

    private static Browser signedIn(String subject, String role, String... tenants) throws Exception {
        var browser = new Browser(service);
        var back = signedIn(browser, subject, role, tenants);
        assertThat(back.headers().firstValue("Location").orElse("")).doesNotContain("error");
        return browser;
    }

    /** Signs in at the issuer. */
    private static HttpResponse<String> signedIn(Browser browser, String subject, String role, String... tenants)
            throws Exception {
        var question = parameters(URI.create(browser.get("/oauth2/authorization/desk")
                .headers()
                .firstValue("Location")
                .orElseThrow()));
        issuer.permit("code-" + subject, idToken(question, subject, role, tenants));
        return browser.get("/login/oauth2/code/desk?code=code-" + subject + "&state="
                + URLEncoder.encode(question.getOrDefault("state", ""), StandardCharsets.UTF_8));
    }

    private static JWTClaimsSet idToken(Map<String, String> question, String subject, String role, String... tenants) {
        return issuer.claims(subject, role, tenants)
                .audience(Issuer.CLIENT)
                .claim("nonce", question.get("nonce"))
                .build();
    }

    /** What an answer says of a cookie, with its attributes; empty when it says nothing. */
    private static String set(HttpResponse<String> answer, String cookie) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(line -> line.startsWith(cookie + "="))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/nowhere",
                "/api/v2/tenants/matrix/mobile-apps",
                "/api/v1/tenants/matrix/mobile-apps/",
                "/api/v1/tenants//matrix/mobile-apps",
                "/api/v1/tenants/matrix/mobile-apps;x=y",
                "/api/v1/tenants/elsewhere/%2e%2e/matrix/mobile-apps",
                "/actuator/env",
                "/actuator/heapdump"
            })
    void whatHasNoRuleIsTheOperatorsAlone(String path) throws Exception {
        assertThat(service.sendAs(null, "GET", path, "").statusCode()).isIn(400, 401);
        assertThat(service.sendAs(issuer.bearer("adam", "TENANT_ADMIN", "matrix"), "GET", path, "")
                        .statusCode())
                .isIn(400, 403);
        assertThat(service.sendAs(Instance.asOperator(), "GET", path, "").statusCode())
                .isIn(400, 404);
    }

    @Test
    void aPageLeadsWhoeverIsUnknownToTheSignInAndProgramsAreTold() throws Exception {
        var browser = service.sendAs(null, "GET", "/console", "", "Accept", "text/html,*/*;q=0.8");
        assertThat(browser.statusCode()).isEqualTo(302);
        assertThat(browser.headers().firstValue("Location")).hasValue("/login");
        assertThat(service.sendAs(null, "GET", "/console", "").statusCode()).isEqualTo(401);
        var api = service.sendAs(null, "GET", "/api/v1/tenants/a/audit", "", "Accept", "text/html,*/*;q=0.8");
        assertThat(api.statusCode()).isEqualTo(401);
    }

    @Test
    void aForeignTenantIsRefusedAlikeWhetherItExistsOrNot() throws Exception {
        service.send("PUT", "/tenants/there/mobile-apps/LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret-1\"}");
        var stranger = issuer.bearer("fred", "TENANT_ADMIN", "elsewhere");

        for (var rest : List.of("mobile-apps", "members/p-1", "api-tokens", "audit")) {
            var there =
                    service.sendAs(stranger, "GET", "/api/v1/tenants/there/" + rest, "", REQUEST_ID, "same-for-both");
            var nowhere =
                    service.sendAs(stranger, "GET", "/api/v1/tenants/nowhere/" + rest, "", REQUEST_ID, "same-for-both");

            assertThat(there.statusCode()).isEqualTo(403);
            assertThat(there.body()).isEqualTo(nowhere.body()).contains("\"code\":\"forbidden\"");
            assertThat(withoutDate(there)).isEqualTo(withoutDate(nowhere));
        }
    }

    private static Map<String, List<String>> withoutDate(HttpResponse<?> answer) {
        return answer.headers().map().entrySet().stream()
                .filter(header -> !header.getKey().equals("date"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Stream<String> badTokens() throws Exception {
        var good = issuer.claims("mallory", "OPERATOR", "matrix");
        var now = Instant.now();
        var strangersKey = Issuer.newKey("key-1");
        var plain = new PlainJWT(good.build()).serialize();
        var others = new PlainJWT(good().subject("somebody-else").build()).serialize();
        var byMac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID("key-1")
                        .type(JOSEObjectType.JWT)
                        .build(),
                good.build());
        byMac.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
        var rs256 = JWSAlgorithm.RS256;
        var whole = Issuer.signed(issuer.key(), rs256, good.build());
        return Stream.of(
                "forged " + Issuer.signed(strangersKey, rs256, good.build()),
                "unknown-key " + Issuer.signed(Issuer.newKey("key-2"), rs256, good.build()),
                "own-key-brought-along "
                        + Issuer.signed(
                                strangersKey, rs256, good.build(), header -> header.jwk(strangersKey.toPublicJWK())),
                "none " + plain,
                "mac-with-the-public-key " + byMac.serialize(),
                "expired " + signed(good().expirationTime(Date.from(now.minusSeconds(3600)))),
                "never-expires " + signed(good().expirationTime(null)),
                "not-yet " + signed(good().notBeforeTime(Date.from(now.plusSeconds(3600)))),
                "other-audience " + signed(good().audience("another-service")),
                "no-audience " + signed(good().audience((String) null)),
                "other-issuer " + signed(good().issuer("https://id.example.com")),
                "nobodys " + signed(good().subject(null)),
                "other-kind "
                        + Issuer.signed(
                                issuer.key(),
                                rs256,
                                good.build(),
                                header -> header.type(new JOSEObjectType("logout+jwt"))),
                "cut " + whole.substring(0, whole.length() - 8),
                "other-claims " + whole.replaceAll("\\..*\\.", "." + others.split("\\.", -1)[1] + "."),
                "nothing-in-it ..",
                "no-jwt just-a-word",
                "no-token-of-ours wrt_" + "A".repeat(43),
                "no-shape-of-ours wrt_'OR1=1--");
    }

    private static JWTClaimsSet.Builder good() {
        return issuer.claims("mallory", "OPERATOR", "matrix");
    }

    private static String signed(JWTClaimsSet.Builder claims) throws Exception {
        return Issuer.signed(issuer.key(), JWSAlgorithm.RS256, claims.build());
    }

    @Test
    void aTokenThatIsNotGoodIsRefusedWithoutAWordWhy() throws Exception {
        var answers = new LinkedHashMap<String, String>();
        for (var bad : badTokens().toList()) {
            var name = bad.split(" ", 2)[0];
            var token = bad.split(" ", 2)[1];
            for (var instance : List.of(service, other)) {
                var answer = instance.sendAs(
                        "Bearer " + token, "GET", "/api/v1/tenants/matrix/mobile-apps", "", REQUEST_ID, "same");

                assertThat(answer.statusCode()).as(name).isEqualTo(401);
                assertThat(answer.headers().allValues("WWW-Authenticate").getFirst())
                        .as(name)
                        .isEqualTo("Bearer realm=\"warroom\", error=\"invalid_token\"");
                answers.put(name, answer.body());
            }
        }

        assertThat(answers).hasSize(19);
        assertThat(Set.copyOf(answers.values())).singleElement().asString().contains("\"code\":\"invalid-token\"");
        assertThat(service.sendAs("Bearer " + signed(good()), "GET", "/api/v1/tenants/matrix/mobile-apps", "")
                        .statusCode())
                .as("the good one of these")
                .isEqualTo(200);
    }

    @Test
    void unknownKeysDoNotSendUsToTheIssuerAtEveryForgersWish() throws Exception {
        int before = issuer.keyFetches();
        for (int i = 0; i < 30; i++) {
            var forged = Issuer.signed(Issuer.newKey("guess-" + i), JWSAlgorithm.RS256, good().build());
            assertThat(service.sendAs("Bearer " + forged, "GET", "/api/v1/tenants/matrix/mobile-apps", "")
                            .statusCode())
                    .isEqualTo(401);
        }

        assertThat(issuer.keyFetches() - before).isLessThan(5);
    }

    @Test
    void rolesAndTenantsAreReadFromTheClaimsThatAreConfigured() throws Exception {
        var nested = issuer.claims("nia", "NONE")
                .claim("roles", null)
                .claim("realm_access", Map.of("roles", List.of("offline_access", "tenant-admin")))
                .claim("https://warroom.example/tenants", "nested");

        var token = "Bearer " + signed(nested);

        assertThat(other.sendAs(token, "GET", "/api/v1/tenants/nested/mobile-apps", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(other.sendAs(token, "GET", "/api/v1/tenants/matrix/mobile-apps", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.sendAs(token, "GET", "/api/v1/tenants/nested/mobile-apps", "")
                        .statusCode())
                .as("where other claims are configured")
                .isEqualTo(403);
    }

    @Test
    void anApiTokenDeclaresIncidentsOfItsTenantAndIsShownOnce() throws Exception {
        var made = newToken("declaring");

        var declared =
                service.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/declaring/incidents", INCIDENT);

        assertThat(declared.statusCode()).as(declared.body()).isEqualTo(202);
        var listed = service.send("GET", "/tenants/declaring/api-tokens", "");
        assertThat(listed.body()).contains(made.id(), "pager", "lastUsedAt").doesNotContain(made.token());
        assertThat(deployedText("api_token")).contains(made.id()).doesNotContain(made.token());
        assertThat(service.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/elsewhere/incidents", INCIDENT)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aRevokedTokenIsRefusedAtOnceOnBothInstances() throws Exception {
        var made = newToken("revoking");
        for (var instance : List.of(service, other)) {
            assertThat(instance.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/revoking/incidents", INCIDENT)
                            .statusCode())
                    .isEqualTo(202);
        }

        assertThat(service.send("DELETE", "/tenants/revoking/api-tokens/" + made.id(), "")
                        .statusCode())
                .isEqualTo(204);

        for (var instance : List.of(service, other)) {
            var answer =
                    instance.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/revoking/incidents", INCIDENT);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("invalid-token");
        }
        assertThat(service.send("DELETE", "/tenants/revoking/api-tokens/" + made.id(), "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.send("GET", "/tenants/revoking/api-tokens", "").body())
                .doesNotContain(made.id());
    }

    @Test
    void aTokenIsRevokedByItsOwnTenantAlone() throws Exception {
        var made = newToken("owner");
        var neighbour = issuer.bearer("ned", "TENANT_ADMIN", "neighbour");

        assertThat(service.sendAs(neighbour, "DELETE", "/api/v1/tenants/owner/api-tokens/" + made.id(), "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.sendAs(neighbour, "DELETE", "/api/v1/tenants/neighbour/api-tokens/" + made.id(), "")
                        .statusCode())
                .isEqualTo(404);

        assertThat(service.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/owner/incidents", INCIDENT)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void anExpiredApiTokenIsRefused() throws Exception {
        var made = newToken("expiring");
        service.part(Jdbi.class)
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE api_token SET expires_at = now() - interval '1 second' WHERE tenant_id = 'expiring'")
                        .execute());

        assertThat(service.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/expiring/incidents", INCIDENT)
                        .statusCode())
                .isEqualTo(401);
        assertThat(service.send("GET", "/tenants/expiring/api-tokens", "").body())
                .contains("\"expired\":true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{} | name",
                "{\"name\":\"\"} | name",
                "{\"name\":\"a\\nb\"} | name",
                "{\"name\":\"x\",\"expiresAt\":\"2001-01-01T00:00:00Z\"} | expiresAt",
                "{\"name\":\"x\",\"expiresAt\":\"soon\"} | expiresAt",
                "{\"name\":\"x\",\"tenantId\":\"other\"} | tenantId",
                "{\"name\":\"x\",\"token\":\"wrt_chosen\"} | token"
            })
    void aTokenOutsideTheLimitsIsRefusedByField(String bodyAndField) throws Exception {
        var parts = bodyAndField.split(" \\| ", 2);

        var answer = service.send("POST", "/tenants/limits/api-tokens", parts[0]);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("\"" + parts[1] + "\"");
        assertThat(service.send("GET", "/tenants/limits/api-tokens", "").body()).contains("\"apiTokens\":[]");
    }

    @Test
    void aTokenThatIsAlmostTheMetricsTokenIsRefused() throws Exception {
        var almost = "Bearer " + METRICS_TOKEN.toUpperCase(Locale.ROOT);

        assertThat(service.sendAs(almost, "GET", "/actuator/prometheus", "").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTenantBeyondItsRateIsAnswered429AndNoOtherIs() throws Exception {
        var operator = Instance.basic("operator", OTHERS_PASSWORD);
        var greedy = "/api/v1/tenants/greedy/incidents/INC-1/resolve";
        var last = other.sendAs(operator, "POST", greedy, "{}");
        for (int i = 0; i < 100 && last.statusCode() != 429; i++) {
            last = other.sendAs(operator, "POST", greedy, "{}");
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 2L);
        assertThat(last.body()).contains("\"code\":\"too-many-requests\"");
        assertThat(other.sendAs(operator, "POST", "/api/v1/tenants/modest/incidents/INC-1/resolve", "{}")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void whoGuessesThePasswordIsSlowedDownAndNobodyElseIs() throws Exception {
        try (var guesser = clientAt("127.0.0.9")) {
            var path = "/api/v1/tenants/matrix/mobile-apps";
            for (int i = 0; i < SignInThrottle.FAILURES_PER_ADDRESS; i++) {
                var answer = service.sendBy(guesser, Instance.basic("operator", "guess number " + i), "GET", path, "");
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.headers().allValues("WWW-Authenticate"))
                        .containsExactly("Bearer realm=\"warroom\"", "Basic realm=\"warroom\", charset=\"UTF-8\"");
            }

            var next = service.sendBy(guesser, Instance.asOperator(), "GET", path, "");

            assertThat(next.statusCode())
                    .as("even the right one is not looked at")
                    .isEqualTo(429);
            assertThat(next.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 10L);
            assertThat(next.body()).contains("\"code\":\"too-many-tries\"");
            assertThat(service.sendBy(guesser, issuer.bearer("vera", "VIEWER", "matrix"), "GET", path, "")
                            .statusCode())
                    .as("another user, from the same address")
                    .isEqualTo(200);
            assertThat(service.sendAs(Instance.asOperator(), "GET", path, "").statusCode())
                    .as("the same user, from another address")
                    .isEqualTo(200);
        }
    }

    @Test
    void aPasswordThatIsKnownByItsHashAloneIsTakenAndAWrongOneIsNot() throws Exception {
        var path = "/api/v1/tenants/matrix/mobile-apps";
        assertThat(other.sendAs(Instance.basic("operator", "wrong"), "GET", path, "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(other.sendAs(Instance.basic("operator", OTHERS_PASSWORD), "GET", path, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(other.sendAs(Instance.basic("operator", OTHERS_PASSWORD), "GET", path, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(other.sendAs(Instance.basic("operator", OTHERS_PASSWORD + "x"), "GET", path, "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(other.sendAs(Instance.basic("Operator", OTHERS_PASSWORD), "GET", path, "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(other.sendAs("Basic !!!", "GET", path, "").statusCode()).isEqualTo(401);
    }

    @Test
    void aBrowserSignsInByPasswordAndItsChangesNeedThePagesToken() throws Exception {
        signInByPasswordAndBind("p-1");
    }

    /** @param person who is not bound yet */
    private static void signInByPasswordAndBind(String person) throws Exception {
        var browser = new Browser(service);
        var page = browser.get("/login");
        assertThat(page.body()).contains("name=\"password\"");
        var login = browser.post(
                "/login",
                "username=operator&password=" + Instance.OPERATOR_PASSWORD + "&_csrf=" + csrf(page),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(login.statusCode()).isEqualTo(302);
        assertThat(login.headers().firstValue("Location").orElse("")).doesNotContain("error");
        assertThat(set(login, "WARROOM_SESSION")).contains("; Secure", "; HttpOnly", "; SameSite=Lax");

        assertThat(browser.get("/api/v1/tenants/paged/mobile-apps").statusCode())
                .isEqualTo(200);
        var binding = "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}";
        var address = "/api/v1/tenants/paged/members/" + person;
        var without = browser.send("PUT", address, binding);
        assertThat(without.statusCode()).isEqualTo(403);
        assertThat(without.body()).contains("\"code\":\"csrf\"");
        var token = csrf(browser.get("/console"));
        assertThat(browser.send("PUT", address, binding, "X-CSRF-TOKEN", token).statusCode())
                .isEqualTo(201);

        browser.post("/logout", "_csrf=" + token, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(browser.get("/api/v1/tenants/paged/mobile-apps").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aLoginWithoutThePagesTokenOrWithAWrongPasswordMakesNoSession() throws Exception {
        var browser = new Browser(service);
        var form = "username=operator&password=" + Instance.OPERATOR_PASSWORD;
        assertThat(browser.post("/login", form, "Content-Type", "application/x-www-form-urlencoded")
                        .statusCode())
                .isEqualTo(403);
        var page = browser.get("/login");
        var wrong = browser.post(
                "/login",
                "username=operator&password=wrong&_csrf=" + csrf(page),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(wrong.headers().firstValue("Location")).hasValue("/login?error");

        assertThat(browser.get("/api/v1/tenants/paged/mobile-apps").statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoDoesNotSignInTakesNoMemory() throws Exception {
        var sessions = new ArrayList<String>();
        for (var route : Routes.ALL) {
            var path = route.pattern()
                    .replace("{tenantId}", "flood")
                    .replace("{platform}", "LARK")
                    .replace("/**", "/none-such")
                    .replaceAll("\\{[^}]*}", "none-such");
            for (var accept : List.of("text/html", "application/json")) {
                var answer = new Browser(service).send(route.method().name(), path, "", "Accept", accept);
                sessions.add(route.method() + " " + path + " " + set(answer, "WARROOM_SESSION"));
            }
        }
        for (var path : List.of(
                "/login?error", "/oauth2/authorization/desk", "/login/oauth2/code/desk?code=c&state=s", "/logout")) {
            sessions.add(path + " " + set(new Browser(service).visit(path), "WARROOM_SESSION"));
        }
        var guesser = new Browser(service);
        var guess = guesser.post(
                "/login",
                "username=nobody&password=x&_csrf=" + csrf(guesser.visit("/login")),
                "Content-Type",
                FORM,
                "Accept",
                "text/html");
        sessions.add("a wrong password " + set(guess, "WARROOM_SESSION"));

        assertThat(guess.headers().firstValue("Location")).hasValue("/login?error");
        assertThat(sessions).hasSizeGreaterThan(100).noneMatch(line -> line.contains("WARROOM_SESSION"));
    }

    @Test
    void thePagesTokenIsACookieThatNoOtherHostCanWriteAndNoScriptCanRead() throws Exception {
        assertThat(set(new Browser(service).visit("/login"), "__Host-WARROOM_CSRF"))
                .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax")
                .doesNotContainIgnoringCase("domain");
        assertThat(set(new Browser(service).visit("/oauth2/authorization/desk"), "WARROOM_ASKED"))
                .contains("; Path=/login/oauth2/code", "; Secure", "; HttpOnly", "; SameSite=Lax");
    }

    @Test
    void thePageThatWasAskedForIsWhereASignInLeads() throws Exception {
        var wanted = "/console/tenants/paged/audit?actor=%E6%9D%8E&action=app.enabled";
        var byPassword = new Browser(service);
        assertThat(byPassword.visit(wanted).headers().firstValue("Location")).hasValue("/login");
        byPassword.send("GET", "/console/tenants/paged/people", "", "Accept", "text/html", "HX-Request", "true");
        byPassword.visit("/console/tenants/paged/none//such");
        assertThat(signedIn(byPassword).headers().firstValue("Location"))
                .as("not where a script asked, nor an address that is none")
                .hasValue(wanted);
        assertThat(byPassword.cookie("WARROOM_WANTED")).isEmpty();

        var atTheIssuer = new Browser(service);
        atTheIssuer.visit(wanted);
        assertThat(signedIn(atTheIssuer, "wanda", "VIEWER", "paged").headers().firstValue("Location"))
                .hasValue(wanted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/console",
                "//evil.example/console",
                "/console/..//evil.example",
                "/console\\evil.example",
                "/console?x\r\nSet-Cookie: a=b",
                "/logout",
                "/api/v1/tenants/paged/mobile-apps"
            })
    void noCookieMakesASignInLeadToAnotherSite(String address) throws Exception {
        var browser = new Browser(service);
        browser.plant(
                "WARROOM_WANTED",
                Base64.getUrlEncoder().withoutPadding().encodeToString(address.getBytes(StandardCharsets.UTF_8)),
                "/login");

        assertThat(signedIn(browser).headers().firstValue("Location")).hasValue("/console");
    }

    @Test
    void aSignInGivesTheSessionAnotherIdAndTakesNoneFromOutside() throws Exception {
        var browser = new Browser(service);
        browser.plant("WARROOM_SESSION", "0123456789ABCDEF0123456789ABCDEF", "/");
        signedIn(browser);
        var first = browser.cookie("WARROOM_SESSION");
        signedIn(browser);

        assertThat(first).hasSize(32).isNotEqualTo("0123456789ABCDEF0123456789ABCDEF");
        assertThat(browser.cookie("WARROOM_SESSION")).hasSize(32).isNotEqualTo(first);
        var left = new Browser(service);
        left.plant("WARROOM_SESSION", first, "/");
        assertThat(left.get("/api/v1/tenants/paged/mobile-apps").statusCode())
                .as("the id from before the second sign-in")
                .isEqualTo(401);
    }

    @Test
    void anAnswerOfTheIssuerIsGoodForTheBrowserThatAskedAlone() throws Exception {
        var victim = new Browser(service);
        victim.visit("/oauth2/authorization/desk");
        var attacker = new Browser(service);
        var question = parameters(URI.create(attacker.visit("/oauth2/authorization/desk")
                .headers()
                .firstValue("Location")
                .orElseThrow()));
        issuer.permit("code-of-the-attacker", idToken(question, "mallory", "OPERATOR"));

        var back = victim.visit("/login/oauth2/code/desk?code=code-of-the-attacker&state="
                + URLEncoder.encode(question.getOrDefault("state", ""), StandardCharsets.UTF_8));

        assertThat(back.headers().firstValue("Location")).hasValue("/login?error");
        assertThat(victim.cookie("WARROOM_SESSION")).isEmpty();
    }

    @Test
    void aChangeWithoutASessionIsAnsweredByAPageThatSaysSo() throws Exception {
        var browser = new Browser(service);
        var token = csrf(browser.visit("/login"));

        var answer = browser.post(
                "/console/tenants/paged/people",
                "_csrf=" + token + "&personId=p-9&platform=LARK&platformUserId=ou_9",
                "Content-Type",
                FORM,
                "Accept",
                "text/html");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("Your session has ended. Nothing was changed");
    }

    @Test
    void aBrowserSignsInAtTheIssuerAndHasTheRoleThatItsClaimsSay() throws Exception {
        signInAtTheIssuer();
    }

    private static void signInAtTheIssuer() throws Exception {
        var browser = new Browser(service);
        var toIssuer = browser.get("/oauth2/authorization/desk");
        assertThat(toIssuer.statusCode()).isEqualTo(302);
        var asked = URI.create(toIssuer.headers().firstValue("Location").orElseThrow());
        assertThat(asked.toString()).startsWith(issuer.uri() + "/authorize?");
        var question = parameters(asked);
        assertThat(question).containsKeys("state", "nonce").containsEntry("response_type", "code");
        issuer.permit(
                "code-1",
                issuer.claims("olga", "VIEWER", "signed-in")
                        .audience(Issuer.CLIENT)
                        .claim("nonce", question.get("nonce"))
                        .build());

        var back = browser.get("/login/oauth2/code/desk?code=code-1&state="
                + URLEncoder.encode(question.getOrDefault("state", ""), StandardCharsets.UTF_8));

        assertThat(back.statusCode()).isEqualTo(302);
        assertThat(back.headers().firstValue("Location").orElse("")).doesNotContain("error");
        assertThat(browser.get("/api/v1/tenants/signed-in/mobile-apps").statusCode())
                .isEqualTo(200);
        assertThat(browser.get("/api/v1/tenants/elsewhere/mobile-apps").statusCode())
                .isEqualTo(403);
        var token = browser.send("POST", "/api/v1/tenants/signed-in/api-tokens", "{\"name\":\"x\"}");
        assertThat(token.statusCode()).as("a viewer").isEqualTo(403);
    }

    @Test
    void anIdTokenThatAnswersAnotherQuestionIsRefused() throws Exception {
        var browser = new Browser(service);
        var asked = URI.create(browser.get("/oauth2/authorization/desk")
                .headers()
                .firstValue("Location")
                .orElseThrow());
        issuer.permit(
                "code-2",
                issuer.claims("mallory", "OPERATOR")
                        .audience(Issuer.CLIENT)
                        .claim("nonce", "of-another-day")
                        .build());

        browser.get("/login/oauth2/code/desk?code=code-2&state="
                + URLEncoder.encode(parameters(asked).getOrDefault("state", ""), StandardCharsets.UTF_8));

        assertThat(browser.get("/api/v1/tenants/signed-in/mobile-apps").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aPageOfAnotherSiteChangesNothingWithABrowsersOwnPassword() throws Exception {
        service.send("PUT", "/tenants/sites/mobile-apps/LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret-1\"}");
        var path = "/api/v1/tenants/sites/mobile-apps/LARK/activate";

        var refused = service.sendAs(Instance.asOperator(), "POST", path, "", "Sec-Fetch-Site", "cross-site");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("\"code\":\"cross-site\"");
        assertThat(service.sendAs(
                                Instance.asOperator(),
                                "POST",
                                path,
                                "",
                                "Sec-Fetch-Site",
                                "same-origin",
                                "If-Match",
                                "*")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void everyAnswerHasItsRequestIdAndTheHeadersForBrowsers() throws Exception {
        var answers = new ArrayList<HttpResponse<String>>();
        answers.add(service.send("GET", "/tenants/headers/mobile-apps", ""));
        answers.add(service.send("GET", "/nowhere", ""));
        answers.add(service.sendAs(null, "GET", "/api/v1/tenants/headers/mobile-apps", ""));
        answers.add(service.sendAs(null, "GET", "/actuator/health/liveness", ""));
        answers.add(service.sendAs(null, "GET", "/login", ""));
        answers.add(service.sendAs(issuer.bearer("v", "VIEWER", "x"), "GET", "/api/v1/tenants/y/audit", ""));
        answers.add(service.sendAs(null, "GET", "/api/v1/tenants/a%2Fb/mobile-apps", ""));

        assertThat(answers).allSatisfy(answer -> {
            var headers = answer.headers();
            assertThat(headers.firstValue(REQUEST_ID))
                    .as(answer.uri().toString())
                    .isPresent();
            assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'self'", "frame-ancestors 'none'");
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(headers.firstValue("Cache-Control").orElse("")).contains("no-store");
            if (answer.statusCode() >= 400) {
                assertThat(answer.body())
                        .contains("\"requestId\":\""
                                + headers.firstValue(REQUEST_ID).orElse("") + "\"");
            }
        });
        assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(200, 404, 401, 200, 200, 403, 400);
    }

    @Test
    void aRequestIdIsTakenWhenItIsHarmlessAndElseReplaced() throws Exception {
        var path = "/api/v1/tenants/ids/mobile-apps";
        for (var good : List.of("INC-42.retry_1", "a", "0af7651916cd43dd8448eb211c80319c", "x:y")) {
            assertThat(service.sendAs(null, "GET", path, "", REQUEST_ID, good)
                            .headers()
                            .firstValue(REQUEST_ID))
                    .hasValue(good);
        }
        for (var bad : List.of("a b", "<script>", "x".repeat(65), "\"", "-a", "a;b")) {
            assertThat(service.sendAs(null, "GET", path, "", REQUEST_ID, bad)
                            .headers()
                            .firstValue(REQUEST_ID))
                    .hasValueSatisfying(id -> assertThat(id).isNotEqualTo(bad).matches("[0-9a-f-]{36}"));
        }
    }

    @Test
    void aHeaderThatIsTooLongIsRefusedInProblemDetails() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.getOutputStream()
                    .write(("GET /api/v1/tenants/a/mobile-apps HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Authorization: Bearer " + "A".repeat(100_000) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).containsPattern("^HTTP/1.1 (400|431) ");
            assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aServiceThatNobodyCouldSignInToSaysSoInOneLineAndDoesNotStart(CapturedOutput output) {
        assertDoesNotStart(
                output,
                "--warroom.access.operator.password-file=",
                "nobody could sign in",
                "warroom.access.jwt.issuer-uri",
                "warroom.access.operator.password-file");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aServiceWhoseIssuerIsConfiguredByHalfSaysSoInOneLineAndDoesNotStart(CapturedOutput output) {
        assertDoesNotStart(
                output, "--warroom.access.jwt.issuer-uri=" + issuer.uri(), "warroom.access.jwt.audience must be given");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aServiceThatIsGivenSpringsPropertiesInPlaceOfItsOwnSaysSoAndDoesNotStart(CapturedOutput output) {
        assertDoesNotStart(
                output,
                "--spring.security.oauth2.resourceserver.jwt.issuer-uri=" + issuer.uri(),
                "configure warroom.access.jwt.issuer-uri in its place");
    }

    @Test
    void noTokenAndNoPasswordIsInTheLogAtItsMostTalkativeNorInAnyTable() throws Exception {
        var secrets = new ArrayList<String>();
        try (var log = CapturedLog.of("ROOT", Level.TRACE)) {
            var made = newToken("quiet");
            secrets.add(made.token().substring(4));
            var bearer = issuer.bearer("vera", "VIEWER", "quiet");
            secrets.add(bearer.substring(bearer.lastIndexOf('.') + 1));
            var expired = signed(good().expirationTime(Date.from(Instant.EPOCH)));
            secrets.add(expired.substring(expired.lastIndexOf('.') + 1));
            secrets.add(Instance.OPERATOR_PASSWORD);
            secrets.add(Instance.asOperator().substring(6));
            secrets.add("wrong-but-perhaps-of-elsewhere");
            secrets.add(CLIENT_SECRET);
            var path = "/api/v1/tenants/quiet/mobile-apps";
            service.sendAs("Bearer " + made.token(), "POST", "/api/v1/tenants/quiet/incidents", INCIDENT);
            service.sendAs("Bearer " + made.token(), "GET", path, "");
            service.sendAs(bearer, "GET", path, "");
            service.sendAs("Bearer " + expired, "GET", path, "");
            service.sendAs(Instance.asOperator(), "GET", path, "");
            service.sendAs(Instance.basic("operator", "wrong-but-perhaps-of-elsewhere"), "GET", path, "");
            signInByPasswordAndBind("p-2");
            signInAtTheIssuer();
            secrets.add("opaque-access-of-code-1");

            assertThat(log.said()).as("the log was listened to").hasSizeGreaterThan(1000);
            for (var secret : secrets) {
                assertThat(log.said().stream()
                                .filter(line -> line.contains(secret))
                                .limit(1))
                        .as("lines with a secret")
                        .isEmpty();
            }
        }
        var tables = deployedText("api_token") + deployedText("audit") + deployedText("outbox");
        assertThat(tables).contains("quiet");
        for (var secret : secrets) {
            assertThat(tables.contains(secret)).as("a secret is in a table").isFalse();
        }
    }

    private static void assertDoesNotStart(CapturedOutput output, String argument, String... said) {
        assertThatThrownBy(() -> deployment.start(argument)).isInstanceOf(RuntimeException.class);

        assertThat(output.getAll().lines().filter(line -> line.contains(" ERROR ")))
                .singleElement()
                .asString()
                .contains("The service does not start")
                .contains(said);
        assertThat(output.getAll()).doesNotContain("\tat ");
    }

    private record MadeToken(String id, String token) {}

    private static MadeToken newToken(String tenant) throws Exception {
        var answer = service.send("POST", "/tenants/" + tenant + "/api-tokens", "{\"name\":\"pager\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode made = JSON.readTree(answer.body());
        assertThat(made.path("token").asString()).matches("wrt_[A-Za-z0-9_-]{43}");
        return new MadeToken(made.path("tokenId").asString(), made.path("token").asString());
    }

    private static String deployedText(String table) {
        return service.part(Jdbi.class)
                .withHandle(handle -> handle.createQuery("SELECT t::text FROM " + table + " t")
                        .mapTo(String.class)
                        .collect(Collectors.joining("\n")));
    }

    private static HttpClient clientAt(String address) throws Exception {
        return HttpClient.newBuilder()
                .localAddress(InetAddress.getByName(address))
                .build();
    }

    private static String csrf(HttpResponse<String> page) {
        var field = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(page.body());
        assertThat(field.find()).as(page.body()).isTrue();
        return field.group(1);
    }

    private static Map<String, String> parameters(URI address) {
        return Stream.of(address.getRawQuery().split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static final String FORM = "application/x-www-form-urlencoded";

    /** Keeps its cookies and sends them where they belong, Secure or not: there is no TLS in front of the test. */
    private static final class Browser {

        private final Instance instance;
        private final Map<String, Kept> cookies = new LinkedHashMap<>();

        Browser(Instance instance) {
            this.instance = instance;
        }

        private record Kept(String value, String path) {}

        /** The value of a cookie; empty when there is none. */
        String cookie(String name) {
            var kept = cookies.get(name);
            return kept == null ? "" : kept.value();
        }

        void plant(String name, String value, String path) {
            cookies.put(name, new Kept(value, path));
        }

        HttpResponse<String> get(String path) throws Exception {
            return send("GET", path, "");
        }

        /** As a browser asks for a page. */
        HttpResponse<String> visit(String path) throws Exception {
            return send("GET", path, "", "Accept", "text/html,*/*;q=0.8");
        }

        HttpResponse<String> post(String path, String form, String... headers) throws Exception {
            return send("POST", path, form, headers);
        }

        HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
            var all = new ArrayList<>(List.of(headers));
            var sent = cookies.entrySet().stream()
                    .filter(cookie -> path.startsWith(cookie.getValue().path()))
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue().value())
                    .collect(Collectors.joining("; "));
            if (!sent.isEmpty()) {
                all.addAll(List.of("Cookie", sent));
            }
            var answer = instance.sendAs(null, method, path, body, all.toArray(String[]::new));
            answer.headers().allValues("Set-Cookie").stream()
                    .flatMap(set -> HttpCookie.parse(set).stream())
                    .forEach(set -> {
                        if (set.getMaxAge() == 0) {
                            cookies.remove(set.getName());
                        } else {
                            cookies.put(
                                    set.getName(),
                                    new Kept(set.getValue(), Objects.requireNonNullElse(set.getPath(), "/")));
                        }
                    });
            return answer;
        }
    }
}
