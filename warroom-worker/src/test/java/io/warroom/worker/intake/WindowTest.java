package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.topic.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records whose value is the name of their incident; the work of an incident that is held waits until it is let go. */
@Timeout(60)
class WindowTest {

    private static final int PLACES = 10;
    private static final TopicPartition ONE = new TopicPartition("t", 0);
    private static final TopicPartition OTHER = new TopicPartition("t", 1);

    private final Turns<String> turns = new Turns<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> ended = new ConcurrentLinkedQueue<>();
    private final TakingProducer broker = new TakingProducer(1_000);
    private final Window window = new Window(
            new RecordWork(new HoldingDoor(), new Rejections(broker.template(), ""), new Forwarding(broker.template())),
            new IntakeLimits(100, PLACES, Duration.ofMinutes(1), Duration.ofSeconds(1)),
            System::nanoTime);

    @BeforeEach
    void haveTwoPartitions() {
        window.partitions(2);
        window.add(ONE, new OffsetTracker());
        window.add(OTHER, new OffsetTracker());
    }

    @AfterEach
    void stop() {
        window.stop();
        window.abandon();
    }

    @Test
    void manyRecordsOfOneIncidentTakeOnePlaceAndStrangersBehindThemGoOn() {
        hold("hot");
        for (int offset = 0; offset < 3 * PLACES; offset++) {
            add(ONE, offset, "hot");
        }
        add(ONE, 3 * PLACES, "stranger");

        await().pollInSameThread().untilAsserted(() -> {
            window.turn();
            assertThat(ended).containsExactly("stranger@30");
            assertThat(window.inFlight()).isEqualTo(3 * PLACES);
        });
        letGo("hot");
        await().pollInSameThread().until(() -> {
            window.turn();
            return window.inFlight() == 0;
        });
        assertThat(Objects.requireNonNull(window.toCommit().get(ONE)).commit())
                .isEqualTo(new OffsetTracker.Commit(3 * PLACES + 1, ""));
    }

    @Test
    void howManyMayWaitForOthersIsBoundedToo() {
        hold("hot");
        for (int offset = 0; offset < 20 * PLACES; offset++) {
            add(ONE, offset, "hot");
        }
        add(OTHER, 0, "stranger");

        await().pollInSameThread().until(() -> {
            window.turn();
            return window.inFlight() > 4 * PLACES;
        });
        awaitEnded("stranger@0");
        assertThat(window.hasBacklog()).isTrue();
        // Whoever starts holds a place until it says that it waits.
        assertThat(window.inFlight()).isLessThanOrEqualTo(5 * PLACES);
        letGo("hot");
    }

    @Test
    void whilePartitionsLeaveTheRecordsOfThoseThatStayAreStarted() {
        hold("leaving");
        add(ONE, 0, "leaving");
        for (int offset = 0; offset < PLACES; offset++) {
            hold("full " + offset);
            add(OTHER, offset, "full " + offset);
        }
        window.turn();
        add(ONE, 1, "left behind");
        add(OTHER, PLACES, "lets leaving go");
        held.forEach((incident, latch) -> {
            if (incident.startsWith("full")) {
                latch.countDown();
            }
        });

        window.finish(Set.of(ONE), Duration.ofSeconds(50));

        assertThat(ended).contains("lets leaving go@10", "leaving@0").doesNotContain("left behind@1");
    }

    @Test
    void offsetsThatGoBackAreOtherRecordsAndNoneOfThemIsTakenForDone() {
        var before = new OffsetTracker();
        before.received(0, 0);
        before.received(3, 0);
        before.done(3);
        var restored = new OffsetTracker();
        restored.restore(1_000, before.toCommit().orElseThrow().metadata());
        window.add(ONE, restored);

        // When the topic was made anew: also what stands where something was done before
        for (long offset : new long[] {0, 1, 1_003}) {
            add(ONE, offset, "new");
        }

        awaitEnded("new@0", "new@1", "new@1003");
        assertThat(Objects.requireNonNull(window.toCommit().get(ONE)).commit())
                .isEqualTo(new OffsetTracker.Commit(1_004, ""));
    }

    @Test
    void whatHoldsAPartitionBackIsKnownInWorkOrWaiting() {
        for (int offset = 5; offset <= 5 + PLACES; offset++) {
            hold("slow " + offset);
            add(ONE, offset, "slow " + offset);
        }

        window.turn();

        assertThat(window.delays())
                .extracting(delay -> delay.awaited() + " " + delay.offset().orElseThrow())
                .containsExactly("a record's end 5", "a place in the window 15");
        held.values().forEach(CountDownLatch::countDown);
    }

    private void add(TopicPartition partition, long offset, String incident) {
        window.add(new ConsumerRecord<>(
                partition.topic(), partition.partition(), offset, null, incident.getBytes(StandardCharsets.UTF_8)));
    }

    private void hold(String incident) {
        held.put(incident, new CountDownLatch(1));
    }

    private void letGo(String incident) {
        Objects.requireNonNull(held.get(incident)).countDown();
    }

    private void awaitEnded(String... records) {
        await().pollInSameThread().untilAsserted(() -> {
            window.turn();
            assertThat(ended).contains(records);
            assertThat(window.inFlight()).isLessThanOrEqualTo(held.isEmpty() ? 0 : Integer.MAX_VALUE);
        });
    }

    private static String tenantOf(int partition) {
        return Stream.iterate(0, number -> number + 1)
                .map(number -> "tenant-" + number)
                .filter(tenant -> TenantPartitioner.partitionOf(tenant, 2) == partition)
                .findFirst()
                .orElseThrow();
    }

    private final class HoldingDoor implements Door {

        @Override
        public Turns.Turn queue(ConsumerRecord<byte[], byte[]> record) {
            return Turns.Turn.free();
        }

        @Override
        public Reception receive(ConsumerRecord<byte[], byte[]> record) {
            String incident = new String(record.value(), StandardCharsets.UTF_8);
            var turn = turns.queue(record.partition() + incident);
            return new Reception.Accepted(tenantOf(record.partition()), turn, () -> {
                var latch = held.get(incident);
                if (latch != null) {
                    latch.await();
                }
                ended.add(incident + "@" + record.offset());
                if (incident.equals("lets leaving go")) {
                    letGo("leaving");
                }
            });
        }
    }
}
