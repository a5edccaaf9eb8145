package io.warroom.worker.intake;

import io.warroom.topic.TenantPartitioner;
import io.warroom.worker.intake.Reception.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Sends strays home: other clients hash otherwise than Java's (librdkafka: CRC32 unless told), and a tenant's incidents must
 * be in the tenant's partition, where its rooms and parked incidents are. Each way leaves a mark; a record that was sent home
 * and is elsewhere again (partitions were added, somebody copied it) is sent again, but not for ever.
 */
final class Forwarding {

    private static final Logger log = LoggerFactory.getLogger(Forwarding.class);
    private static final String MARK = "warroom-forwarded-from";
    private static final int MOST_WAYS = 3;

    /** Where a record belongs. */
    sealed interface Way {
        /** It is where it belongs. */
        record AtHome() implements Way {}

        /** It belongs to this partition. */
        record Stray(int home) implements Way {}

        /** It was sent home so often that once more will not help. */
        record Astray(Reception.Rejected why) implements Way {}
    }

    private final KafkaOperations<byte[], byte[]> kafka;

    Forwarding(KafkaOperations<byte[], byte[]> kafka) {
        this.kafka = kafka;
    }

    /** @param partitions of the topic */
    static Way wayOf(ConsumerRecord<byte[], byte[]> record, String tenantId, int partitions) {
        int home = TenantPartitioner.partitionOf(tenantId, partitions);
        if (record.partition() == home) {
            return new Way.AtHome();
        }
        long ways = StreamSupport.stream(record.headers().headers(MARK).spliterator(), false)
                .count();
        return ways < MOST_WAYS
                ? new Way.Stray(home)
                : new Way.Astray(new Reception.Rejected(
                        Reason.ASTRAY,
                        "The record was sent to its tenant's partition " + ways + " times and is not there: partition "
                                + home + " of " + partitions
                                + ". Were partitions added? Writers and workers must agree on their number.",
                        new Reception.Subject(tenantId, null, null)));
    }

    /**
     * Sends it home with its bytes and headers; returns when it is there.
     *
     * @return why it cannot be there; empty when it is
     * @throws RuntimeException when the broker does not take it now
     */
    Optional<Reception.Rejected> sendHome(ConsumerRecord<byte[], byte[]> record, String tenantId, int home) {
        var forwarded = new ProducerRecord<byte[], byte[]>(
                record.topic(), home, tenantId.getBytes(StandardCharsets.UTF_8), record.value());
        record.headers().forEach(forwarded.headers()::add);
        String from = record.partition() + "@" + record.offset();
        forwarded.headers().add(MARK, from.getBytes(StandardCharsets.UTF_8));
        try {
            kafka.send(forwarded).join();
        } catch (RuntimeException e) {
            if (!Causes.tooLarge(e)) {
                throw e;
            }
            return Optional.of(new Reception.Rejected(
                    Reason.TOO_LARGE,
                    "The record is in another partition than its tenant's, and too large to be sent there (partition "
                            + home + "). Let its writer hash keys with murmur2, as Java clients do.",
                    new Reception.Subject(tenantId, null, null)));
        }
        log.atInfo()
                .addKeyValue("tenant", tenantId)
                .addKeyValue("record", record.topic() + "-" + from)
                .log("An incident came in another partition than its tenant's and was sent home");
        return Optional.empty();
    }
}
