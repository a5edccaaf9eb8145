package io.warroom.worker.intake;

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

    private final IncidentDecoder decoder;
    private final Rejections rejections;
    private final Forwarding forwarding;
    private final IncidentHandler handler;

    RecordWork(IncidentDecoder decoder, Rejections rejections, Forwarding forwarding, IncidentHandler handler) {
        this.decoder = decoder;
        this.rejections = rejections;
        this.forwarding = forwarding;
        this.handler = handler;
    }

    /**
     * Blocks until the record is done.
     *
     * @param partitions of its topic
     * @return false when the worker stopped first: the record is not done
     */
    boolean toItsEnd(ConsumerRecord<byte[], byte[]> record, int partitions, BooleanSupplier running) {
        try {
            while (running.getAsBoolean()) {
                if (tryOnce(record, partitions)) {
                    return true;
                }
                Thread.sleep(AFTER_TROUBLE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private boolean tryOnce(ConsumerRecord<byte[], byte[]> record, int partitions) throws InterruptedException {
        try {
            switch (decoder.receive(record)) {
                case Reception.Accepted(var incident) -> {
                    if (!forwarding.sentHome(record, incident.tenantId(), partitions)) {
                        handler.open(incident);
                    }
                }
                case Reception.Rejected rejected -> rejections.reject(record, rejected);
                case Reception.NotReadableNow(var cause) -> {
                    trouble(record, "The schema registry does not answer; the record waits for it", cause);
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            trouble(record, "An incident could not be brought to its end; trying again", e);
            return false;
        }
    }

    private static void trouble(ConsumerRecord<byte[], byte[]> record, String what, RuntimeException cause) {
        log.atError()
                .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .setCause(cause)
                .log(what);
    }
}
