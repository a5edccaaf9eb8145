package io.warroom.config.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import io.warroom.config.sealing.GenerateKeys;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.event.Platform;
import io.warroom.event.SealingContext;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The operators' commands against a real broker and a real PostgreSQL, with the API as the judge of what came of them. */
class OperationsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<Topic> CONFIGURATION =
            List.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED, Topic.MEMBER_BOUND);

    @TempDir
    Path folder;

    private Deployment deployment;
    private Backing.FreshDatabase database;
    private final List<String> overrides = new ArrayList<>();

    private record Outcome(int status, String out, String err) {}

    @BeforeEach
    void deploy() throws Exception {
        deployment = Deployment.inFolder(folder);
        database = deployment.database();
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void aLostDatabaseIsRestoredFromTheTopicsAndEveryAnswerIsTheSame() throws Exception {
        var before = answersOfALife();
        var secrets = secrets(deployment.database());
        loseTheDatabase();

        var dry = run("rebuild", "--from-topics", "--dry-run");

        assertThat(dry.status()).as(dry.err()).isZero();
        assertThat(dry.out())
                .containsPattern("restored {2}acme/LARK at revision [0-9]+")
                .containsPattern("restored {2}globex/WECOM at revision [0-9]+")
                .contains("Would be: 6 restored, 1 reread");
        assertThat(tables())
                .as("a dry run stores nothing")
                .allSatisfy((table, rows) -> assertThat(rows).isZero());

        assertThat(run("rebuild", "--from-topics").out()).contains("Done: 6 restored, 1 reread");

        assertThat(secrets(database())).isEqualTo(secrets).isNotEmpty();
        assertThat(run("rebuild", "--from-topics").out()).contains("Done: 6 same");
        var service = deployment.start(overrides.toArray(String[]::new));
        await().atMost(SOON).untilAsserted(() -> assertThat(answers(service)).isEqualTo(before));
        // And life goes on where it stood.
        assertThat(service.send(
                                "PUT",
                                "/tenants/globex/mobile-apps/WECOM",
                                wecom(),
                                "If-Match",
                                "\"" + revision("globex/WECOM") + "\"")
                        .statusCode())
                .isBetween(200, 201);
        long revision = revision("acme/LARK");
        assertThat(JSON.readTree(service.send("PUT", "/tenants/acme/mobile-apps/LARK/key", lark())
                                .body())
                        .path("revision")
                        .asLong())
                .isGreaterThan(revision);
    }

    /** As after a fail-over that lost commits: what was published is not in the database any more. */
    @Test
    void changesAfterALossyFailOverAreBeyondAllThatWasPublished() throws Exception {
        var service = deployment.start();
        service.send("PUT", "/tenants/acme/mobile-apps/LARK", lark());
        service.send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_1\"}");
        var jdbi = jdbi(database());
        jdbi.useHandle(handle -> handle.execute("CREATE TABLE before AS SELECT * FROM mobile_app"));
        service.send("PUT", "/tenants/acme/mobile-apps/LARK/key", lark());
        service.send("POST", "/tenants/acme/mobile-apps/LARK/activate", "");
        service.send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_2\"}");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.changes(Topic.MEMBER_BOUND, "acme/LARK/p-1"))
                        .hasSize(2));
        var published = deployment.values(Topic.APP_ENABLED, "acme/LARK").getLast();
        jdbi.useHandle(handle -> {
            handle.execute(
                    "UPDATE mobile_app SET revision = before.revision, activation = before.activation FROM before");
            handle.execute("UPDATE tenant SET last_activation = (SELECT activation FROM before)");
            handle.execute("DELETE FROM member_binding");
        });

        service.send("POST", "/tenants/acme/mobile-apps/LARK/activate", "");
        service.send("PUT", "/tenants/acme/members/p-1", "{\"platform\":\"LARK\",\"platformUserId\":\"ou_3\"}");

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(deployment.changes(Topic.APP_ENABLED, "acme/LARK")).containsExactly(1L, 3L, 4L);
            assertThat(deployment.changes(Topic.MEMBER_BOUND, "acme/LARK/p-1")).containsExactly(1L, 2L, 3L);
        });
        assertThat((Long) deployment
                        .values(Topic.APP_ENABLED, "acme/LARK")
                        .getLast()
                        .get("activation"))
                .isGreaterThan((Long) published.get("activation"));
    }

    private long revision(String app) {
        return jdbi(database())
                .withHandle(handle -> handle.createQuery(
                                "SELECT revision FROM mobile_app WHERE tenant_id || '/' || platform = :app")
                        .bind("app", app)
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void emptiedTopicsAreFilledFromTheDatabaseAndWhoeverReadsThemFindsTheSame() throws Exception {
        var before = answersOfALife();
        emptyTheConfigurationTopics();
        assertThat(deployment.read(Topic.APP_ENABLED)).isEmpty();

        assertThat(run("republish", "--to-topics", "--dry-run").out()).contains("Would be: 6 published, 1 same");
        assertThat(deployment.read(Topic.APP_ENABLED)).isEmpty();
        var done = run("republish", "--to-topics");

        assertThat(done.out()).as(done.err()).contains("Done: 6 published, 1 same");
        assertThat(run("republish", "--to-topics").out()).contains("Done: 7 same");
        assertThat(deployment.records(Topic.APP_DELETED, "globex/WECOM")).hasSize(1);
        assertThat(deployment.records(Topic.APP_ENABLED, "globex/WECOM"))
                .last()
                .satisfies(record -> assertThat(record.value()).isNull());
        loseTheDatabase();
        assertThat(run("rebuild", "--from-topics").status()).isZero();
        var service = deployment.start(overrides.toArray(String[]::new));
        await().atMost(SOON).untilAsserted(() -> assertThat(answers(service)).isEqualTo(before));
    }

    @Test
    void oneTenantAloneIsRestoredAndTheOthersAreLeftAsTheyAre() throws Exception {
        answersOfALife();
        loseTheDatabase();

        assertThat(run("rebuild", "--from-topics", "--tenant=acme").out()).contains("Done: 4 restored");

        List<String> tenants = jdbi(database())
                .withHandle(handle -> handle.createQuery("SELECT DISTINCT tenant_id FROM mobile_app")
                        .mapTo(String.class)
                        .list());
        assertThat(tenants).containsExactly("acme");
    }

    @Test
    void whatTheDatabaseHasNewerStaysAndWhatDiffersAtTheSameRevisionIsToldAndLeftAlone() throws Exception {
        answersOfALife();
        jdbi(database()).useHandle(handle -> {
            handle.execute(
                    "UPDATE mobile_app SET revision = revision + 9 WHERE tenant_id = 'acme' AND platform = 'LARK'");
            handle.execute("UPDATE mobile_app SET endpoint = 'changed by hand' WHERE tenant_id = 'globex' AND enabled");
        });

        var rebuilt = run("rebuild", "--from-topics");
        var republished = run("republish", "--to-topics");

        assertThat(rebuilt.status()).isEqualTo(1);
        assertThat(rebuilt.out())
                .containsPattern("kept {6}acme/LARK at revision [0-9]+: the topics are at [0-9]+")
                .containsPattern("conflict {2}globex/LARK differs at revision [0-9]+");
        assertThat(rebuilt.err()).contains("1 differ at the same revision");
        assertThat(republished.status()).isEqualTo(1);
        assertThat(republished.out())
                .containsPattern("published acme/LARK at revision [0-9]+, the topics were at [0-9]+");
        assertThat(deployment.changes(Topic.APP_ENABLED, "acme/LARK")).last().isEqualTo(4L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rebuild", "republish", "erase-tenant --tenant=acme --confirm=acme"})
    void aLiveServiceIsNotWorkedUnderUnlessForced(String command) throws Exception {
        var service = deployment.start();
        await().atMost(SOON).until(() -> service.health("").body().contains("ACTIVE"));

        var words = command.split(" ", -1);
        var flags = Arrays.copyOfRange(words, 1, words.length);
        var refused = run(words[0], flags);

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains("a config service runs on this database", "--force")
                .hasLineCount(1);
        assertThat(run(
                                words[0],
                                Stream.concat(Stream.of(flags), Stream.of("--force"))
                                        .toArray(String[]::new))
                        .status())
                .isZero();
    }

    @Test
    void anErasedTenantIsGoneFromEveryTableAndItsKeysFromEveryCompactedTopic() throws Exception {
        answersOfALife();

        var refused = run("erase-tenant", "--tenant=acme");
        var dry = run("erase-tenant", "--tenant=acme", "--dry-run");
        assertThat(refused.err()).contains("--confirm=ID");
        assertThat(dry.out()).contains("tombstone", "erased");
        assertThat(deployment.records(Topic.APP_ENABLED, "acme/LARK"))
                .last()
                .satisfies(record -> assertThat(record.value()).isNotNull());
        var done = run("erase-tenant", "--tenant=acme", "--confirm=acme");

        assertThat(done.status()).as(done.err()).isZero();
        for (var topic : List.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.MEMBER_BOUND)) {
            var last = new TreeMap<String, Object>();
            deployment.read(topic).stream()
                    .filter(record -> record.key().startsWith("acme/"))
                    .forEach(record -> last.put(record.key(), record.value() == null ? "gone" : record.value()));
            assertThat(last.values()).as(topic.name("")).allMatch("gone"::equals);
        }
        // Workers forget the app by this, those that start later too: what it deletes can still be read.
        assertThat(deployment.changes(Topic.APP_DELETED, "acme/LARK")).containsExactly(4L);
        jdbi(database()).useHandle(handle -> {
            for (var table : List.of(
                    "mobile_app", "mobile_app_secret", "tenant", "member_binding", "api_token", "war_room", "outbox")) {
                var column = table.equals("outbox") ? "aggregateid" : "tenant_id";
                assertThat(handle.createQuery("SELECT count(*) FROM " + table + " WHERE " + column + " LIKE 'acme%'")
                                .mapTo(Long.class)
                                .one())
                        .as(table)
                        .isZero();
            }
            assertThat(handle.createQuery("SELECT action FROM audit WHERE tenant_id = 'acme'")
                            .mapTo(String.class)
                            .list())
                    .containsExactly("tenant.erased");
            assertThat(handle.createQuery("SELECT count(*) FROM audit WHERE tenant_id = 'globex'")
                            .mapTo(Long.class)
                            .one())
                    .isPositive();
        });
        assertThat(run("erase-tenant", "--tenant=acme", "--confirm=acme").out()).contains("Done: 2 later");
        loseTheDatabase();
        assertThat(run("rebuild").status()).isZero();
        assertThat(secrets(database())).hasSize(1).allMatch(secret -> secret.startsWith("globex"));
    }

    @Test
    void everySecretIsSealedWithTheNewestKeyAndTheOlderOneIsNeededNoLonger() throws Exception {
        answersOfALife();
        GenerateKeys.generate(
                folder.resolve("both.json"), folder.resolve("both-public.json"), folder.resolve("private.json"));
        overrides.add("--warroom.sealing.public-keyset=" + folder.resolve("both-public.json"));
        var both = "--private=" + folder.resolve("both.json");

        assertThat(run("reseal", "--private=" + folder.resolve("private.json")).err())
                .contains("not two halves of one");
        assertThat(run("reseal", both, "--dry-run").out()).contains("Would be: 3 resealed, 1 same");
        var done = run("reseal", both);

        assertThat(done.out())
                .as(done.err())
                .containsPattern("resealed {2}acme/LARK at revision [0-9]+")
                .contains("Done: 3 resealed, 1 same");
        assertThat(run("reseal", both).out()).contains("Done: 4 same");
        // Opens with the new key alone, bound to the revision that set it.
        var keys = TinkJsonProtoKeysetFormat.parseKeyset(
                Files.readString(folder.resolve("both.json")),
                RegistryConfiguration.get(),
                InsecureSecretKeyAccess.get());
        var newest = com.google.crypto.tink.KeysetHandle.newBuilder()
                .addEntry(com.google.crypto.tink.KeysetHandle.importKey(
                                keys.getPrimary().getKey())
                        .makePrimary())
                .build()
                .getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class);
        var event = deployment.values(Topic.KEY_ROTATED, "acme/LARK").getLast();
        assertThat(deployment.changes(Topic.KEY_ROTATED, "acme/LARK")).last().isEqualTo(4L);
        var sealed = (GenericRecord) ((List<?>) ((GenericRecord) event.get("app")).get("secrets")).getFirst();
        var ciphertext = (ByteBuffer) sealed.get("ciphertext");
        var bytes = new byte[ciphertext.remaining()];
        ciphertext.get(bytes);
        assertThat(newest.decrypt(
                        bytes, SealingContext.of("acme", Platform.LARK, "appSecret", (Long) sealed.get("revision"))))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("s3cret-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tenant=../etc", "--what", "now", "--dry"})
    void aWrongFlagIsRefusedInOneLineThatNamesIt(String argument) {
        var refused = run("rebuild", argument);

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains(argument.split("=", 2)[0]).hasLineCount(1);
    }

    @Test
    void aBrokerOrADatabaseThatIsAwayIsToldInOneLine() {
        overrides.add("--spring.kafka.bootstrap-servers=127.0.0.1:1");
        overrides.add("--spring.kafka.consumer.properties.default.api.timeout.ms=2000");
        assertThat(run("rebuild").err()).contains("the topics cannot be read").hasLineCount(1);
        overrides.add("--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none");
        assertThat(run("rebuild").err()).contains("127.0.0.1:1 refused").hasLineCount(1);
    }

    /** Two tenants' changes of every kind, one incident each, and what the API says in the end; the service is stopped then. */
    private Map<String, String> answersOfALife() throws Exception {
        try (var service = deployment.start()) {
            requireOk(service, "PUT", "/tenants/acme/mobile-apps/LARK", lark());
            requireOk(service, "PUT", "/tenants/acme/mobile-apps/WECOM", wecom());
            requireOk(service, "POST", "/tenants/acme/mobile-apps/LARK/activate", "");
            requireOk(service, "PUT", "/tenants/acme/mobile-apps/LARK/key", lark().replace("s3cret", "s3cret-2"));
            requireOk(service, "PUT", "/tenants/globex/mobile-apps/LARK", lark());
            requireOk(service, "PUT", "/tenants/globex/mobile-apps/WECOM", wecom());
            requireOk(service, "DELETE", "/tenants/globex/mobile-apps/WECOM", "");
            for (var person : List.of("p-1", "p-2", "p-3")) {
                requireOk(
                        service,
                        "PUT",
                        "/tenants/acme/members/" + person,
                        "{\"platform\":\"LARK\",\"platformUserId\":\"ou_" + person + "\"}");
            }
            requireOk(service, "DELETE", "/tenants/acme/members/p-2", "");
            requireOk(service, "POST", "/tenants/acme/api-tokens", "{\"name\":\"pager\"}");
            for (var tenant : List.of("acme", "globex")) {
                requireOk(
                        service,
                        "POST",
                        "/tenants/" + tenant + "/incidents",
                        "{\"incidentId\":\"INC-1\",\"title\":\"Checkout is down\",\"severity\":\"P1\"}");
                await().atMost(SOON)
                        .until(() -> service.send("GET", "/tenants/" + tenant + "/war-rooms/INC-1", "")
                                        .statusCode()
                                == 200);
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(tables()).containsEntry("outbox", 0L));
            return answers(service);
        }
    }

    private static void requireOk(Instance service, String method, String path, String body) throws Exception {
        var answer = service.send(method, path, body);
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isBetween(200, 299);
    }

    private static Map<String, String> answers(Instance service) throws Exception {
        var answers = new TreeMap<String, String>();
        for (var tenant : List.of("acme", "globex")) {
            for (var path : List.of("mobile-apps", "members/p-1", "members/p-2", "members/p-3", "war-rooms/INC-1")) {
                var answer = service.send("GET", "/tenants/" + tenant + "/" + path, "");
                answers.put(
                        tenant + "/" + path, answer.statusCode() + (answer.statusCode() == 200 ? answer.body() : ""));
            }
            var list = (ObjectNode) JSON.readTree(
                    service.send("GET", "/tenants/" + tenant + "/war-rooms", "").body());
            list.remove("streamFrom"); // of another database, and meant to be
            answers.put(tenant + "/war-rooms", list.toString());
        }
        return answers;
    }

    private void loseTheDatabase() {
        var empty = Backing.get().newDatabase();
        overrides.add("--spring.datasource.url=" + empty.jdbcUrl());
        overrides.add("--spring.datasource.username=" + empty.user());
        overrides.add("--spring.datasource.password=" + empty.password());
        database = empty;
    }

    private Backing.FreshDatabase database() {
        return database;
    }

    private void emptyTheConfigurationTopics() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            for (var topic : CONFIGURATION) {
                var name = topic.name(deployment.prefix());
                // Records of compacted topics may only be deleted while they are not.
                policy(admin, name, "delete");
                var partitions = Objects.requireNonNull(admin.describeTopics(List.of(name))
                                .allTopicNames()
                                .get()
                                .get(name))
                        .partitions()
                        .stream()
                        .map(partition -> new TopicPartition(name, partition.partition()))
                        .toList();
                var ends = admin.listOffsets(partitions.stream()
                                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                        .all()
                        .get();
                var all = ends.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                end -> RecordsToDelete.beforeOffset(
                                        end.getValue().offset())));
                // The controller has taken the policy; the broker that leads the partition may be a moment behind.
                await().atMost(SOON)
                        .ignoreExceptionsMatching(failure -> failure.getCause() instanceof PolicyViolationException)
                        .untilAsserted(() -> admin.deleteRecords(all).all().get());
                policy(admin, name, "compact");
            }
        }
    }

    private static void policy(Admin admin, String topic, String policy) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new org.apache.kafka.common.config.ConfigResource(
                                org.apache.kafka.common.config.ConfigResource.Type.TOPIC, topic),
                        List.of(new org.apache.kafka.clients.admin.AlterConfigOp(
                                new org.apache.kafka.clients.admin.ConfigEntry("cleanup.policy", policy),
                                org.apache.kafka.clients.admin.AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private Map<String, Long> tables() {
        return jdbi(database()).withHandle(handle -> {
            var rows = new TreeMap<String, Long>();
            for (var table : List.of("mobile_app", "mobile_app_secret", "tenant", "member_binding", "outbox")) {
                rows.put(
                        table,
                        handle.createQuery("SELECT count(*) FROM " + table)
                                .mapTo(Long.class)
                                .one());
            }
            return rows;
        });
    }

    private static List<String> secrets(Backing.FreshDatabase database) {
        return jdbi(database)
                .withHandle(
                        handle -> handle.createQuery("""
                        SELECT tenant_id || platform || field || revision || encode(ciphertext, 'hex')
                          FROM mobile_app_secret ORDER BY tenant_id, platform, field""").mapTo(String.class).list());
    }

    private static Jdbi jdbi(Backing.FreshDatabase database) {
        return Jdbi.create(database.jdbcUrl(), database.user(), database.password());
    }

    private Outcome run(String command, String... flags) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var arguments = new ArrayList<>(List.of(flags));
        arguments.addAll(List.of(Deployment.withOverrides(deployment.arguments(), overrides)));
        int status = Operations.run(
                command,
                arguments.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String lark() {
        return "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\",\"endpoint\":\"" + Deployment.ALLOWED_ENDPOINT + "\"}";
    }

    private static String wecom() {
        return "{\"enterpriseId\":\"ww1\",\"enterpriseKey\":\"k\",\"addressBookKey\":\"a\",\"serviceId\":\"1000002\",\"endpoint\":\""
                + Deployment.ALLOWED_ENDPOINT + "\"}";
    }
}
