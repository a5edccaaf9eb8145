package io.warroom.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HybridConfig2026;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.FailureReason;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentParked;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.MemberBound;
import io.warroom.event.MobileApp;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.RoomMember;
import io.warroom.event.SealedSecret;
import io.warroom.event.SealingContext;
import io.warroom.event.Severity;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.local.testing.Backing;
import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Notice;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.OpenRooms;
import io.warroom.worker.directory.SecretOpener;
import io.warroom.worker.directory.TopicDirectory;
import io.warroom.worker.intake.IncidentIntake;
import io.warroom.worker.intake.IntakeLimits;
import io.warroom.worker.intake.PartitionKnowledge;
import io.warroom.worker.ledger.LedgerReader;
import io.warroom.worker.ledger.ParkingLimits;
import io.warroom.worker.ledger.TopicLedger;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.ClosingPolicy;
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.opening.OpeningTimes;
import io.warroom.worker.results.KafkaAppHealth;
import io.warroom.worker.results.KafkaResults;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** The worker's features on a real broker and a real registry; the platform is one that remembers. */
class WorkerIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final String prefix = "worker-" + UUID.randomUUID() + "-";
    private final RememberingPlatform platform = new RememberingPlatform();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private String groupProtocol = "classic";
    private Duration peopleDeadline = Duration.ofMinutes(10);
    private KeysetHandle keys;
    private KafkaTemplate<String, SpecificRecord> events;
    private KafkaTemplate<byte[], byte[]> bytes;

    @BeforeEach
    void createTopicsAndKeys() throws Exception {
        keys = KeysetHandle.generateNew(
                HpkeParameters.builder()
                        .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
                        .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
                        .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
                        .setVariant(HpkeParameters.Variant.TINK)
                        .build(),
                HybridConfig2026.get());
        Files.writeString(
                folder.resolve("private.json"),
                TinkJsonProtoKeysetFormat.serializeKeyset(keys, HybridConfig2026.get(), InsecureSecretKeyAccess.get()));
        try (var admin = Admin.create(broker())) {
            var topics = new ArrayList<NewTopic>();
            for (Topic topic : Topic.values()) {
                topics.add(new NewTopic(topic.name(prefix), 3, (short) 1).configs(topic.settings()));
            }
            admin.createTopics(topics).all().get();
        }
        var producer = new DefaultKafkaProducerFactory<String, SpecificRecord>(producer(true));
        open.add(producer::destroy);
        events = new KafkaTemplate<>(producer);
        var raw = new HashMap<>(broker());
        raw.put("key.serializer", ByteArraySerializer.class);
        raw.put("value.serializer", ByteArraySerializer.class);
        raw.put("max.request.size", 2 * Topic.LARGEST_RECORD);
        var rawProducer = new DefaultKafkaProducerFactory<byte[], byte[]>(raw);
        open.add(rawProducer::destroy);
        bytes = new KafkaTemplate<>(rawProducer);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void anIncidentBecomesARoomAndTheResultNamesTheAppsRevisionAndItsSecretOpens() throws Exception {
        startWorker();
        enable("acme", 3, 1, "s3cret");

        declare("acme", "INC-1");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(meters.counter("warroom.results", "platform", "LARK", "outcome", "OPENED")
                                        .count())
                                .isEqualTo(1));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1"))
                        .singleElement()
                        .satisfies(room -> {
                            assertThat(room.getAppRevision()).isEqualTo(3);
                            assertThat(room.getRoomId())
                                    .isEqualTo(
                                            platform.rooms().values().iterator().next());
                            assertThat(room.getMembers()).hasSize(1);
                            assertThat(room.getMissing()).hasSize(1);
                        }));
        assertThat(platform.apps())
                .extracting(App::credentials)
                .allSatisfy(credentials -> assertThat(
                                ((Credentials.Lark) credentials).appSecret().reveal())
                        .isEqualTo("s3cret"));
    }

    @Test
    void aBoundPersonIsInTheRoomAndAnUnboundOneNoLonger() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        send(
                Topic.MEMBER_BOUND,
                "acme/LARK/p-2",
                new MemberBound("e", "acme", Platform.LARK, "p-2", "ou_li", 1L, Instant.EPOCH));
        declareWhenRead("acme", "INC-1", 2);
        events.send(Topic.MEMBER_BOUND.name(prefix), "acme/LARK/p-2", null).join();

        declareWhenRead("acme", "INC-2", 1);
    }

    /** A binding is not waited for by an incident: so declares until a room has that many people, each under an id of its own. */
    private void declareWhenRead(String tenant, String incidentId, int people) {
        var tries = new AtomicInteger();
        await().atMost(SOON).until(() -> {
            String id = incidentId + "-" + tries.incrementAndGet();
            declare(tenant, id);
            await().atMost(SOON).until(() -> !opened(tenant + "/" + id).isEmpty());
            return opened(tenant + "/" + id).getFirst().getMembers().size() == people;
        });
    }

    @Test
    void theSameIncidentDeclaredTwiceHasOneRoomAndTwoEqualResults() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        declare("acme", "INC-1");
        declare("acme", "INC-1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).hasSize(2));
        assertThat(platform.rooms()).hasSize(1);
        assertThat(opened("acme/INC-1"))
                .extracting(WarRoomOpened::getEventId)
                .containsOnly(opened("acme/INC-1").getFirst().getEventId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aWorkerThatStopsInMidIncidentLeavesItToTheNextOneAndThereIsStillOneRoom(String protocol) throws Exception {
        groupProtocol = protocol;
        platform.holdBack();
        var first = startWorker();
        enable("acme", 1, 1, "s");
        declare("acme", "INC-1");
        await().atMost(SOON).until(() -> !platform.rooms().isEmpty());

        first.close();
        assertThat(opened("acme/INC-1")).isEmpty();
        platform.letGo();
        startWorker();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).isNotEmpty());
        assertThat(platform.rooms()).hasSize(1);
    }

    @Test
    void anIncidentOfADeletedAppIsParkedByNameAndOpensByItselfWhenTheAppIsEnabledAgain() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        delete("acme", 2);

        declare("acme", "INC-1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(parked("acme/INC-1"))
                        .singleElement()
                        .satisfies(waiting -> {
                            assertThat(waiting.getReason()).isEqualTo(ParkReason.NO_APP);
                            assertThat(waiting.getDetail()).contains("acme");
                        }));
        assertThat(meters.counter("warroom.parked", "reason", "NO_APP").count()).isEqualTo(1);
        assertThat(platform.rooms()).isEmpty();
        enable("acme", 3, 3, "s");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).hasSize(1));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(Topic.INCIDENT_PARKED))
                        .last()
                        .satisfies(record -> assertThat(record.value()).isNull()));
    }

    @Test
    void aParkedIncidentPassesToTheNextWorkerAndFailsAtItsDeadline() throws Exception {
        peopleDeadline = Duration.ofSeconds(5);
        var first = startWorker();
        declare("acme", "INC-1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(parked("acme/INC-1")).hasSize(1));
        first.close();
        assertThat(failed("acme/INC-1")).isEmpty();

        startWorker();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(failed("acme/INC-1"))
                        .singleElement()
                        .satisfies(failure -> {
                            assertThat(failure.getReason()).isEqualTo(FailureReason.NO_APP);
                            assertThat(failure.getDetail()).contains("acme", "deadline");
                        }));
    }

    @Test
    void fiveIncidentsOfARejectedKeyOpenByThemselvesWhenItIsChangedAndThePlatformSawItOnce() throws Exception {
        platform.rejectKeysOfRevision(1);
        startWorker();
        enable("acme", 1, 1, "wrong");
        for (int i = 1; i <= 5; i++) {
            declare("acme", "INC-" + i);
            String key = "acme/INC-" + i;
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(parked(key))
                            .extracting(IncidentParked::getReason)
                            .containsExactly(ParkReason.KEY_REJECTED));
        }
        assertThat(platform.apps()).hasSize(1);

        enable("acme", 2, 2, "right");

        for (int i = 1; i <= 5; i++) {
            String key = "acme/INC-" + i;
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(opened(key))
                            .singleElement()
                            .satisfies(room -> assertThat(room.getAppRevision()).isEqualTo(2)));
        }
        assertThat(platform.apps()).filteredOn(app -> app.revision() == 1).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void twoWorkersShareTheTenantsAndWhatOneLeavesTheOtherTakes(String protocol) throws Exception {
        groupProtocol = protocol;
        var first = startWorker();
        startWorker();
        for (int tenant = 0; tenant < 9; tenant++) {
            enable("tenant-" + tenant, 1, 1, "s");
            declare("tenant-" + tenant, "INC-1");
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(keysOf(Topic.WAR_ROOM_OPENED)).hasSize(9));
        first.close();
        for (int tenant = 0; tenant < 9; tenant++) {
            declare("tenant-" + tenant, "INC-2");
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(keysOf(Topic.WAR_ROOM_OPENED)).hasSize(18));
        assertThat(platform.rooms()).hasSize(18);
    }

    private Set<String> keysOf(Topic topic) {
        return records(topic).stream()
                .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }

    @Test
    void aReplayFromTheStartGivesTheSameResultsWithoutACall() throws Exception {
        var first = startWorker();
        enable("acme", 1, 1, "s");
        declare("acme", "INC-1");
        declare("acme", "INC-2");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(Topic.WAR_ROOM_OPENED)).hasSize(2));
        first.close();
        int calls = platform.apps().size();
        try (var admin = Admin.create(broker())) {
            admin.deleteConsumerGroups(List.of(prefix + "workers")).all().get();
        }

        startWorker();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(Topic.WAR_ROOM_OPENED)).hasSize(4));
        assertThat(opened("acme/INC-1"))
                .hasSize(2)
                .containsOnly(opened("acme/INC-1").getFirst());
        assertThat(opened("acme/INC-2"))
                .hasSize(2)
                .containsOnly(opened("acme/INC-2").getFirst());
        assertThat(platform.apps()).hasSize(calls);
    }

    @Test
    void aSecretThatWasSealedForAnotherTenantDoesNotOpen() throws Exception {
        startWorker();
        var stolen = sealed("victim", 1, "s");
        send(
                Topic.APP_ENABLED,
                "thief/LARK",
                new AppEnabled("e", "thief", Platform.LARK, 1L, 1L, Instant.EPOCH, app(stolen)));

        declare("thief", "INC-1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(parked("thief/INC-1"))
                        .singleElement()
                        .satisfies(parked -> assertThat(parked.getReason()).isEqualTo(ParkReason.MISCONFIGURED)));
        assertThat(platform.rooms()).isEmpty();
    }

    @Test
    void hostileRecordsAreRejectedWithTheirBytesAndTheReasonAndTheRestGoesOn() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        var other = new AppDeleted("e", "acme", Platform.LARK, 1L, Instant.EPOCH);
        var noTenant = IncidentDeclaration.of("acme", "INC-2", "down", Severity.P1, Instant.EPOCH)
                .build();
        noTenant.put("tenantId", "");
        reject("acme", "{}".getBytes(StandardCharsets.UTF_8), "NOT_AVRO");
        reject("acme", new byte[] {0, 0x7f, 0x7f, 0x7f, 0x7f, 1}, "UNKNOWN_SCHEMA");
        reject("acme", new byte[0], "NO_VALUE");
        reject("acme", null, "NO_VALUE");
        reject("acme", serialized(other), "WRONG_TYPE");
        reject("acme", serialized(noTenant), "OUTSIDE_LIMITS");
        reject(
                "other",
                serialized(IncidentDeclaration.of("acme", "INC-3", "down", Severity.P1, Instant.EPOCH)
                        .build()),
                "KEY_MISMATCH");
        byte[] whole = serialized(IncidentDeclaration.of("acme", "INC-4", "down", Severity.P1, Instant.EPOCH)
                .build());
        reject("acme", java.util.Arrays.copyOf(whole, whole.length - 9), "NOT_AVRO");

        declare("acme", "INC-1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).hasSize(1));
    }

    @Test
    void recordsThatAreLargerThanTheirTopicOnceTheReasonIsBesideThemStopNoPartition() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        byte[] key = "acme".getBytes(StandardCharsets.UTF_8);
        String topic = Topic.INCIDENT_DECLARED.name(prefix);
        int home = TenantPartitioner.partitionOf("acme", 3);
        byte[] garbage = new byte[1_048_400];
        java.util.Arrays.fill(garbage, (byte) 'x');
        byte[] longHeader = new byte[1_000_000];
        var compressing = new HashMap<>(broker());
        compressing.put("key.serializer", ByteArraySerializer.class);
        compressing.put("value.serializer", ByteArraySerializer.class);
        compressing.put("compression.type", "zstd");
        compressing.put("max.request.size", 20_000_000);
        try (var zstd = new KafkaProducer<byte[], byte[]>(compressing)) {
            bytes.send(topic, home, key, garbage).join();
            zstd.send(new ProducerRecord<>(topic, home, key, new byte[3_000_000]))
                    .get();
            zstd.send(new ProducerRecord<>(topic, home, key, new byte[12_000_000]))
                    .get();
            var headed = new ProducerRecord<>(topic, home, key, new byte[] {1});
            headed.headers().add("foreign", longHeader);
            bytes.send(headed).join();
        }
        declare("acme", "INC-1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).hasSize(1));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rejected())
                        .extracting(
                                record -> record.value().length,
                                record -> header(record, "warroom-cut"),
                                record -> header(record, "foreign").length())
                        .containsExactlyInAnyOrder(
                                tuple(1_048_400, "", 0),
                                tuple(3_000_000, "", 0),
                                tuple(512 * 1_024, "12000000", 0),
                                tuple(1, "", 1_000_000)));
    }

    @Test
    void anUpdateThatCameWithAStrayDeclarationIsSentHomeBehindIt() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        int elsewhere = (TenantPartitioner.partitionOf("acme", 3) + 1) % 3;
        byte[] declared = serialized(IncidentDeclaration.of("acme", "INC-1", "down", Severity.P1, Instant.now())
                .responder("p-1", "Chen", Role.COMMANDER, null, "+8613800000001")
                .build());
        byte[] updated = serialized(IncidentUpdated.newBuilder()
                .setTenantId("acme")
                .setIncidentId("INC-1")
                .setNote("from elsewhere")
                .setAddedResponders(List.of())
                .setUpdatedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .build());

        bytes.send(Topic.INCIDENT_DECLARED.name(prefix), elsewhere, null, declared)
                .join();
        bytes.send(Topic.INCIDENT_UPDATED.name(prefix), elsewhere, null, updated)
                .join();

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(platform.notices()).extracting(Notice::text).containsExactly("from elsewhere"));
        assertThat(meters.counter("warroom.follow.ups.unknown").count()).isZero();
    }

    @Test
    void aRecordThatWasSentHomeTooOftenAndIsElsewhereIsRejectedAndTheSecondWorkerIsWell() throws Exception {
        startWorker();
        startWorker();
        enable("acme", 1, 1, "s");
        int home = TenantPartitioner.partitionOf("acme", 3);
        byte[] value = serialized(IncidentDeclaration.of("acme", "INC-1", "down", Severity.P1, Instant.EPOCH)
                .responder("p-1", "Chen", Role.COMMANDER, null, "+8613800000001")
                .build());
        for (int marks : new int[] {1, 3}) {
            var stray = new ProducerRecord<byte[], byte[]>(
                    Topic.INCIDENT_DECLARED.name(prefix), (home + 1) % 3, null, value);
            for (int i = 0; i < marks; i++) {
                stray.headers().add("warroom-forwarded-from", "9@9".getBytes(StandardCharsets.UTF_8));
            }
            bytes.send(stray).join();
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).isNotEmpty());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rejected())
                        .extracting(record -> header(record, "warroom-reason"))
                        .containsExactly("ASTRAY"));
    }

    @Test
    void anIncidentInAnotherPartitionThanItsTenantsIsSentHomeOnceWithItsHeaders() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        int home = TenantPartitioner.partitionOf("acme", 3);
        byte[] value = serialized(IncidentDeclaration.of("acme", "INC-1", "down", Severity.P1, Instant.EPOCH)
                .responder("p-1", "Chen", Role.COMMANDER, null, "+8613800000001")
                .build());
        var stray =
                new ProducerRecord<byte[], byte[]>(Topic.INCIDENT_DECLARED.name(prefix), (home + 1) % 3, null, value);
        stray.headers().add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));
        bytes.send(stray).join();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(opened("acme/INC-1")).hasSize(1));
        assertThat(records(Topic.INCIDENT_DECLARED))
                .filteredOn(record -> record.partition() == home)
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo("acme".getBytes(StandardCharsets.UTF_8));
                    assertThat(record.value()).isEqualTo(value);
                    assertThat(header(record, "traceparent")).isEqualTo("00-1-2-01");
                });
    }

    @Test
    void anOpenRoomIsToldWhatIsNewLetsPeopleInAndIsClosedWhenItsIncidentIsResolved() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        declare("acme", "INC-1");
        update("acme", "INC-1", "checkout is slow", "a fix is rolling out", "p-9");
        await().atMost(SOON).until(() -> opened("acme/INC-1").size() == 2);
        resolve("acme", "INC-1");
        await().atMost(SOON).until(() -> !closed("acme/INC-1").isEmpty());

        var told = opened("acme/INC-1");
        assertThat(told.getLast().getRoomId()).isEqualTo(told.getFirst().getRoomId());
        assertThat(told.getLast().getRoomName()).isEqualTo("INC-1 checkout is slow");
        assertThat(told.getLast().getMembers())
                .extracting(RoomMember::getPersonId)
                .containsExactly("p-1", "p-9");
        assertThat(told.getLast().getEventId()).isNotEqualTo(told.getFirst().getEventId());
        assertThat(closed("acme/INC-1")).singleElement().satisfies(room -> {
            assertThat(room.getRoomId()).isEqualTo(told.getFirst().getRoomId());
            assertThat(room.getDissolved()).isFalse();
        });
        assertThat(platform.names()).containsExactly("INC-1 checkout is slow", "[Resolved] INC-1 checkout is slow");
        assertThat(platform.notices()).extracting(Notice::title).containsExactly("INC-1 updated", "INC-1 resolved");
        assertThat(platform.rooms()).hasSize(1);
    }

    @Test
    void updatesAreToldInOrderAndOnceHoweverOftenTheTopicsAreRead() throws Exception {
        var first = startWorker();
        enable("acme", 1, 1, "s");
        declare("acme", "INC-1");
        for (int i = 0; i < 20; i++) {
            update("acme", "INC-1", "title " + i, "note " + i, null);
        }
        await().atMost(SOON).until(() -> platform.notices().size() == 20);
        assertThat(platform.notices())
                .extracting(Notice::text)
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "note " + i).toList());

        // When another worker reads both topics from their beginning
        first.close();
        forgetOffsets();
        startWorker();
        declare("acme", "INC-2");
        update("acme", "INC-2", null, "the fence", null);
        await().atMost(SOON).until(() -> platform.notices().size() > 20);

        assertThat(platform.notices()).hasSize(21);
        assertThat(platform.names()).hasSize(20);
    }

    @Test
    void anUpdateOfAnIncidentThatNobodyDeclaredIsPassedOverAndHoldsUpNothing() throws Exception {
        startWorker();
        enable("acme", 1, 1, "s");
        update("acme", "INC-0", null, "who?", null);
        declare("acme", "INC-1");
        update("acme", "INC-1", null, "hello", null);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                meters.counter("warroom.follow.ups.unknown").count())
                        .isEqualTo(1));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(platform.notices()).extracting(Notice::text).containsExactly("hello"));
        assertThat(rejected()).isEmpty();
    }

    @Test
    void anUpdateThatWaitsForAKeySurvivesItsWorkerAndIsToldByTheNext() throws Exception {
        var first = startWorker();
        enable("acme", 1, 1, "s");
        declare("acme", "INC-1");
        await().atMost(SOON).until(() -> !opened("acme/INC-1").isEmpty());
        delete("acme", 2);
        // An incident is parked once the deletion was read
        await().atMost(SOON).until(() -> {
            declare("acme", "INC-" + UUID.randomUUID());
            return records(Topic.INCIDENT_PARKED).size() > 0;
        });
        update("acme", "INC-1", null, "still there?", "p-9");
        resolve("acme", "INC-1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(parked("acme/INC-1")).last().satisfies(parked -> {
                    assertThat(parked.getReason()).isEqualTo(ParkReason.NO_APP);
                    assertThat(parked.getPendingUpdate()).isNotNull();
                    assertThat(parked.getPendingResolution()).isNotNull();
                }));
        first.close();

        startWorker();
        enable("acme", 3, 2, "s");

        await().atMost(SOON).until(() -> !closed("acme/INC-1").isEmpty());
        assertThat(opened("acme/INC-1").getLast().getMembers())
                .extracting(RoomMember::getPersonId)
                .containsExactly("p-1", "p-9");
        assertThat(platform.notices()).extracting(Notice::text).containsExactly("still there?", "it was a bad disk");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(Topic.INCIDENT_PARKED))
                        .filteredOn(record -> new String(record.key(), StandardCharsets.UTF_8).equals("acme/INC-1"))
                        .last()
                        .satisfies(record -> assertThat(record.value()).isNull()));
    }

    @Test
    void anUpdateThatNobodyCanReadOrAcceptIsRejectedWithItsReason() throws Exception {
        startWorker();
        bytes.send(Topic.INCIDENT_UPDATED.name(prefix), 1, "acme".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2})
                .join();
        send(
                Topic.INCIDENT_RESOLVED,
                "other",
                new IncidentResolved("acme", "INC-1", null, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        send(
                Topic.INCIDENT_UPDATED,
                "acme",
                IncidentUpdated.newBuilder()
                        .setTenantId("acme")
                        .setIncidentId("INC/1")
                        .setTitle("x")
                        .setUpdatedAt(Instant.now())
                        .build());

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rejected())
                        .extracting(record -> header(record, "warroom-reason"))
                        .containsExactlyInAnyOrder("NOT_AVRO", "KEY_MISMATCH", "OUTSIDE_LIMITS"));
    }

    private void update(String tenant, String incidentId, @Nullable String title, String note, @Nullable String added) {
        send(
                Topic.INCIDENT_UPDATED,
                tenant,
                IncidentUpdated.newBuilder()
                        .setTenantId(tenant)
                        .setIncidentId(incidentId)
                        .setTitle(title)
                        .setNote(note)
                        .setAddedResponders(
                                added == null
                                        ? List.of()
                                        : List.of(new Responder(
                                                added, "Wang", null, "+8613800000009", null, Role.RESPONDER)))
                        .setUpdatedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .build());
    }

    private void resolve(String tenant, String incidentId) {
        send(
                Topic.INCIDENT_RESOLVED,
                tenant,
                new IncidentResolved(
                        tenant, incidentId, "it was a bad disk", Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    private List<WarRoomClosed> closed(String key) {
        return results(Topic.WAR_ROOM_CLOSED, key).stream()
                .map(WarRoomClosed.class::cast)
                .toList();
    }

    private void forgetOffsets() throws Exception {
        try (var admin = Admin.create(broker())) {
            await().atMost(SOON).ignoreExceptions().until(() -> {
                admin.deleteConsumerGroups(List.of(prefix + "workers", prefix + "follow-ups"))
                        .all()
                        .get();
                return true;
            });
        }
    }

    /** Puts the bytes on the topic and waits until they stand on incident-rejected with the reason. */
    private void reject(String key, byte @Nullable [] value, String reason) {
        int before = rejected().size();
        bytes.send(Topic.INCIDENT_DECLARED.name(prefix), 1, key.getBytes(StandardCharsets.UTF_8), value)
                .join();
        await().atMost(SOON).untilAsserted(() -> assertThat(rejected()).hasSize(before + 1));
        assertThat(rejected())
                .filteredOn(record -> header(record, "warroom-reason").equals(reason)
                        && java.util.Arrays.equals(record.value(), value))
                .as(reason)
                .isNotEmpty();
    }

    private AutoCloseable startWorker() {
        var consumer = new HashMap<>(broker());
        consumer.put("auto.offset.reset", "earliest");
        consumer.put("enable.auto.commit", false);
        Supplier<Consumer<byte[], byte[]>> ungrouped =
                () -> new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var reader = new AtomicReference<@Nullable LedgerReader>();
        var directory = new TopicDirectory(
                ungrouped,
                decoder(),
                topic -> null,
                prefix,
                SecretOpener.read(Secret.of(folder.resolve("private.json").toString())),
                tenant -> {
                    var known = reader.get();
                    if (known != null) {
                        known.changed(tenant);
                    }
                });
        var writing = producer(true);
        writing.put("key.serializer", ByteArraySerializer.class);
        writing.put("value.serializer", ByteArraySerializer.class);
        var producer = new DefaultKafkaProducerFactory<byte[], byte[]>(writing);
        var template = new KafkaTemplate<>(producer);
        var ledger = new TopicLedger(
                template,
                partition -> {
                    var state = new HashMap<>(writing);
                    state.put("transactional.id", prefix + "warroom-state-" + partition);
                    return new KafkaProducer<>(state, new ByteArraySerializer(), new ByteArraySerializer());
                },
                encoder(),
                decoder(),
                prefix,
                Clock.systemUTC(),
                new ClockSetting(Clock.systemUTC()),
                new ParkingLimits(10_000, 64 << 20),
                meters);
        var opening = new IncidentOpening(
                directory,
                Map.of(PlatformKind.LARK, platform),
                ledger,
                new KafkaResults(ledger, prefix, Clock.systemUTC(), meters),
                new KafkaAppHealth(ledger, prefix),
                Clock.systemUTC(),
                new OpeningTimes(Duration.ofMinutes(1), Duration.ofMinutes(1), peopleDeadline),
                100,
                ClosingPolicy.RENAME);
        var committed = new HashMap<>(consumer);
        committed.put("isolation.level", "read_committed");
        var ledgerReader = new LedgerReader(
                () -> new KafkaConsumer<>(committed, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                (consuming, partitions) -> consuming.endOffsets(partitions),
                ledger,
                opening,
                Clock.systemUTC(),
                10);
        reader.set(ledgerReader);
        var grouped = new HashMap<>(consumer);
        grouped.put("group.id", prefix + "workers");
        grouped.put("group.protocol", groupProtocol);
        var intake = new IncidentIntake(
                () -> new KafkaConsumer<>(grouped, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                decoder(),
                bytes,
                prefix,
                directory.caughtUp(),
                new PartitionKnowledge() {
                    @Override
                    public CompletableFuture<Void> own(int partition) {
                        return ledger.own(partition);
                    }

                    @Override
                    public void disown(int partition) {
                        ledger.disown(partition);
                    }
                },
                opening::open,
                new IntakeLimits(100, 50, Duration.ofMinutes(5), Duration.ofMillis(200)));
        var following = new HashMap<>(consumer);
        following.put("group.id", prefix + "follow-ups");
        var admin = Admin.create(broker());
        var followUps = IncidentIntake.following(
                intake,
                () -> new KafkaConsumer<>(following, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                ledger::restored,
                decoder(),
                bytes,
                () -> admin,
                prefix,
                meters.counter("warroom.follow.ups.unknown"),
                Clock.systemUTC(),
                opening::follow);
        directory.start();
        ledgerReader.start();
        intake.start();
        followUps.start();
        AutoCloseable worker = () -> {
            followUps.stop();
            intake.stop();
            admin.close();
            ledgerReader.stop();
            directory.stop();
            producer.destroy();
        };
        open.add(worker);
        return worker;
    }

    private void delete(String tenant, long revision) {
        send(Topic.APP_DELETED, tenant + "/LARK", new AppDeleted("e", tenant, Platform.LARK, revision, Instant.EPOCH));
        events.send(Topic.APP_ENABLED.name(prefix), tenant + "/LARK", null).join();
    }

    private void enable(String tenant, long revision, long activation, String secret) throws Exception {
        send(
                Topic.APP_ENABLED,
                tenant + "/LARK",
                new AppEnabled(
                        "e",
                        tenant,
                        Platform.LARK,
                        revision,
                        activation,
                        Instant.EPOCH,
                        app(sealed(tenant, revision, secret))));
    }

    private static MobileApp app(SealedSecret secret) {
        return new MobileApp("cli_1", "cli_1", null, null, "LARK", null, List.of(secret));
    }

    private SealedSecret sealed(String tenant, long revision, String secret) throws Exception {
        var sealer = keys.getPublicKeysetHandle().getPrimitive(HybridConfig2026.get(), HybridEncrypt.class);
        return new SealedSecret(
                "appSecret",
                revision,
                ByteBuffer.wrap(sealer.encrypt(
                        secret.getBytes(StandardCharsets.UTF_8),
                        SealingContext.of(tenant, Platform.LARK, "appSecret", revision))));
    }

    private void declare(String tenant, String incidentId) {
        var incident = IncidentDeclaration.of(tenant, incidentId, "checkout is down", Severity.P1, Instant.now())
                .responder("p-1", "Chen", Role.COMMANDER, null, "+8613800000001")
                .responder("p-2", "Li", Role.RESPONDER, null, null)
                .build();
        send(Topic.INCIDENT_DECLARED, tenant, incident);
    }

    private void send(Topic topic, String key, SpecificRecord event) {
        events.send(topic.name(prefix), key, event).join();
    }

    private byte[] serialized(SpecificRecord event) {
        var sent = events.send(new ProducerRecord<>(Topic.APP_HEALTH.name(prefix), 0, "scratch", event))
                .join()
                .getRecordMetadata();
        return records(Topic.APP_HEALTH).stream()
                .filter(record -> record.offset() == sent.offset())
                .findFirst()
                .orElseThrow()
                .value();
    }

    private List<WarRoomOpened> opened(String key) {
        return results(Topic.WAR_ROOM_OPENED, key).stream()
                .map(WarRoomOpened.class::cast)
                .toList();
    }

    private List<WarRoomFailed> failed(String key) {
        return results(Topic.WAR_ROOM_FAILED, key).stream()
                .map(WarRoomFailed.class::cast)
                .toList();
    }

    private List<IncidentParked> parked(String key) {
        return results(Topic.INCIDENT_PARKED, key).stream()
                .map(IncidentParked.class::cast)
                .toList();
    }

    private List<Object> results(Topic topic, String key) {
        try (var decoder = decoder()) {
            return records(topic).stream()
                    .filter(record ->
                            record.value() != null && new String(record.key(), StandardCharsets.UTF_8).equals(key))
                    .<Object>map(record -> decoder.deserialize(record.topic(), record.headers(), record.value()))
                    .toList();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> rejected() {
        return records(Topic.INCIDENT_REJECTED);
    }

    private List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
        try (var consumer = new KafkaConsumer<>(broker(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic.name(prefix)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            // Said again, as the same event, when the first message is in.
            records.removeIf(record -> record.headers().lastHeader(OpenRooms.UNBRIEFED) != null);
            return records;
        }
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> broker() {
        return Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers());
    }

    private static Map<String, Object> producer(boolean register) {
        var properties = new HashMap<>(broker());
        properties.put("key.serializer", StringSerializer.class);
        properties.put("value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer");
        properties.put("schema.registry.url", Backing.get().schemaRegistryUrl());
        properties.put("partitioner.class", TenantPartitioner.class);
        properties.put("max.request.size", 2_000_000);
        properties.put("auto.register.schemas", register);
        return properties;
    }

    private static Serializer<SpecificRecord> encoder() {
        try {
            @SuppressWarnings("unchecked") // it writes any record
            Serializer<SpecificRecord> encoder =
                    Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroSerializer", Serializer.class);
            encoder.configure(producer(true), false);
            return encoder;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("confluent-avro is on the test's class path", e);
        }
    }

    private static Deserializer<?> decoder() {
        try {
            Deserializer<?> decoder =
                    Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroDeserializer", Deserializer.class);
            decoder.configure(
                    Map.of("schema.registry.url", Backing.get().schemaRegistryUrl(), "specific.avro.reader", true),
                    false);
            return decoder;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("confluent-avro is on the test's class path", e);
        }
    }
}
