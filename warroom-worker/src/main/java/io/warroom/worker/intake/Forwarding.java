package io.warroom.worker.intake;

import io.warroom.topic.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Sends strays home: other clients hash otherwise than Java's (librdkafka: CRC32 unless told), and a tenant's incidents must
 * be in the tenant's partition, where its rooms and parked incidents are. Once only: what was forwarded is treated where it is.
 */
final class Forwarding {

    private static final Logger log = LoggerFactory.getLogger(Forwarding.class);
    private static final String MARK = "warroom-forwarded-from";

    private final KafkaOperations<byte[], byte[]> kafka;

    Forwarding(KafkaOperations<byte[], byte[]> kafka) {
        this.kafka = kafka;
    }

    /**
     * Whether the record is elsewhere than its tenant's partition and was not forwarded yet; if so it is home, with its bytes
     * and headers, when this returns.
     *
     * @param partitions of the topic
     */
    boolean sentHome(ConsumerRecord<byte[], byte[]> record, String tenantId, int partitions) {
        int home = TenantPartitioner.partitionOf(tenantId, partitions);
        if (record.partition() == home || record.headers().lastHeader(MARK) != null) {
            return false;
        }
        var forwarded = new ProducerRecord<byte[], byte[]>(
                record.topic(), home, tenantId.getBytes(StandardCharsets.UTF_8), record.value());
        record.headers().forEach(forwarded.headers()::add);
        String from = record.partition() + "@" + record.offset();
        forwarded.headers().add(MARK, from.getBytes(StandardCharsets.UTF_8));
        kafka.send(forwarded).join();
        log.atInfo()
                .addKeyValue("tenant", tenantId)
                .addKeyValue("record", record.topic() + "-" + from)
                .log("An incident came in another partition than its tenant's and was sent home");
        return true;
    }
}
