package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import io.warroom.local.testing.Backing;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Faults against promises. Each scenario declares incidents of the 30 sample tenants under ids of its own, does its harm where
 * its seed and the results seen say, heals, and has the run judged. The config service is needed only before the first.
 *
 * <p>{@code -Dwarroom.faults.seed} repeats a run's decisions; {@code -Dwarroom.faults.incidents} makes it larger.
 */
class FaultsIT {

    private static final long SEED = Long.getLong("warroom.faults.seed", System.nanoTime() & 0xffffff);
    private static final int INCIDENTS = Integer.getInteger("warroom.faults.incidents", 300);
    private static final Duration SOON = Duration.ofSeconds(60 + INCIDENTS / 10);
    private static final Path REPORT = Path.of("target", "faults.tsv");
    private static final List<JsonNode> TENANTS = SampleTenants.tenants();
    private static final List<String> SECRETS = new ArrayList<>();

    private static final Map<String, List<String>> ENDPOINTS = Map.of(
            "WECOM", List.of("user/getuserid", "appchat/create", "appchat/create", "appchat/get", "appchat/send"),
            "DINGTALK",
                    List.of(
                            "topapi/v2/user/getbymobile",
                            "v1.0/im/sceneGroup/create",
                            "v1.0/im/sceneGroup/create",
                            "v1.0/im/sceneGroups/query"),
            "LARK",
                    List.of(
                            "contact/v3/users/batch_get_id",
                            "im/v1/chats",
                            "im/v1/chats",
                            "im/v1/chats/:chat_id/members",
                            "im/v1/messages"));

    @TempDir
    static Path folder;

    private static Link toBroker;
    private static Link toRegistry;
    private static Link toDatabase;
    private static Product product;
    private static Promises promises;
    private static KafkaProducer<String, Object> producer;
    private static final List<ServiceProcess> WORKERS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        toBroker = Link.toBroker(Backing.get().kafkaBootstrapServers());
        var registry = java.net.URI.create(Backing.get().schemaRegistryUrl());
        toRegistry = Link.to(registry.getAuthority());
        // Every database is on the one server.
        var database = java.net.URI.create(Backing.get().newDatabase().jdbcUrl().substring("jdbc:".length()));
        toDatabase = Link.to(database.getAuthority());
        product = new Product(
                folder,
                "faults-",
                new Product.Routes(
                        toBroker.address(),
                        registry.toString().replace(registry.getAuthority(), toRegistry.address()),
                        url -> url.replace(database.getAuthority(), toDatabase.address())));
        for (JsonNode tenant : TENANTS) {
            SECRETS.addAll(SampleTenants.secretsOf(SampleTenants.enable(product, tenant)));
        }
        promises = new Promises(product);
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", Backing.get().kafkaBootstrapServers());
        settings.put("schema.registry.url", Backing.get().schemaRegistryUrl());
        settings.put("key.serializer", StringSerializer.class);
        settings.put("value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer");
        settings.put("partitioner.class", TenantPartitioner.class);
        settings.put("auto.register.schemas", false);
        settings.put("avro.remove.java.properties", true);
        producer = new KafkaProducer<>(settings);
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
        promises.close();
        product.close();
        toBroker.close();
        toRegistry.close();
        toDatabase.close();
    }

    @Test
    @Tag("kill")
    void workersAreKilledAgainAndAgainWhilePlatformsFailInEveryWay() {
        judged("kill", random -> {
            requireWorkers(3);
            int waves = Math.max(4, INCIDENTS / 150);
            var all = new ArrayList<String>();
            for (int wave = 0; wave < waves; wave++) {
                product.faults(platformFaults(random, INCIDENTS / waves / 4));
                all.addAll(declare("kill" + wave, INCIDENTS / waves, TENANTS));
                if (wave < waves - 1) {
                    int before = wave * (INCIDENTS / waves);
                    awaitEnded(all, before + random.nextInt(INCIDENTS / waves * 9 / 10));
                    int victim = random.nextInt(WORKERS.size());
                    WORKERS.get(victim).kill();
                    WORKERS.set(victim, launchWorker());
                }
            }
            return all;
        });
    }

    @Test
    @Tag("broker")
    void theBrokerIsAwayForTheWorkersInMidWork() {
        judged("broker", random -> {
            requireWorkers(2);
            var all = new ArrayList<String>();
            for (int cut = 0; cut < 2; cut++) {
                int before = all.size();
                all.addAll(declare("broker" + cut, 90, TENANTS));
                awaitEnded(all, before + random.nextInt(60));
                toBroker.cut();
                // Declared while nobody can hear it.
                all.addAll(declare("unheard" + cut, 30, TENANTS));
                await().atMost(SOON).until(() -> toBroker.refused() > 10);
                toBroker.heal();
            }
            return all;
        });
    }

    @Test
    @Tag("hang")
    void aPlatformThatHangsForOneTenantHurtsNoOther() {
        judged("hang", random -> {
            requireWorkers(2);
            var hanging = TENANTS.get(random.nextInt(TENANTS.size()));
            var others =
                    TENANTS.stream().filter(tenant -> !tenant.equals(hanging)).toList();
            product.faults(List.of(Map.of(
                    "tenant",
                    hanging.path("tenantId").asString(),
                    "kind",
                    "HANG",
                    "times",
                    1_000_000,
                    "millis",
                    4_000)));
            var stuck = declare("stuck", 250, List.of(hanging));
            var free = declare("free", 145, others);

            awaitEnded(free, free.size());
            assertThat(promises.ended(stuck))
                    .as("ended while the platform hangs")
                    .isZero();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(promises.everParked(stuck)).isEqualTo(stuck.size()));
            assertThat(promises.everParked(free))
                    .as("parked for another's trouble")
                    .isZero();
            heal();

            var all = new ArrayList<>(free);
            all.addAll(stuck);
            return all;
        });
    }

    @Test
    @Tag("registry")
    void theRegistryIsAwayAndIncidentsOfKnownSchemasGoOn() {
        judged("registry", random -> {
            requireWorkers(2);
            var all = new ArrayList<>(declare("before", 60, TENANTS));
            awaitEnded(all, all.size());
            toRegistry.cut();
            all.addAll(declare("meanwhile", 60, TENANTS));
            awaitEnded(all, all.size());
            // What a worker has never written before is not the registry's business either.
            var away = TENANTS.get(random.nextInt(TENANTS.size()));
            product.faults(List.of(
                    Map.of("tenant", away.path("tenantId").asString(), "kind", "HTTP_500", "times", 1_000_000)));
            var parked = declare("parked", 5, List.of(away));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(promises.everParked(parked)).isEqualTo(5));
            product.faults(List.of());
            all.addAll(parked);
            var newcomer = launchWorker();
            WORKERS.add(newcomer);
            await().atMost(SOON).until(() -> newcomer.health().contains("registry"));
            assertThat(newcomer.isReady())
                    .as("a worker that cannot read the configuration is ready")
                    .isFalse();
            toRegistry.heal();
            newcomer.awaitReady();
            all.addAll(declare("after", 60, TENANTS));
            return all;
        });
    }

    @Test
    @Tag("config")
    void theConfigServiceAndItsDatabaseAreGoneAndRoomsStillOpenEvenByAWorkerThatComesThen() {
        judged("config", random -> {
            requireWorkers(2);
            toDatabase.cut();
            product.configService().kill();
            var all = new ArrayList<>(declare("alone", 60, TENANTS));
            awaitEnded(all, all.size());
            for (var worker : WORKERS) {
                worker.kill();
            }
            requireWorkers(1);
            all.addAll(declare("newcomer", 60, TENANTS));
            return all;
        });
    }

    private interface Scenario {
        /** @return the incidents that were declared */
        Collection<String> run(Random random) throws Exception;
    }

    /** Runs the scenario, heals everything, waits for every incident's end and judges the run; writes it all down. */
    private static void judged(String name, Scenario scenario) {
        long begun = System.nanoTime();
        String outcome = "VIOLATED";
        int incidents = 0;
        try {
            var all = scenario.run(new Random(SEED));
            incidents = all.size();
            heal();
            awaitEnded(all, all.size());
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(promises.waiting(all)).isZero());
            awaitNoLag();
            var violations = promises.violations(all, product.rooms());
            assertThat(violations.stream().limit(10))
                    .as("%d promises broken, the first", violations.size())
                    .isEmpty();
            assertNoSecretWasSaid();
            outcome = "kept";
        } catch (Throwable e) {
            throw new AssertionError("scenario " + name + ", seed " + SEED + ": " + e.getMessage(), e);
        } finally {
            report(name, incidents, outcome, Duration.ofNanos(System.nanoTime() - begun));
            heal();
        }
    }

    private static void heal() {
        try {
            toBroker.heal();
            toRegistry.heal();
            toDatabase.heal();
            product.faults(List.of());
        } catch (Exception e) {
            throw new IllegalStateException("healing", e);
        }
    }

    private static void report(String name, int incidents, String outcome, Duration took) {
        try {
            Files.writeString(
                    REPORT,
                    "%s\t%d\t%d\t%d\t%s%n".formatted(name, SEED, incidents, took.toSeconds(), outcome),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** At least so many workers are alive and ready. */
    private static void requireWorkers(int count) throws Exception {
        WORKERS.removeIf(worker -> !worker.isAlive());
        while (WORKERS.size() < count) {
            WORKERS.add(launchWorker());
        }
        for (var worker : WORKERS) {
            worker.awaitReady();
        }
    }

    /** Gives up soon what a platform does not answer, and is missed soon when it was killed. */
    private static ServiceProcess launchWorker(String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(more));
        arguments.add("--warroom.opening.patience=6s");
        arguments.add("--spring.kafka.consumer.properties.session.timeout.ms=6000");
        arguments.add("--spring.kafka.consumer.properties.heartbeat.interval.ms=1000");
        return product.launchWorker(arguments.toArray(String[]::new));
    }

    /** Waits until so many of the incidents have a result. */
    private static void awaitEnded(Collection<String> incidents, int count) {
        try {
            await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> promises.ended(incidents) >= count);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(promises.state(incidents), e);
        }
    }

    /** Everything that was received is committed: nothing was left behind, or is held back. */
    private static void awaitNoLag() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            String topic = product.topic(Topic.INCIDENT_DECLARED);
            await().atMost(SOON).untilAsserted(() -> {
                var committed = admin.listConsumerGroupOffsets("faults-warroom-worker")
                        .partitionsToOffsetAndMetadata()
                        .get();
                var ends = admin.listOffsets(java.util.stream.IntStream.range(0, 4)
                                .boxed()
                                .collect(Collectors.toMap(
                                        partition -> new TopicPartition(topic, partition),
                                        partition -> org.apache.kafka.clients.admin.OffsetSpec.latest())))
                        .all()
                        .get();
                ends.forEach((partition, end) -> {
                    if (end.offset() > 0) {
                        assertThat(committed.get(partition))
                                .as("committed of %s", partition)
                                .isNotNull()
                                .satisfies(offset -> assertThat(offset.offset()).isEqualTo(end.offset()));
                    }
                });
            });
        }
    }

    private static void assertNoSecretWasSaid() throws Exception {
        var said = new StringBuilder(product.everythingSaid());
        for (Topic topic : Topic.values()) {
            for (var record : product.bytes(topic)) {
                if (record.value() != null) {
                    said.append(new String(record.value(), StandardCharsets.ISO_8859_1));
                }
            }
        }
        String all = said.toString();
        assertThat(SECRETS).hasSizeGreaterThan(30).noneMatch(all::contains);
    }

    /** Declares so many incidents of these tenants in turn, as an incident management system would; gives their keys. */
    private static List<String> declare(String prefix, int count, List<JsonNode> tenants) throws Exception {
        var keys = new ArrayList<String>();
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < count; i++) {
            JsonNode tenant = tenants.get(i % tenants.size());
            var incident = incident(tenant, prefix + "-" + i);
            sent.add(producer.send(
                    new ProducerRecord<>(product.topic(Topic.INCIDENT_DECLARED), incident.getTenantId(), incident)));
            keys.add(incident.getTenantId() + "/" + incident.getIncidentId());
        }
        for (var one : sent) {
            assertThat(one.get().offset()).isNotNegative();
        }
        return keys;
    }

    private static IncidentDeclared incident(JsonNode tenant, String id) {
        var incident = IncidentDeclaration.of(
                tenant.path("tenantId").asString(), id, "checkout is down", Severity.P1, Instant.EPOCH);
        for (int i = 0; i < 3; i++) {
            JsonNode person = tenant.path("people").get(i);
            incident.responder(
                    person.path("personId").asString(),
                    person.path("name").asString(),
                    i == 0 ? Role.COMMANDER : Role.RESPONDER,
                    person.path("email").asString(),
                    person.path("mobile").asString());
        }
        return incident.build();
    }

    /** So many faults of every kind, for tenants and endpoints by chance. */
    private static List<Map<String, Object>> platformFaults(Random random, int count) {
        var kinds = List.of(
                "RESET_BEFORE",
                "RESET_AFTER",
                "HTTP_500",
                "HTTP_502_HTML",
                "THROTTLED",
                "WRONG_BODY",
                "LATENCY",
                "HANG");
        var faults = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < count; i++) {
            JsonNode tenant = TENANTS.get(random.nextInt(TENANTS.size()));
            String platform = tenant.path("platform").asString();
            var endpoints = Objects.requireNonNull(ENDPOINTS.get(platform));
            var fault = new LinkedHashMap<String, Object>();
            fault.put("tenant", tenant.path("tenantId").asString());
            fault.put("platform", platform);
            if (random.nextInt(6) > 0) {
                fault.put("endpoint", endpoints.get(random.nextInt(endpoints.size())));
            }
            String kind = kinds.get(i % kinds.size());
            if (kind.equals("THROTTLED") && platform.equals("WECOM")) {
                // Throttled look-ups are not asked again for a minute: too long for a build.
                fault.put("endpoint", "appchat/create");
            }
            fault.put("kind", kind);
            fault.put("times", 1 + random.nextInt(2));
            fault.put("millis", 100 + random.nextInt(1_500));
            faults.add(fault);
        }
        return faults;
    }
}
