package io.warroom.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.ServiceProcess;
import io.warroom.local.testing.Backing;
import io.warroom.simulator.Simulator;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/**
 * Gives the service secrets in all places, right and wrong ones, and then looks for each of them, in clear, as hex, in Base64, as in
 * an address and in sixteen bits, in all that it leaves behind and says of itself.
 */
class SecretsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<String> PLATFORMS = List.of("WECOM", "DINGTALK", "LARK");

    @TempDir
    Path folder;

    /** What was seeded, by where. */
    private final Map<String, String> secrets = new LinkedHashMap<>();

    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final ByteArrayOutputStream pages = new ByteArrayOutputStream();

    @Test
    void noSecretIsInAnythingThatTheServiceLeavesBehindOrSaysOfItself() throws Exception {
        try (var simulator = Simulator.start("127.0.0.1", 0);
                var deployment = Deployment.inFolder(folder);
                var service = ServiceProcess.launch(
                        "talkative",
                        deployment,
                        folder,
                        "--logging.level.root=trace",
                        "--management.endpoints.web.exposure.include=*",
                        "--server.servlet.session.cookie.secure=false",
                        "--warroom.endpoints.allowed-base-urls=" + endpoints(simulator))) {
            service.awaitReady();
            secrets.put("operator's password", Instance.OPERATOR_PASSWORD);
            secrets.put("operator's credentials", Instance.asOperator().substring("Basic ".length()));
            secrets.put("database's password", deployment.database().password());

            for (var platform : PLATFORMS) {
                useAnApp(service, simulator, platform);
            }
            useTokens(service);
            sendSecretsToWrongPlaces(service);
            haveARowRefused(service, deployment);
            var toldOfItself = tell(service);
            lookAtPages(service, simulator);
            for (var platform : PLATFORMS) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(deployment.changes(Topic.KEY_ROTATED, "vault/" + platform))
                                .isNotEmpty());
            }
            var heap = heap(service);

            var left = new TreeMap<String, byte[]>();
            left.put("answers", answers.toByteArray());
            left.put("pages", pages.toByteArray());
            left.put("metrics and what the service tells of itself", toldOfItself);
            left.put("database", database(deployment));
            left.put("topics", topics(deployment));
            left.put("log at TRACE", service.log().getBytes(UTF_8));
            left.put("heap", heap);
            var marks = Map.of(
                    "answers", "KEY_ACCEPTED",
                    "pages", "cli_vault",
                    "metrics and what the service tells of itself", "http.server.requests",
                    "database", "cli_vault",
                    "topics", "cli_vault",
                    "log at TRACE", "preparing request execution",
                    "heap", "WARROOM_SESSION");
            assertThat(characters(toldOfItself))
                    .as("parts that could make or send traces; where there are some, they must be searched too")
                    .doesNotContain("io.micrometer.tracing", "io.opentelemetry", "brave.", "httpExchangeRepository");
            marks.forEach((where, mark) -> assertThat(
                            characters(left.getOrDefault(where, new byte[0])).contains(mark))
                    .as("%s were looked at", where)
                    .isTrue());
            System.out.printf(
                    "secrets: %d looked for in %d forms in %s%n",
                    secrets.size(), forms(Instance.OPERATOR_PASSWORD).size(), sizes(left));
            assertThat(service.log())
                    .as("the log, in which a refused row is")
                    .contains("violates check constraint")
                    .doesNotContain("Failing row contains");
            assertThat(found(left))
                    .as("where which secret is, and in which form")
                    .isEmpty();
        }
    }

    /** Enabled and changed with a check, and all that a platform may answer to it. */
    private void useAnApp(ServiceProcess service, Simulator simulator, String platform) throws Exception {
        var key = seed(platform + " key");
        var book = seed(platform + " second key");
        var app = app(platform, key, book);
        simulated(
                simulator, "PUT", "/tenants/vault-" + platform.toLowerCase(Locale.ROOT), """
                {"platform":"%s","app":%s,"people":[{"userId":"u1","name":"Li Lei"}]}""".formatted(platform, app));
        var endpoint = simulator.baseUrl() + "/" + platform.toLowerCase(Locale.ROOT);
        var given = at(endpoint, app);
        var path = "/tenants/vault/mobile-apps/" + platform;
        api(service, "POST", path + "/check?full=true", given);
        var enabled = api(service, "PUT", path, given, "Idempotency-Key", seed(platform + " idempotency key"));
        assertThat(enabled.statusCode()).as(enabled.body()).isEqualTo(201);
        api(service, "PUT", path + "/key", at(endpoint, app(platform, seed(platform + " wrong key"), book)));
        api(
                service,
                "PUT",
                path + "/key?verify=false",
                at(endpoint, app(platform, seed(platform + " unchecked key"), book)));
        api(service, "POST", path + "/activate", "");
    }

    private static String at(String endpoint, String app) {
        return app.replaceFirst("}$", ",\"endpoint\":\"" + endpoint + "\",\"defaultOwner\":\"u1\"}");
    }

    private void useTokens(ServiceProcess service) throws Exception {
        var made = service.send(
                "POST",
                "/api/v1/tenants/vault/api-tokens",
                "{\"name\":\"pager\"}",
                "Authorization",
                Instance.asOperator(),
                "Idempotency-Key",
                seed("token's idempotency key"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        var token = made.body().replaceAll("(?s).*\"token\":\"([^\"]+)\".*", "$1");
        secrets.put("API token", token.substring("wrt_".length()));
        var incident = "{\"incidentId\":\"INC-1\",\"title\":\"down\",\"severity\":\"P1\"}";
        assertThat(as("Bearer " + token, service, "POST", "/tenants/vault/incidents", incident)
                        .statusCode())
                .isEqualTo(202);
        as("Bearer wrt_" + seed("unknown token"), service, "POST", "/tenants/vault/incidents", incident);
        as("Bearer ey" + seed("bearer token"), service, "GET", "/tenants/vault/mobile-apps", "");
        as(Instance.basic("operator", seed("wrong password")), service, "GET", "/tenants/vault/mobile-apps", "");
    }

    /** As people paste them: into other fields, half a body, an address, a header. */
    private void sendSecretsToWrongPlaces(ServiceProcess service) throws Exception {
        var app = "/tenants/vault/mobile-apps/LARK";
        api(service, "PUT", app + "/key", "{\"appSecrt\":\"" + seed("unknown field") + "\"}");
        api(service, "PUT", app + "/key", "{\"appSecret\":\"" + seed("half a body"));
        api(service, "PUT", app + "/key", "{\"appSecret\":[\"" + seed("a list") + "\"]}");
        api(service, "PUT", app + "/key", "{\"appSecret\":\"a\",\"appSecret\":\"" + seed("given twice") + "\"}");
        api(service, "PUT", app + "/key", "{\"appSecret\":\"" + seed("a line break") + "\\n\"}");
        api(service, "PUT", app + "/key", seed("no JSON"), "Content-Type", "text/plain");
        // What a caller's trace carries along must not go on to the topics.
        api(
                service,
                "POST",
                "/tenants/vault/incidents",
                "{\"incidentId\":\"INC-3\",\"title\":\"traced\",\"severity\":\"P1\"}",
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "tracestate",
                "vendor=" + seed("trace state"),
                "baggage",
                "secret=" + seed("baggage"));
        api(
                service,
                "POST",
                app + "/check",
                "{\"appId\":\"cli_1\",\"appSecret\":\"" + seed("refused endpoint")
                        + "\",\"endpoint\":\"http://169.254.169.254/\"}");
    }

    /** By default the database's message holds all that was in the row. */
    private void haveARowRefused(ServiceProcess service, Deployment deployment) throws Exception {
        deployment
                .jdbi()
                .useHandle(handle ->
                        handle.execute("ALTER TABLE api_token ADD CONSTRAINT refuses CHECK (name <> 'refused')"));
        assertThat(api(service, "POST", "/tenants/vault/api-tokens", "{\"name\":\"refused\"}")
                        .statusCode())
                .isEqualTo(500);
    }

    /** What a person sees, who types secrets into forms, the right ones and refused ones. */
    private void lookAtPages(ServiceProcess service, Simulator simulator) throws Exception {
        var login = service.send("GET", "/login", "");
        var session = cookie(login, "");
        var signedIn = form(
                service,
                "/login",
                session,
                "username=operator&password=" + Instance.OPERATOR_PASSWORD + "&_csrf=" + csrf(login));
        var person = cookie(signedIn, session);
        var tenant = "/console/tenants/vault";
        for (var path : List.of(
                "/console",
                tenant + "/mobile-apps",
                tenant + "/mobile-apps/lark/key",
                tenant + "/war-rooms",
                tenant + "/people",
                tenant + "/declare",
                tenant + "/audit",
                tenant + "/api-tokens")) {
            var page = service.send("GET", path, "", "Cookie", person, "Accept", "text/html");
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            person = cookie(page, person);
            keep(pages, page);
        }
        for (var action : List.of("check", "save")) {
            var page =
                    service.send("GET", tenant + "/mobile-apps/lark/key", "", "Cookie", person, "Accept", "text/html");
            person = cookie(page, person);
            var revision = page.body().replaceAll("(?s).*name=\"revision\" value=\"([0-9]+)\".*", "$1");
            var answer = form(
                    service,
                    tenant + "/mobile-apps/lark/key",
                    person,
                    "action=" + action + "&revision=" + revision + "&appId=cli_vault&appSecret="
                            + seed("typed to " + action) + "&endpoint="
                            + URLEncoder.encode(simulator.baseUrl() + "/lark", UTF_8) + "&_csrf=" + csrf(page));
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(500).isNotEqualTo(403);
        }
    }

    private HttpResponse<String> form(ServiceProcess service, String path, String session, String fields)
            throws Exception {
        var answer = service.send(
                "POST",
                path,
                fields,
                "Cookie",
                session,
                "Accept",
                "text/html",
                "Content-Type",
                "application/x-www-form-urlencoded");
        keep(pages, answer);
        return answer;
    }

    private static String cookie(HttpResponse<String> answer, String before) {
        var jar = new LinkedHashMap<String, String>();
        Stream.concat(
                        Stream.of(before.split("; ", -1)),
                        answer.headers().allValues("Set-Cookie").stream().map(set -> set.split(";", 2)[0]))
                .map(cookie -> cookie.split("=", 2))
                .filter(cookie -> cookie.length == 2)
                .forEach(cookie -> jar.put(cookie[0], cookie[1]));
        return jar.entrySet().stream()
                .filter(cookie -> !cookie.getValue().isEmpty())
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    private static String csrf(HttpResponse<String> page) {
        var field = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(page.body());
        assertThat(field.find()).as(page.body()).isTrue();
        return field.group(1);
    }

    /** Every measurement with its tags, the configuration, the threads, the last requests: whatever may be switched on. */
    private byte[] tell(ServiceProcess service) throws Exception {
        var told = new ByteArrayOutputStream();
        for (var path : List.of(
                "health", "env", "configprops", "beans", "mappings", "threaddump", "loggers", "conditions", "flyway")) {
            told.writeBytes(actuator(service, path));
        }
        var names = new String(actuator(service, "metrics"), UTF_8);
        told.writeBytes(names.getBytes(UTF_8));
        var name = Pattern.compile("\"([a-z0-9._]+\\.[a-z0-9._]+)\"").matcher(names);
        while (name.find()) {
            told.writeBytes(actuator(service, "metrics/" + name.group(1)));
        }
        return told.toByteArray();
    }

    private static byte[] actuator(ServiceProcess service, String path) throws Exception {
        var answer = service.send("GET", "/actuator/" + path, "", "Authorization", Instance.asOperator());
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isIn(200, 503);
        return answer.body().getBytes(UTF_8);
    }

    /** Of what lives: buffers that the last requests were read into are written over by others first, as traffic does. */
    private byte[] heap(ServiceProcess service) throws Exception {
        var filler = "{\"incidentId\":\"INC-2\",\"title\":\"%s\",\"severity\":\"P1\"}".formatted("x".repeat(60_000));
        for (int i = 0; i < 32; i++) {
            api(service, "POST", "/tenants/vault/incidents", filler);
        }
        for (int i = 0; i < 32; i++) {
            as(
                    Instance.basic("nobody", "x".repeat(60)),
                    service,
                    "GET",
                    "/tenants/vault/mobile-apps",
                    "",
                    "X-Filler",
                    "x".repeat(6_000));
        }
        var file = folder.resolve("heap.hprof");
        service.dumpHeap(file);
        return Files.readAllBytes(file);
    }

    /** Every table as the database would give it to a backup, binary: what is sealed is there as it is. */
    private static byte[] database(Deployment deployment) throws Exception {
        var database = deployment.database();
        var dump = new ByteArrayOutputStream();
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var statement = connection.createStatement();
                var tables = statement.executeQuery(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")) {
            var copies = connection.unwrap(PGConnection.class).getCopyAPI();
            while (tables.next()) {
                copies.copyOut("COPY \"" + tables.getString(1) + "\" TO STDOUT (FORMAT binary)", dump);
            }
        }
        return dump.toByteArray();
    }

    /** Keys, values and headers of every record of every topic, as the broker has them. */
    private static byte[] topics(Deployment deployment) {
        var all = new ByteArrayOutputStream();
        var properties = Map.<String, Object>of(
                "bootstrap.servers",
                Backing.get().kafkaBootstrapServers(),
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class);
        try (var consumer = new KafkaConsumer<byte[], byte[]>(properties)) {
            var partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> topic.getKey().startsWith(deployment.prefix()))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.key() != null) {
                        all.writeBytes(record.key());
                    }
                    if (record.value() != null) {
                        all.writeBytes(record.value());
                    }
                    record.headers().forEach(header -> all.writeBytes(header.value()));
                }
            }
        }
        return all.toByteArray();
    }

    private List<String> found(Map<String, byte[]> left) {
        var found = new ArrayList<String>();
        left.forEach((where, bytes) -> {
            var all = characters(bytes);
            secrets.forEach((name, secret) -> forms(secret).forEach((form, wanted) -> {
                // A dump of the heap may hold what the last requests carried, in the server's buffers: the apps' keys
                // must be gone.
                boolean looked = !where.equals("heap") || (name.endsWith(" key") && !name.endsWith("idempotency key"));
                if (looked && all.contains(characters(wanted))) {
                    found.add(name + " in " + where + " as " + form);
                }
            }));
        });
        return found;
    }

    /** How a secret may be written. In Base64 its middle, which is the same wherever it begins: three beginnings. */
    private static Map<String, byte[]> forms(String secret) {
        var forms = new LinkedHashMap<String, byte[]>();
        var bytes = secret.getBytes(UTF_8);
        forms.put("text", bytes);
        forms.put("hex", HexFormat.of().formatHex(bytes).getBytes(ISO_8859_1));
        forms.put("UTF-16LE", secret.getBytes(UTF_16LE));
        forms.put("UTF-16BE", secret.getBytes(UTF_16BE));
        forms.put("address", URLEncoder.encode(secret, UTF_8).getBytes(ISO_8859_1));
        for (int before = 0; before < 3 && bytes.length > 6; before++) {
            var shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            var encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            forms.put(
                    "Base64 " + before,
                    encoded.substring(before + 1, encoded.length() - 2).getBytes(ISO_8859_1));
        }
        return forms;
    }

    /** Every byte as one character, so that searching is the JDK's. */
    private static String characters(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    private static Map<String, String> sizes(Map<String, byte[]> left) {
        var sizes = new TreeMap<String, String>();
        left.forEach((where, bytes) -> sizes.put(where, bytes.length / 1024 + " KB"));
        return sizes;
    }

    /** A secret that is like no other. */
    private String seed(String where) {
        var bytes = Arrays.copyOf(where.getBytes(UTF_8), 9);
        var secret = "sEcReT" + secrets.size() + HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT) + "qzjx";
        secrets.put(where, secret);
        return secret;
    }

    private HttpResponse<String> api(ServiceProcess service, String method, String path, String body, String... headers)
            throws Exception {
        return as(Instance.asOperator(), service, method, path, body, headers);
    }

    private HttpResponse<String> as(
            String authorization, ServiceProcess service, String method, String path, String body, String... headers)
            throws Exception {
        var all = new ArrayList<>(List.of("Authorization", authorization, "If-Match", "*"));
        all.addAll(List.of(headers));
        var answer = service.send(method, "/api/v1" + path, body, all.toArray(String[]::new));
        keep(answers, answer);
        return answer;
    }

    private static void keep(ByteArrayOutputStream kept, HttpResponse<String> answer) {
        kept.writeBytes((answer.headers().map() + "\n" + answer.body()).getBytes(UTF_8));
    }

    private static String app(String platform, String key, String book) {
        return switch (platform) {
            case "WECOM" -> """
                    {"enterpriseId":"ww-vault","enterpriseKey":"%s","addressBookKey":"%s","serviceId":1000002}""".formatted(key, book);
            case "DINGTALK" -> """
                    {"clientId":"ding-vault","clientSecret":"%s","groupTemplateId":"t","robotId":"r","serviceId":"42"}""".formatted(key);
            default -> """
                    {"appId":"cli_vault","appSecret":"%s"}""".formatted(key);
        };
    }

    private static String endpoints(Simulator simulator) {
        return String.join(
                ",",
                PLATFORMS.stream()
                        .map(platform -> simulator.baseUrl() + "/" + platform.toLowerCase(Locale.ROOT))
                        .toList());
    }

    private static void simulated(Simulator simulator, String method, String path, String body) throws Exception {
        var answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/sim/v1" + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }
}
