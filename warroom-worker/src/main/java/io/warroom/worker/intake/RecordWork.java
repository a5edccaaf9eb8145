package io.warroom.worker.intake;

import io.warroom.worker.intake.Reception.Reason;
import io.warroom.worker.opening.DisownedException;
import io.warroom.worker.opening.UnpublishableException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One record to its end: accepted and handled, sent home, or rejected. While the broker or the registry is away it is tried for
 * ever, because a record may neither be lost nor passed over. What fails for another reason fails for a reason of ours: it is
 * tried some times, ever more seldom, and then ends with a word for whoever looks after it.
 */
final class RecordWork {

    private static final Logger log = LoggerFactory.getLogger(RecordWork.class);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    /** What is away is back in no time: nobody should wait much longer than it was away. */
    private static final Duration LONGEST_FOR_OTHERS = Duration.ofSeconds(10);
    /** Each try may call the platform. */
    private static final Duration LONGEST_FOR_OURSELVES = Duration.ofMinutes(1);

    private static final int LOOKS_WHEN_DISOWNED = 10;
    /** Takes about four minutes. */
    private static final int MOST_FAILURES = 10;

    private static final String GIVEN_UP =
            "Workers failed at it " + MOST_FAILURES + " times, and neither broker nor registry was away: ";

    private final Door door;
    private final Rejections rejections;
    private final Forwarding forwarding;
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    RecordWork(Door door, Rejections rejections, Forwarding forwarding) {
        this.door = door;
        this.rejections = rejections;
        this.forwarding = forwarding;
    }

    private interface Step {
        void take() throws InterruptedException;
    }

    private sealed interface Ending {
        record Done() implements Ending {}

        /** The worker stopped, or the partition is another worker's. */
        record Left() implements Ending {}

        record Failed(Throwable why) implements Ending {}
    }

    /** The record's turn to be read; called by the consumer's thread. */
    Turns.Turn queue(ConsumerRecord<byte[], byte[]> record) {
        return door.queue(record);
    }

    /**
     * Blocks until the record is done.
     *
     * @param turn to be read; closed by this
     * @return false when the worker stopped first: the record is not done
     */
    boolean toItsEnd(ConsumerRecord<byte[], byte[]> record, Turns.Turn turn, Place place) {
        try {
            return switch (receive(record, turn, place)) {
                case Reception.NotReadableNow stopped -> false;
                case Reception.Rejected rejected -> reject(record, rejected, place);
                case Reception.Accepted accepted -> {
                    try (var its = accepted.turn()) {
                        yield !await(its, place) || settle(record, accepted, place);
                    }
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Reception receive(ConsumerRecord<byte[], byte[]> record, Turns.Turn turn, Place place)
            throws InterruptedException {
        try (turn) {
            var _ = await(turn, place);
            int failures = 0;
            int own = 0;
            while (true) {
                Reception reception;
                try {
                    reception = door.receive(record);
                } catch (RuntimeException | Error e) {
                    reception = unread(record, e, ++own, place);
                }
                if (!(reception instanceof Reception.NotReadableNow(var cause))) {
                    return reception;
                }
                if (own == 0) {
                    trouble(record, "The schema registry does not answer; the record waits for it", cause);
                    place.pause(backOff(++failures, LONGEST_FOR_OTHERS));
                }
                if (!place.goesOn()) {
                    return reception;
                }
            }
        }
    }

    /** A record that cannot be read for a reason of this worker is read again a bounded number of times. */
    private Reception unread(ConsumerRecord<byte[], byte[]> record, Throwable failure, int failures, Place place)
            throws InterruptedException {
        trouble(record, "A record could not be read", failure);
        if (failures >= MOST_FAILURES) {
            return new Reception.Rejected(
                    Reason.WORKER_FAILED, GIVEN_UP + failure.getClass().getSimpleName() + ".");
        }
        place.pause(backOff(failures, LONGEST_FOR_OURSELVES));
        return new Reception.NotReadableNow(failure);
    }

    /** Whoever waits for another record needs no place meanwhile: many of one incident would take a stranger's. */
    private static boolean await(Turns.Turn turn, Place place) throws InterruptedException {
        if (turn.isNext()) {
            return true;
        }
        place.lend();
        try {
            return turn.await();
        } finally {
            place.takeBack();
        }
    }

    private boolean settle(ConsumerRecord<byte[], byte[]> record, Reception.Accepted accepted, Place place)
            throws InterruptedException {
        var ending = attempt(record, place, MOST_FAILURES, () -> bringHome(record, accepted, place));
        if (ending instanceof Ending.Failed(var why)) {
            String words = GIVEN_UP + why.getClass().getSimpleName() + ".";
            var rejected = new Reception.Rejected(
                    Reason.WORKER_FAILED, words, new Reception.Subject(accepted.tenantId(), null, null));
            ending = attempt(record, place, 1, () -> {
                if (!accepted.handling().giveUp(words)) {
                    rejections.reject(record, rejected);
                }
            });
            if (ending instanceof Ending.Failed) {
                return reject(record, rejected, place);
            }
        }
        return ending instanceof Ending.Done;
    }

    private void bringHome(ConsumerRecord<byte[], byte[]> record, Reception.Accepted accepted, Place place)
            throws InterruptedException {
        switch (Forwarding.wayOf(record, accepted.tenantId(), place.partitions())) {
            case Forwarding.Way.AtHome() -> accepted.handling().run();
            case Forwarding.Way.Stray(int home) -> {
                accepted.handling().awaitLeave();
                forwarding.sendHome(record, accepted.tenantId(), home).ifPresent(why -> rejections.reject(record, why));
            }
            case Forwarding.Way.Astray(var why) -> rejections.reject(record, why);
        }
    }

    /** An incident that the record names, in its tenant's partition, ends with it. */
    private boolean reject(ConsumerRecord<byte[], byte[]> record, Reception.Rejected why, Place place)
            throws InterruptedException {
        var subject = why.subject();
        var handling = subject.handling();
        if (handling != null
                && subject.tenantId() != null
                && Forwarding.wayOf(record, subject.tenantId(), place.partitions()) instanceof Forwarding.Way.AtHome) {
            var ending = attempt(record, place, MOST_FAILURES, () -> handling.publishRejection(why.words()));
            if (ending instanceof Ending.Left) {
                return false;
            }
        }
        return attempt(record, place, Integer.MAX_VALUE, () -> rejections.reject(record, why)) instanceof Ending.Done;
    }

    /** @param mostFailures that are our own */
    private Ending attempt(ConsumerRecord<byte[], byte[]> record, Place place, int mostFailures, Step step)
            throws InterruptedException {
        int disowned = 0;
        int away = 0;
        int own = 0;
        while (place.goesOn()) {
            try {
                step.take();
                return new Ending.Done();
            } catch (DisownedException e) {
                // Lost for a moment, or for good: by then the consumer has dropped the assignment that this is of.
                if (++disowned == LOOKS_WHEN_DISOWNED) {
                    return new Ending.Left();
                }
                log.debug("A record's partition is another worker's now", e);
                place.pause(AFTER_TROUBLE);
            } catch (RuntimeException | Error e) {
                trouble(record, "A record could not be brought to its end", e);
                if (Causes.passes(e)) {
                    place.pause(backOff(++away, LONGEST_FOR_OTHERS));
                } else if (e instanceof UnpublishableException || ++own >= mostFailures) {
                    return new Ending.Failed(e);
                } else {
                    place.pause(backOff(own, LONGEST_FOR_OURSELVES));
                }
            }
        }
        return new Ending.Left();
    }

    /** Doubles from {@link #AFTER_TROUBLE}; up to half less, so that records that failed together do not come back together. */
    private Duration backOff(int failures, Duration longest) {
        var doubled = AFTER_TROUBLE.multipliedBy(1L << Math.min(failures - 1, 10));
        long most = (doubled.compareTo(longest) < 0 ? doubled : longest).toMillis();
        return Duration.ofMillis(random.nextLong(most / 2, most + 1));
    }

    private static void trouble(ConsumerRecord<byte[], byte[]> record, String what, Throwable cause) {
        log.atError()
                .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .setCause(cause)
                .log(what);
    }
}
