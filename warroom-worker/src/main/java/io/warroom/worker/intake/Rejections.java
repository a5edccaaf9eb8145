package io.warroom.worker.intake;

import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/** Puts records that nobody can read or accept on incident-rejected: the bytes as received, the reason in the headers. */
final class Rejections {

    private static final Logger log = LoggerFactory.getLogger(Rejections.class);

    private final KafkaOperations<byte[], byte[]> kafka;
    private final String topic;

    Rejections(KafkaOperations<byte[], byte[]> kafka, String topicPrefix) {
        this.kafka = kafka;
        this.topic = Topic.INCIDENT_REJECTED.name(topicPrefix);
    }

    /** Returns when the broker has it. */
    void reject(ConsumerRecord<byte[], byte[]> record, Reception.Rejected why) {
        var rejected = new ProducerRecord<byte[], byte[]>(topic, record.partition(), record.key(), record.value());
        record.headers().forEach(rejected.headers()::add);
        header(rejected, "warroom-reason", why.reason().name());
        header(rejected, "warroom-detail", why.words());
        header(rejected, "warroom-topic", record.topic());
        header(rejected, "warroom-partition", Integer.toString(record.partition()));
        header(rejected, "warroom-offset", Long.toString(record.offset()));
        header(rejected, "warroom-timestamp", Long.toString(record.timestamp()));
        kafka.send(rejected).join();
        log.atWarn()
                .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .addKeyValue("errorCode", why.reason())
                .log("A record was rejected");
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
