package io.warroom.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.EventClasses;
import io.warroom.event.WarRoomOpened;
import io.warroom.local.testing.Backing;
import io.warroom.platform.PlatformKind;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.DisownedException;
import io.warroom.worker.opening.Ledger;
import io.warroom.worker.opening.Result;
import io.warroom.worker.opening.UnpublishableException;
import io.warroom.worker.results.KafkaResults;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** Two workers that both believe to own a partition, on a real broker. */
class FencingIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Where a worker is frozen, behind all checks of its own. */
    enum Frozen {
        BEFORE_SEND,
        BEFORE_COMMIT
    }

    private final String prefix = "fencing-" + UUID.randomUUID() + "-";
    private final List<SpecificRecord> events = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch thaw = new CountDownLatch(1);

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @BeforeEach
    void createTopics() throws Exception {
        try (var admin = Admin.create(broker())) {
            admin.createTopics(Arrays.stream(Topic.values())
                            .map(topic -> new NewTopic(topic.name(prefix), 1, (short) 1).configs(topic.settings()))
                            .toList())
                    .all()
                    .get();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        thaw.countDown();
        for (var one : open.reversed()) {
            one.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFrozenWorkersWriteAfterTheNextOwnerIsRefused(Frozen where) throws Exception {
        var frozen = worker(where);
        assertThat(frozen.own(0)).succeedsWithin(SOON);
        var stale = CompletableFuture.runAsync(() -> results(frozen).publish(opened("INC-1", "older")));
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();

        var next = worker(null);
        assertThat(next.own(0)).succeedsWithin(SOON);
        results(next).publish(opened("INC-1", "newer"));
        thaw.countDown();

        assertThat(stale).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(DisownedException.class);
        assertThat(rooms()).containsExactly("newer");
        results(next).publish(opened("INC-2", "newest"));
        assertThat(rooms()).containsExactly("newer", "newest");
    }

    @Test
    void whatATakenOverPartitionHoldsIsReadAgainByAWorkerThatOwnsItStill() {
        var first = worker(null);
        assertThat(first.own(0)).succeedsWithin(SOON);
        assertThat(first.standing("acme", "INC-1")).isInstanceOf(Ledger.Standing.Unknown.class);
        var second = worker(null);
        assertThat(second.own(0)).succeedsWithin(SOON);
        results(second).publish(opened("INC-1", "second"));
        second.disown(0);

        assertThatThrownBy(() -> results(first).publish(opened("INC-1", "first")))
                .isInstanceOf(DisownedException.class);
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(first.standing("acme", "INC-1")).isInstanceOf(Ledger.Standing.Open.class));
        results(first).publish(opened("INC-2", "first"));

        assertThat(rooms()).containsExactly("second", "first");
    }

    @Test
    void aRecordThatIsTooLargeFailsAloneAmongManyOfOneTransaction() throws Exception {
        var ledger = worker(null);
        assertThat(ledger.own(0)).succeedsWithin(SOON);
        var published = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> results(ledger).publish(opened("INC-" + i, i == 17 ? "too large" : "room-" + i))))
                .toList();

        for (int i = 0; i < 40; i++) {
            if (i == 17) {
                assertThat(published.get(i))
                        .failsWithin(SOON)
                        .withThrowableThat()
                        .withCauseInstanceOf(UnpublishableException.class);
            } else {
                assertThat(published.get(i)).succeedsWithin(SOON);
            }
        }
        assertThat(rooms()).hasSize(39).doesNotContain("too large");
    }

    private TopicLedger worker(@Nullable Frozen where) {
        var plain = new HashMap<>(broker());
        plain.put("key.serializer", ByteArraySerializer.class);
        plain.put("value.serializer", ByteArraySerializer.class);
        var factory = new DefaultKafkaProducerFactory<byte[], byte[]>(plain);
        open.add(factory::destroy);
        var clock = Clock.systemUTC();
        var ledger = new TopicLedger(
                new KafkaTemplate<>(factory),
                partition -> new FreezingProducer(where),
                (topic, event) -> written(event),
                (topic, value) -> events.get(Integer.parseInt(new String(value, StandardCharsets.UTF_8).strip())),
                prefix,
                clock,
                new ClockSetting(clock),
                new ParkingLimits(1_000, 1_000_000),
                new SimpleMeterRegistry());
        var reader = new LedgerReader(
                this::consumer,
                (consumer, partitions) -> ends(partitions),
                ledger,
                LedgerReaderTest.opening(ledger, clock),
                clock,
                10);
        reader.start();
        open.add(() -> {
            ledger.disown(0);
            reader.stop();
        });
        return ledger;
    }

    private KafkaResults results(TopicLedger ledger) {
        return new KafkaResults(ledger, prefix, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    /** What is written is its number; of a room that is too large, a million blanks more. */
    private synchronized byte[] written(SpecificRecord event) {
        events.add(event);
        String number = Integer.toString(events.size() - 1);
        boolean isLarge = event instanceof WarRoomOpened room && "too large".equals(room.getRoomId());
        return (isLarge ? number + " ".repeat(9_000_000) : number).getBytes(StandardCharsets.UTF_8);
    }

    private static Result.Opened opened(String incidentId, String roomId) {
        return new Result.Opened(
                TopicLedgerTest.anIncident(incidentId, TopicLedgerTest.NOW),
                PlatformKind.LARK,
                7,
                roomId,
                "checkout down",
                List.of(),
                List.of(),
                TopicLedgerTest.NOW);
    }

    /** By the records that are committed, in their order. */
    private List<String> rooms() {
        try (var consumer = consumer()) {
            var partition = new TopicPartition(Topic.WAR_ROOM_OPENED.name(prefix), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = Objects.requireNonNull(ends(List.of(partition)).get(partition));
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records.stream()
                    .map(record ->
                            events.get(Integer.parseInt(new String(record.value(), StandardCharsets.UTF_8).strip())))
                    .map(event -> String.valueOf(((WarRoomOpened) event).getRoomId()))
                    .toList();
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        var properties = new HashMap<>(broker());
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        try (var admin = Admin.create(broker())) {
            var wanted = new HashMap<TopicPartition, OffsetSpec>();
            partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
            var ends = new HashMap<TopicPartition, Long>();
            admin.listOffsets(wanted).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> broker() {
        return Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers());
    }

    private final class FreezingProducer extends KafkaProducer<byte[], byte[]> {

        private final @Nullable Frozen where;

        FreezingProducer(@Nullable Frozen where) {
            super(
                    Map.of(
                            "bootstrap.servers",
                            Backing.get().kafkaBootstrapServers(),
                            "transactional.id",
                            prefix + "warroom-state-0",
                            "max.request.size",
                            10_000_000,
                            "partitioner.class",
                            TenantPartitioner.class),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            this.where = where;
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            freeze(Frozen.BEFORE_SEND);
            return super.send(record, callback);
        }

        @Override
        public void commitTransaction() {
            freeze(Frozen.BEFORE_COMMIT);
            super.commitTransaction();
        }

        private void freeze(Frozen here) {
            if (where != here) {
                return;
            }
            if (here == Frozen.BEFORE_COMMIT) {
                flush(); // its records are on the topic, in a transaction that is open
            }
            reached.countDown();
            try {
                thaw.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
