package io.warroom.worker.intake;

import io.warroom.worker.opening.DisownedException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One record to its end: accepted and opened, or rejected. Trouble of ours (registry or broker away, a bug) is tried again
 * for ever, because a record may neither be lost nor passed over.
 */
final class RecordWork {

    private static final Logger log = LoggerFactory.getLogger(RecordWork.class);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final int LOOKS_WHEN_DISOWNED = 10;

    private final Door door;
    private final Rejections rejections;
    private final Forwarding forwarding;

    RecordWork(Door door, Rejections rejections, Forwarding forwarding) {
        this.door = door;
        this.rejections = rejections;
        this.forwarding = forwarding;
    }

    /** The record's turn to be read; called by the consumer's thread. */
    Turns.Turn queue(ConsumerRecord<byte[], byte[]> record) {
        return door.queue(record);
    }

    /**
     * Blocks until the record is done.
     *
     * @param turn to be read; closed by this
     * @param partitions of its topic
     * @return false when the worker stopped first: the record is not done
     */
    boolean toItsEnd(ConsumerRecord<byte[], byte[]> record, Turns.Turn turn, int partitions, BooleanSupplier running) {
        try {
            return switch (receive(record, turn, running)) {
                case Reception.NotReadableNow stopped -> false;
                case Reception.Rejected rejected -> done(record, running, () -> rejections.reject(record, rejected));
                case Reception.Accepted(var tenantId, var handling) -> {
                    try (handling) {
                        handling.await();
                        yield done(record, running, () -> {
                            if (!forwarding.sentHome(record, tenantId, partitions)) {
                                handling.run();
                            }
                        });
                    }
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Reception receive(ConsumerRecord<byte[], byte[]> record, Turns.Turn turn, BooleanSupplier running)
            throws InterruptedException {
        try (turn) {
            turn.await();
            while (true) {
                var reception = door.receive(record);
                if (!(reception instanceof Reception.NotReadableNow(var cause))) {
                    return reception;
                }
                trouble(record, "The schema registry does not answer; the record waits for it", cause);
                Thread.sleep(AFTER_TROUBLE);
                if (!running.getAsBoolean()) {
                    return reception;
                }
            }
        }
    }

    private static boolean done(
            ConsumerRecord<byte[], byte[]> record, BooleanSupplier running, Reception.Handling handling)
            throws InterruptedException {
        int disowned = 0;
        while (running.getAsBoolean()) {
            try {
                handling.run();
                return true;
            } catch (DisownedException e) {
                // Lost for a moment, or for good: by then the consumer has dropped the assignment that this is of.
                if (++disowned == LOOKS_WHEN_DISOWNED) {
                    return false;
                }
                log.debug("A record's partition is another worker's now", e);
                Thread.sleep(AFTER_TROUBLE);
            } catch (RuntimeException e) {
                trouble(record, "An incident could not be brought to its end; trying again", e);
                Thread.sleep(AFTER_TROUBLE);
            }
        }
        return false;
    }

    private static void trouble(ConsumerRecord<byte[], byte[]> record, String what, RuntimeException cause) {
        log.atError()
                .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .setCause(cause)
                .log(what);
    }
}
