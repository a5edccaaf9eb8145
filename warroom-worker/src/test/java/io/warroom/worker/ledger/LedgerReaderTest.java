package io.warroom.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.EventClasses;
import io.warroom.platform.PlatformKind;
import io.warroom.topic.Topic;
import io.warroom.worker.contract.Publication;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.ClosingPolicy;
import io.warroom.worker.opening.Directory;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.opening.OpeningTimes;
import io.warroom.worker.opening.Waiting;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaTemplate;

class LedgerReaderTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");
    private static final String PARKED = Topic.INCIDENT_PARKED.name("");

    private final CompletableFuture<String> tried = new CompletableFuture<>();
    private final MockConsumer<byte[], byte[]> consumer = ofEmptyTopics();
    private volatile Instant time = Instant.EPOCH;
    private volatile Instant now = NOW;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final ClockSetting setting = new ClockSetting(clock, () -> time);
    private final TopicLedger ledger = new TopicLedger(
            new KafkaTemplate<>(() ->
                    new MockProducer<>(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer())),
            (topic, event) -> new byte[] {1},
            (topic, value) -> ParkedIncidents.event(waiting()),
            "",
            clock,
            setting,
            new SimpleMeterRegistry());
    private final LedgerReader reader =
            new LedgerReader(() -> consumer, ledger, opening(ledger), clock, () -> time, 10);

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
        var restored = ledger.own(0);
        reader.start();
        assertThat(restored).succeedsWithin(SOON);
        consumer.schedulePollTask(() -> consumer.addRecord(
                new ConsumerRecord<>(PARKED, 0, 0, "acme/INC-1".getBytes(StandardCharsets.UTF_8), new byte[] {1})));
        letItLook();

        time = time.plusSeconds(10);
        now = now.plusSeconds(9);
        letItLook();
        assertThat(tried).as("its time has not come").isNotDone();
        time = time.plusSeconds(1);
        now = now.plusSeconds(1);

        assertThat(tried).succeedsWithin(SOON).isEqualTo("acme");
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
        return new IncidentOpening(
                new Directory() {
                    @Override
                    public Choice choose(String tenantId, @Nullable PlatformKind wanted) {
                        tried.complete(tenantId);
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
                Map.of(),
                known,
                new KafkaResults(nowhere, "", clock, new SimpleMeterRegistry()),
                new KafkaAppHealth(nowhere, ""),
                clock,
                new OpeningTimes(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(24)),
                10,
                ClosingPolicy.RENAME);
    }

    private static MockConsumer<byte[], byte[]> ofEmptyTopics() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        var zero = new HashMap<TopicPartition, Long>();
        topics().forEach(topic -> zero.put(new TopicPartition(topic, 0), 0L));
        consumer.updateBeginningOffsets(zero);
        consumer.updateEndOffsets(zero);
        return consumer;
    }

    private static Stream<String> topics() {
        return Stream.of(Topic.values()).map(topic -> topic.name(""));
    }

    private static Cluster cluster() {
        var node = new Node(1, "127.0.0.1", 9092);
        return new Cluster(
                "test",
                List.of(node),
                topics().map(topic -> new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}))
                        .toList(),
                Set.of(),
                Set.of());
    }

    private static Waiting waiting() {
        return new Waiting(
                new Incident(
                        "acme",
                        "INC-1",
                        "checkout down",
                        "P1",
                        null,
                        null,
                        null,
                        null,
                        NOW,
                        new Incident.Chat.TenantsChoice(),
                        List.of(),
                        List.of()),
                Waiting.Reason.THROTTLED,
                "too many calls",
                PlatformKind.LARK,
                7L,
                1,
                NOW.plusSeconds(10),
                NOW.plusSeconds(600),
                false,
                null);
    }
}
