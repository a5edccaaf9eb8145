package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.topic.TenantPartitioner;
import io.warroom.worker.opening.DisownedException;
import io.warroom.worker.opening.UnpublishableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecordWorkTest {

    private static final int HOME = TenantPartitioner.partitionOf("acme", 3);

    private final TakingProducer broker = new TakingProducer(1_000);
    private final RememberingPlace place = new RememberingPlace();
    private final ScriptedDoor door = new ScriptedDoor();
    private final RecordWork work =
            new RecordWork(door, new Rejections(broker.template(), ""), new Forwarding(broker.template()));

    @Test
    void whatFailsForAReasonOfOursIsTriedMoreAndMoreSeldomAndEndsWithAWordOfItsOwn() {
        door.failures = 1_000;
        door.failure = new IllegalStateException("a bug");
        door.endsInAResult = true;

        assertThat(toItsEnd(HOME)).isTrue();

        assertThat(door.runs).isEqualTo(10);
        assertThat(door.givenUp).singleElement().asString().contains("IllegalStateException");
        assertThat(broker.history()).isEmpty();
        assertThat(place.pauses).hasSize(9);
        assertThat(place.pauses.getFirst()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(place.pauses.getLast()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    }

    @Test
    void whatHasNoResultOfItsOwnIsRejected() {
        door.failures = 1_000;
        door.failure = new IllegalStateException("a bug");

        assertThat(toItsEnd(HOME)).isTrue();

        assertThat(reasons()).containsExactly("WORKER_FAILED");
    }

    @Test
    void aResultThatCannotBeWrittenEitherIsARejection() {
        door.failures = 1_000;
        door.failure = new IllegalStateException("a result too large", new RecordTooLargeException("5 MiB"));
        door.givingUpFails = true;

        assertThat(toItsEnd(HOME)).isTrue();

        assertThat(door.runs).isEqualTo(10);
        assertThat(reasons()).containsExactly("WORKER_FAILED");
    }

    @Test
    void aRecordWhoseThreadDiesByAnErrorIsTriedAgain() {
        door.failuresOfReading = 2;
        door.failures = 3;
        door.failure = new StackOverflowError();

        assertThat(toItsEnd(HOME)).isTrue();

        assertThat(door.runs).isEqualTo(4);
        assertThat(door.givenUp).isEmpty();
        assertThat(broker.history()).isEmpty();
    }

    @Test
    void aRecordThatAlwaysDiesByAnErrorIsRejected() {
        door.failure = new NoClassDefFoundError("Missing");
        door.failures = 1_000;
        assertThat(toItsEnd(HOME)).isTrue();

        door.failuresOfReading = 1_000;
        assertThat(toItsEnd(HOME)).isTrue();

        assertThat(door.runs).isEqualTo(10);
        assertThat(reasons()).containsExactly("WORKER_FAILED", "WORKER_FAILED");
        assertThat(place.pauses).hasSize(9 + 9);
    }

    @Test
    void whatCanNeverBePublishedIsNotTriedAgain() {
        door.failures = 1_000;
        door.failure = new UnpublishableException("too large", new RecordTooLargeException("5 MiB"));
        door.endsInAResult = true;

        assertThat(toItsEnd(HOME)).isTrue();

        assertThat(door.runs).isEqualTo(1);
        assertThat(door.givenUp).hasSize(1);
    }

    @Test
    void aBrokerOrRegistryThatIsAwayIsWaitedForHoweverLong() {
        for (var away : List.of(
                new IllegalStateException("publishing", new TimeoutException("broker")),
                new SerializationException("encoding", new java.net.ConnectException("registry")))) {
            door.failures = 200;
            door.runs = 0;
            door.failure = away;
            place.pauses.clear();

            assertThat(toItsEnd(HOME)).isTrue();

            assertThat(door.runs).isEqualTo(201);
            assertThat(place.pauses).allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(10)));
        }
        assertThat(door.givenUp).isEmpty();
        assertThat(broker.history()).isEmpty();
    }

    @Test
    void aRecordWhosePartitionIsAnotherWorkersIsLeftOpen() {
        door.failures = 1_000;
        door.failure = new DisownedException("another's");

        assertThat(toItsEnd(HOME)).isFalse();

        assertThat(door.runs).isEqualTo(10);
        assertThat(broker.history()).isEmpty();
    }

    @Test
    void aStrayIsSentHomeAfterWhatItWaitsForAndNotHandledHere() {
        assertThat(toItsEnd((HOME + 1) % 3)).isTrue();

        assertThat(door.left).isEqualTo(1);
        assertThat(door.runs).isZero();
        assertThat(broker.history())
                .singleElement()
                .satisfies(sent -> assertThat(sent.partition()).isEqualTo(HOME));
    }

    @Test
    void aStrayThatDoesNotFitAtHomeIsRejected() {
        broker.failWith(new RecordTooLargeException("1 MiB"));

        assertThat(toItsEnd((HOME + 1) % 3)).isTrue();

        assertThat(reasons()).containsExactly("TOO_LARGE");
    }

    @Test
    void whileTheRegistryIsAwayARecordWaitsAndAWorkerThatStopsLeavesIt() {
        door.unreadable = 5;
        place.stopAfterPauses = 3;

        assertThat(toItsEnd(HOME)).isFalse();

        assertThat(place.pauses).hasSize(3);
        assertThat(door.runs).isZero();
    }

    @Test
    void whoeverWaitsForAnotherRecordLendsItsPlaceMeanwhile() throws Exception {
        var first = door.turns.queue("acme/INC-1");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var second = executor.submit(() -> toItsEnd(HOME));
            place.lent.await();
            assertThat(door.runs).isZero();
            first.close();
            assertThat(second.get()).isTrue();
        }

        assertThat(place.takenBack).isEqualTo(1);
        assertThat(door.runs).isEqualTo(1);
        assertThat(door.turns.size()).isZero();
    }

    private boolean toItsEnd(int partition) {
        var record = new ConsumerRecord<byte[], byte[]>("incident-declared", partition, 7, null, new byte[10]);
        return work.toItsEnd(record, work.queue(record), place);
    }

    private List<String> reasons() {
        return broker.history().stream()
                .flatMap(record -> broker.headers(record, "warroom-reason").stream())
                .toList();
    }

    private static final class ScriptedDoor implements Door {

        private final Turns<String> turns = new Turns<>();
        private final List<String> givenUp = new ArrayList<>();
        private int unreadable;
        private int failuresOfReading;
        private int failures;
        private Throwable failure = new IllegalStateException("not set");
        private boolean endsInAResult;
        private boolean givingUpFails;
        private int runs;
        private int left;

        private void fail() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public Turns.Turn queue(ConsumerRecord<byte[], byte[]> record) {
            return Turns.Turn.free();
        }

        @Override
        public Reception receive(ConsumerRecord<byte[], byte[]> record) {
            if (failuresOfReading-- > 0) {
                fail();
            }
            if (unreadable-- > 0) {
                return new Reception.NotReadableNow(new TimeoutException("the registry"));
            }
            return new Reception.Accepted("acme", turns.queue("acme/INC-1"), new Reception.Handling() {
                @Override
                public void run() {
                    if (++runs <= failures) {
                        fail();
                    }
                }

                @Override
                public void awaitLeave() {
                    left++;
                }

                @Override
                public boolean giveUp(String words) {
                    if (givingUpFails) {
                        fail();
                    }
                    givenUp.add(words);
                    return endsInAResult;
                }
            });
        }
    }
}
