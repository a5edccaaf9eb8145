package io.warroom.worker.contract;

import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** CloudEvents 1.0 in Kafka headers (binary mode), as every record of ours carries them. */
public final class CloudEvent {

    private CloudEvent() {}

    /** @param id the same for every repeat of the event */
    public static void describe(ProducerRecord<?, ?> record, Topic topic, String id, Instant at) {
        header(record, "ce_id", id);
        header(record, "ce_type", "io.warroom." + topic.name(""));
        header(record, "ce_source", "/warroom/worker");
        header(record, "ce_specversion", "1.0");
        header(record, "ce_time", at.toString());
        header(record, "content-type", "application/avro");
    }

    private static void header(ProducerRecord<?, ?> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
