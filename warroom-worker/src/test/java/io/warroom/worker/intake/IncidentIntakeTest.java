package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.event.IncidentDeclaration;
import io.warroom.event.Severity;
import io.warroom.worker.opening.Incident;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.health.contributor.Status;

/** The thread that owns the consumer, on a broker that is played. */
@Timeout(60)
class IncidentIntakeTest {

    private static final String TOPIC = "incident-declared";
    private static final TopicPartition ONLY = new TopicPartition(TOPIC, 0);

    private final List<PlayedBroker> consumers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();
    private final CountDownLatch hung = new CountDownLatch(1);
    private final CompletableFuture<Void> known = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> knowledge = known;
    private Consumer<PlayedBroker> played = broker -> {};

    @SuppressWarnings("NullAway.Init") // each test starts it
    private IncidentIntake intake;

    @AfterEach
    void stop() {
        hung.countDown();
        intake.stop();
    }

    @Test
    void aBrokerThatIsAwayKeepsNoWorkerFromStoppingInItsTime() {
        start(Duration.ofMillis(100), incident -> {});
        deliver(0);
        await().until(() -> handled.size() == 1);
        consumers.getFirst().away = true;
        deliver(1);
        await().until(() -> handled.size() == 2);

        intake.stop();

        assertThat(consumers).singleElement().satisfies(consumer -> {
            assertThat(consumer.waited).containsExactly(Duration.ofSeconds(2));
            assertThat(consumer.closedWithin).isEqualTo(Optional.of(Duration.ofSeconds(2)));
        });
        assertThat(intake.isRunning()).isFalse();
    }

    @Test
    void whatIsCommittedInPassingIsNotWaitedFor() {
        start(Duration.ZERO, incident -> {});
        deliver(0);

        await().until(() -> consumers.getFirst().committedInPassing.contains(1L));

        assertThat(consumers.getFirst().waited).isEmpty();
    }

    @Test
    void aRecordThatIsStuckIsInHealthAndRestartsNobody() {
        start(Duration.ZERO, incident -> hung.await());
        deliver(7);

        await().untilAsserted(() -> {
            assertThat(intake.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(intake.health().getDetails())
                    .containsEntry("partition", "incident-declared-0")
                    .containsEntry("oldestOffset", 7L)
                    .containsKey("ageSeconds");
        });
        assertThat(intake.threadFailure()).isEmpty();
    }

    @Test
    void aPartitionWhoseRestoreNeverEndsIsInHealth() {
        knowledge = new CompletableFuture<>();
        start(Duration.ZERO, incident -> {});

        await().untilAsserted(() -> assertThat(intake.health().getDetails())
                .containsEntry("partition", "incident-declared-0")
                .hasEntrySatisfying(
                        "waitsFor", words -> assertThat(words).asString().contains("must be known")));
        assertThat(intake.health().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void anErrorInTheConsumersThreadStartsItAgain() {
        played = broker -> {
            if (consumers.size() == 1) {
                throw new StackOverflowError("not an exception");
            }
        };
        start(Duration.ZERO, incident -> {});
        await().until(() -> consumers.size() == 2);

        consumers.getLast().deliver(0);

        await().until(() -> handled.size() == 1);
        assertThat(intake.threadRestarts()).isEqualTo(1);
        assertThat(intake.threadFailure()).isEmpty();
    }

    /** A static member that comes back too early is refused so under KIP-848. */
    static List<KafkaException> losses() {
        return List.of(
                new KafkaException("lost"),
                new UnreleasedInstanceIdException("its session has not ended"),
                new FencedInstanceIdException("another has its id"));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void anIntakeThatLostItsConsumerBeginsAgainWithANewOneAndIsAlive(KafkaException loss) {
        played = broker -> {
            if (consumers.size() == 1) {
                broker.setPollException(loss);
            }
        };
        start(Duration.ZERO, incident -> {});
        await().until(() -> consumers.size() == 2);

        consumers.getLast().deliver(0);

        await().until(() -> handled.size() == 1);
        assertThat(intake.threadFailure()).isEmpty();
    }

    @Test
    void whenPartitionsAreAddedItBeginsAgainWithTheirNumber() {
        start(Duration.ZERO, incident -> {});
        deliver(0);
        await().until(() -> handled.size() == 1);

        consumers.getFirst().partitions(2);

        await().until(() -> consumers.size() == 2);
        await().until(() -> consumers.getFirst().closed());
    }

    @Test
    void aPartitionThatTheClientIsLettingGoIsNotAskedForAnything() {
        played = broker -> broker.leaving = Optional.of(new TopicPartition(TOPIC, 1));
        start(Duration.ZERO, incident -> {});

        deliver(0);
        await().until(() -> handled.size() == 1);
        deliver(1);
        await().until(() -> handled.size() == 2);

        assertThat(consumers).as("the first one is not lost by it").hasSize(1);
    }

    private interface Work {
        void open(Incident incident) throws InterruptedException;
    }

    private void start(Duration grace, Work handler) {
        var declared = IncidentDeclaration.of("acme", "INC-1", "down", Severity.P1, Instant.EPOCH)
                .build();
        Deserializer<?> decoder = (topic, value) -> declared;
        var producer = new TakingProducer(1_000);
        intake = new IncidentIntake(
                () -> {
                    var broker = new PlayedBroker();
                    consumers.add(broker);
                    played.accept(broker);
                    return broker;
                },
                decoder,
                producer.template(),
                "",
                known,
                new PartitionKnowledge() {
                    @Override
                    public CompletableFuture<Void> own(int partition) {
                        return knowledge;
                    }

                    @Override
                    public void disown(int partition) {}
                },
                declaration -> {
                    handler.open(declaration.incident());
                    handled.add(declaration.incident().incidentId());
                },
                new IntakeLimits(10, 10, Duration.ofNanos(1), grace));
        intake.start();
        await().dontCatchUncaughtExceptions().until(() -> !consumers.isEmpty());
    }

    private void deliver(long offset) {
        consumers.getLast().deliver(offset);
    }

    private static final class PlayedBroker extends MockConsumer<byte[], byte[]> {

        private final List<Duration> waited = new CopyOnWriteArrayList<>();
        private final List<Long> committedInPassing = new CopyOnWriteArrayList<>();
        private volatile Optional<Duration> closedWithin = Optional.empty();
        private volatile boolean away;

        /** Still named as assigned, and gone in the background already, as under KIP-848. */
        private volatile Optional<TopicPartition> leaving = Optional.empty();

        PlayedBroker() {
            super("earliest");
            partitions(1);
            updateBeginningOffsets(Map.of(ONLY, 0L));
            schedulePollTask(() -> {
                // As a group does: the listener is told in a poll.
                rebalance(List.of(ONLY));
            });
        }

        void partitions(int number) {
            updatePartitions(
                    TOPIC,
                    IntStream.range(0, number)
                            .mapToObj(partition -> new PartitionInfo(TOPIC, partition, null, null, null))
                            .toList());
        }

        /** Takes a while, as a poll does. */
        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            LockSupport.parkNanos(1_000_000);
            return super.poll(timeout);
        }

        @Override
        public synchronized Set<TopicPartition> assignment() {
            return Stream.concat(super.assignment().stream(), leaving.stream()).collect(Collectors.toSet());
        }

        @Override
        public synchronized OptionalLong currentLag(TopicPartition partition) {
            if (leaving.filter(partition::equals).isPresent()) {
                throw new IllegalStateException("No current assignment for partition " + partition);
            }
            return super.currentLag(partition);
        }

        void deliver(long offset) {
            schedulePollTask(() -> addRecord(new ConsumerRecord<>(TOPIC, 0, offset, null, new byte[1])));
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (!away) {
                offsets.values().forEach(offset -> committedInPassing.add(offset.offset()));
                super.commitAsync(offsets, callback);
            }
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            waited.add(timeout);
            if (away) {
                throw new TimeoutException("away");
            }
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
            throw new AssertionError("waits for a minute when the broker is away");
        }

        @Override
        public void close(CloseOptions options) {
            closedWithin = options.timeout();
            super.close(options);
        }
    }
}
