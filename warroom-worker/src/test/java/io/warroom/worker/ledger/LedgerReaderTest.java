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
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.opening.OpeningTimes;
import io.warroom.worker.results.KafkaAppHealth;
import io.warroom.worker.results.KafkaResults;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaTemplate;

class LedgerReaderTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PARKED = Topic.INCIDENT_PARKED.name("");

    private final CompletableFuture<String> tried = new CompletableFuture<>();
    private final MockConsumer<byte[], byte[]> consumer = ofEmptyTopics();
    private volatile Instant time = Instant.EPOCH;
    private volatile Instant now = TopicLedgerTest.NOW;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final ClockSetting setting = new ClockSetting(clock, () -> time);
    private final TopicLedger ledger = new TopicLedger(
            new KafkaTemplate<>(() -> new MockProducer<>(
                    TopicLedgerTest.topicsOfOnePartition(),
                    true,
                    null,
                    new ByteArraySerializer(),
                    new ByteArraySerializer())),
            (topic, event) -> new byte[] {1},
            (topic, value) ->
                    ParkedIncidents.event(TopicLedgerTest.waiting(TopicLedgerTest.anIncident(TopicLedgerTest.NOW))),
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
        for (var topic : Topic.values()) {
            zero.put(new TopicPartition(topic.name(""), 0), 0L);
        }
        consumer.updateBeginningOffsets(zero);
        consumer.updateEndOffsets(zero);
        return consumer;
    }
}
