package io.warroom.worker.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.event.AppDeleted;
import io.warroom.event.MemberBound;
import io.warroom.event.Platform;
import io.warroom.topic.Topic;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfigurationReaderTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TopicPartition DELETED = new TopicPartition(Topic.APP_DELETED.name(""), 0);

    private static final AppStateDecoder EVERYTHING_IS_ANOTHERS = new AppStateDecoder("", topic -> null);

    private final AtomicBoolean registryIsAway = new AtomicBoolean();
    private final Queue<MockConsumer<byte[], byte[]>> consumers = new ConcurrentLinkedQueue<>();
    private final Queue<AppState> states = new ConcurrentLinkedQueue<>();
    private final ConfigurationReader reader = new ConfigurationReader(
            this::aConsumer,
            (topic, value) -> {
                if (registryIsAway.get()) {
                    throw new SerializationException("no schema", new ConnectException("refused"));
                }
                return new AppDeleted("e", "acme", Platform.LARK, 1L, Instant.EPOCH);
            },
            EVERYTHING_IS_ANOTHERS,
            "",
            states::add,
            new MemberTable(),
            InstantSource.system());

    @AfterEach
    void stop() {
        reader.stop();
    }

    @Test
    void anEventThatTheRegistryDoesNotLetReadIsWaitedForAndNotPassedOver() {
        registryIsAway.set(true);
        start();
        await().atMost(SOON).untilAsserted(() -> assertThat(reader.trouble()).contains("registry"));
        assertThat(reader.caughtUp()).isNotDone();

        registryIsAway.set(false);

        assertThat(reader.caughtUp()).succeedsWithin(SOON);
        assertThat(states).singleElement().extracting(AppState::tenantId).isEqualTo("acme");
    }

    @Test
    void whoeverAskedWhileTheBrokerWasAwayIsAnsweredWhenItIsBack() {
        start();
        assertThat(reader.caughtUp()).succeedsWithin(SOON);

        consumers.element().setOffsetsException(new TimeoutException("the broker is away"));
        var answered = reader.readToTheEndOfNow();

        assertThat(answered).succeedsWithin(SOON);
        assertThat(consumers).hasSize(2);
    }

    @Test
    void oneBatchOfAppsAndMembersIsAllTakenAndAMembersLastWordCounts() {
        // Given
        var enabled = new TopicPartition(Topic.APP_ENABLED.name(""), 0);
        var bound = new TopicPartition(Topic.MEMBER_BOUND.name(""), 0);
        int many = 2_000;
        var taken = new ConcurrentLinkedQueue<AppState>();
        var members = new MemberTable();
        var batches = new ConfigurationReader(
                () -> {
                    var consumer = aConsumer();
                    consumer.updateEndOffsets(Map.of(DELETED, 1L, enabled, (long) many, bound, (long) many));
                    consumer.schedulePollTask(() -> {
                        for (int i = 0; i < many; i++) {
                            consumer.addRecord(new ConsumerRecord<>(enabled.topic(), 0, i, bytes("k"), bytes("" + i)));
                            consumer.addRecord(
                                    new ConsumerRecord<>(bound.topic(), 0, i, bytes("acme/LARK/p"), bytes("" + i)));
                        }
                    });
                    return consumer;
                },
                (topic, value) -> topic.equals(bound.topic())
                        ? new MemberBound("e", "acme", Platform.LARK, "p", "user-" + text(value), 1L, Instant.EPOCH)
                        : new AppDeleted("e", "tenant-" + text(value), Platform.LARK, 1L, Instant.EPOCH),
                EVERYTHING_IS_ANOTHERS,
                "",
                taken::add,
                members,
                InstantSource.system());

        // When
        Thread.ofPlatform().daemon().start(() -> batches.run(() -> {}));

        // Then
        assertThat(batches.caughtUp()).succeedsWithin(SOON);
        batches.stop();
        assertThat(taken).extracting(AppState::tenantId).doesNotHaveDuplicates().hasSize(many + 1);
        assertThat(members.find("acme/LARK/p")).contains("user-" + (many - 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void start() {
        Thread.ofPlatform().daemon().start(() -> reader.run(() -> {}));
    }

    /** On a broker with one event. */
    private MockConsumer<byte[], byte[]> aConsumer() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        var begins = new HashMap<TopicPartition, Long>();
        var ends = new HashMap<TopicPartition, Long>();
        Stream.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED, Topic.MEMBER_BOUND)
                .forEach(topic -> {
                    String name = topic.name("");
                    consumer.updatePartitions(
                            name, List.of(new PartitionInfo(name, 0, Node.noNode(), new Node[0], new Node[0])));
                    begins.put(new TopicPartition(name, 0), 0L);
                    ends.put(new TopicPartition(name, 0), 0L);
                });
        ends.put(DELETED, 1L);
        consumer.updateBeginningOffsets(begins);
        consumer.updateEndOffsets(ends);
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>(DELETED.topic(), 0, 0, new byte[] {1}, new byte[] {1})));
        consumers.add(consumer);
        return consumer;
    }
}
