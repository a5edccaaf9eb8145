package io.warroom.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.EventClasses;
import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.Publication;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.Declaration;
import io.warroom.worker.opening.Directory;
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.opening.OpeningInTime;
import io.warroom.worker.opening.ScriptedPlatform;
import io.warroom.worker.results.KafkaAppHealth;
import io.warroom.worker.results.KafkaResults;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.kafka.core.KafkaTemplate;

class LedgerReaderTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PARKED = Topic.INCIDENT_PARKED.name("");
    private static final Failure LOST = new Failure(Failure.Kind.UNREACHABLE, "no answer came", null, null);
    private static final Failure FORBIDDEN =
            new Failure(Failure.Kind.MISCONFIGURED, "a permission is not granted", "99991672", null);
    private static final App APP =
            new App("acme", PlatformKind.LARK, 7, "LARK", null, new Credentials.Lark("cli_1", Secret.of("s")));

    private final CompletableFuture<String> tried = new CompletableFuture<>();
    private final List<SpecificRecord> events = new CopyOnWriteArrayList<>();
    private final MockConsumer<byte[], byte[]> consumer = ofEmptyTopics();
    private volatile Instant time = Instant.EPOCH;
    private volatile Instant now = TopicLedgerTest.NOW;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final ClockSetting setting = new ClockSetting(clock, () -> time);
    private final TimedProducer producer = new TimedProducer(clock, () -> {});
    private final TopicLedger ledger = new TopicLedger(
            new KafkaTemplate<>(() -> producer),
            partition -> producer,
            (topic, event) -> written(event),
            (topic, value) -> events.get(value[0]),
            "",
            clock,
            setting,
            TopicLedgerTest.LIMITS,
            new SimpleMeterRegistry());
    private final ScriptedPlatform platform = new ScriptedPlatform();
    private final IncidentOpening opening = opening(ledger);
    private final LedgerReader reader = new LedgerReader(
            () -> consumer,
            (reader, partitions) -> reader.endOffsets(partitions),
            ledger,
            opening,
            clock,
            () -> time,
            10);

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @AfterEach
    void stop() {
        reader.stop();
    }

    @Test
    void whatWaitsIsTriedAlsoWhenTheClockGoesSlowerThanTimePasses() throws Exception {
        var parked = written(
                ParkedIncidents.event(TopicLedgerTest.waiting(TopicLedgerTest.anIncident(TopicLedgerTest.NOW))));
        var restored = ledger.own(0);
        reader.start();
        assertThat(restored).succeedsWithin(SOON);
        consumer.schedulePollTask(() -> consumer.addRecord(
                new ConsumerRecord<>(PARKED, 0, 0, "acme/INC-1".getBytes(StandardCharsets.UTF_8), parked)));
        letItLook();

        time = time.plusSeconds(10);
        now = now.plusSeconds(9);
        letItLook();
        assertThat(tried).as("its time has not come").isNotDone();
        time = time.plusSeconds(1);
        now = now.plusSeconds(1);

        assertThat(tried).succeedsWithin(SOON).isEqualTo("acme");
    }

    @Test
    @Timeout(60)
    void whatWaitsForAPlatformIsTriedAsSoonAsThatAnswersAnother() throws Exception {
        var restored = ledger.own(0);
        reader.start();
        assertThat(restored).succeedsWithin(SOON);
        for (int i = 0; i < 5; i++) {
            platform.creates.add(new Outcome.NotYet<>(LOST, Duration.ofMinutes(5)));
        }
        for (int i = 0; i < 6; i++) {
            opening.open(new Declaration(TopicLedgerTest.anIncident("INC-" + i, now), now, null));
        }
        assertThat(platform.creates).as("the sixth has not called").isEmpty();
        letItLook();
        assertThat(ledger.waiting()).isEqualTo(6);
        time = time.plusSeconds(30);
        now = now.plusSeconds(30);

        opening.open(new Declaration(TopicLedgerTest.anIncident("INC-6", now), now, null));

        while (ledger.waiting() > 0) {
            letItLook();
        }
    }

    @Test
    @Timeout(60)
    void whatWaitsForItsSetUpIsProbedAndAllFollowTheFirst() throws Exception {
        var restored = ledger.own(0);
        reader.start();
        assertThat(restored).succeedsWithin(SOON);
        for (int i = 0; i < 3; i++) {
            platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
            opening.open(new Declaration(TopicLedgerTest.anIncident("INC-" + i, now), now, null));
        }
        letItLook();
        assertThat(ledger.waiting()).isEqualTo(3);

        time = time.plus(Duration.ofMinutes(5));
        now = now.plus(Duration.ofMinutes(5));

        while (ledger.waiting() > 0) {
            letItLook();
        }
    }

    /** What is written is its number. */
    private synchronized byte[] written(SpecificRecord event) {
        events.add(event);
        return new byte[] {(byte) (events.size() - 1)};
    }

    /** Whatever was true before, it has seen. */
    private void letItLook() throws InterruptedException {
        for (int looks = 0; looks < 2; looks++) {
            var polled = new CountDownLatch(1);
            consumer.schedulePollTask(polled::countDown);
            polled.await();
        }
    }

    private IncidentOpening opening(TopicLedger known) {
        Publication nowhere = record -> {};
        return OpeningInTime.of(
                new Directory() {
                    @Override
                    public Choice choose(String tenantId, @Nullable PlatformKind wanted) {
                        tried.complete(tenantId);
                        return new Choice.Usable(APP);
                    }

                    @Override
                    public Optional<Version> peek(String tenantId, @Nullable PlatformKind wanted) {
                        return Optional.of(new Version(APP.platform(), APP.revision()));
                    }

                    @Override
                    public Optional<String> boundUser(String tenantId, PlatformKind platform, String personId) {
                        return Optional.empty();
                    }
                },
                platform,
                known,
                new KafkaResults(nowhere, "", clock, new SimpleMeterRegistry()),
                new KafkaAppHealth(nowhere, ""),
                clock,
                () -> time);
    }

    /** For tests that open nothing. */
    static IncidentOpening opening(TopicLedger known, Clock clock) {
        Publication nowhere = record -> {};
        return OpeningInTime.of(
                new Directory() {
                    @Override
                    public Choice choose(String tenantId, @Nullable PlatformKind wanted) {
                        return new Choice.None();
                    }

                    @Override
                    public Optional<Version> peek(String tenantId, @Nullable PlatformKind wanted) {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<String> boundUser(String tenantId, PlatformKind platform, String personId) {
                        return Optional.empty();
                    }
                },
                new ScriptedPlatform(),
                known,
                new KafkaResults(nowhere, "", clock, new SimpleMeterRegistry()),
                new KafkaAppHealth(nowhere, ""),
                clock,
                clock);
    }

    private static MockConsumer<byte[], byte[]> ofEmptyTopics() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        var zero = new HashMap<TopicPartition, Long>();
        for (var topic : Topic.values()) {
            zero.put(new TopicPartition(topic.name(""), 0), 0L);
        }
        consumer.updateBeginningOffsets(zero);
        consumer.updateEndOffsets(zero);
        return consumer;
    }
}
