package io.warroom.worker.intake;

import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Puts records that nobody can read or accept on incident-rejected: the bytes as received, the reason in the headers. What is too
 * large even for that topic (a record that came compressed; a topic with an older, smaller limit) is cut, and loses its own headers.
 */
final class Rejections {

    private static final Logger log = LoggerFactory.getLogger(Rejections.class);

    /** Together, with our headers, below the 1 MiB that a broker takes without being told. */
    private static final int CUT_VALUE = 512 * 1_024;

    private static final int CUT_KEY = 64 * 1_024;

    private final KafkaOperations<byte[], byte[]> kafka;
    private final String topic;

    Rejections(KafkaOperations<byte[], byte[]> kafka, String topicPrefix) {
        this.kafka = kafka;
        this.topic = Topic.INCIDENT_REJECTED.name(topicPrefix);
    }

    /**
     * Returns when the broker has it.
     *
     * @throws RuntimeException when that is not so
     */
    void reject(ConsumerRecord<byte[], byte[]> record, Reception.Rejected why) {
        try {
            kafka.send(whole(record, why)).join();
        } catch (RuntimeException e) {
            if (!Causes.tooLarge(e)) {
                throw e;
            }
            kafka.send(cut(record, why)).join();
        }
        var line = log.atWarn();
        if (why.subject().tenantId() != null) {
            line = line.addKeyValue("tenant", why.subject().tenantId());
        }
        if (why.subject().incidentId() != null) {
            line = line.addKeyValue("incidentId", why.subject().incidentId());
        }
        line.addKeyValue("reason", why.words())
                .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .addKeyValue("errorCode", why.reason())
                .log("A record was rejected");
    }

    private ProducerRecord<byte[], byte[]> whole(ConsumerRecord<byte[], byte[]> record, Reception.Rejected why) {
        var rejected = new ProducerRecord<byte[], byte[]>(topic, record.partition(), record.key(), record.value());
        record.headers().forEach(rejected.headers()::add);
        return described(rejected, record, why);
    }

    private ProducerRecord<byte[], byte[]> cut(ConsumerRecord<byte[], byte[]> record, Reception.Rejected why) {
        byte[] value = record.value();
        var rejected = new ProducerRecord<byte[], byte[]>(
                topic, record.partition(), first(record.key(), CUT_KEY), first(value, CUT_VALUE));
        header(rejected, "warroom-cut", Integer.toString(value == null ? 0 : value.length));
        return described(rejected, record, why);
    }

    private static byte @Nullable [] first(byte @Nullable [] bytes, int most) {
        return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
    }

    private static ProducerRecord<byte[], byte[]> described(
            ProducerRecord<byte[], byte[]> rejected, ConsumerRecord<byte[], byte[]> record, Reception.Rejected why) {
        header(rejected, "warroom-reason", why.reason().name());
        header(rejected, "warroom-detail", why.words());
        header(rejected, "warroom-step", step(why.reason()));
        var tenantId = why.subject().tenantId();
        if (tenantId != null) {
            header(rejected, "warroom-tenant", tenantId);
        }
        header(rejected, "warroom-topic", record.topic());
        header(rejected, "warroom-partition", Integer.toString(record.partition()));
        header(rejected, "warroom-offset", Long.toString(record.offset()));
        header(rejected, "warroom-timestamp", Long.toString(record.timestamp()));
        return rejected;
    }

    /** What was being done when it was rejected. */
    private static String step(Reception.Reason reason) {
        return switch (reason) {
            case NO_VALUE, NOT_AVRO, UNKNOWN_SCHEMA, WRONG_TYPE -> "DECODE";
            case KEY_MISMATCH, OUTSIDE_LIMITS -> "VALIDATE";
            case TOO_LARGE, ASTRAY -> "FORWARD";
            case WORKER_FAILED -> "PROCESS";
        };
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
