package io.warroom.benchmarks.flow;

import io.warroom.event.EventClasses;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Platform;
import io.warroom.event.WarRoomOpened;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The least that goes from a record to a room to a result: poll, a virtual thread a record, three calls by Apache's client, one
 * record produced and waited for; positions committed with each poll, done or not. It promises nothing.
 */
final class BareLoop {

    private BareLoop() {}

    /** Brokers, registry, topic prefix, the platform's base URL, how many incidents, how many at once. */
    public static void main(String[] arguments) throws InterruptedException {
        EventClasses.trust();
        int incidents = Integer.parseInt(arguments[4]);
        int atOnce = Integer.parseInt(arguments[5]);
        var calls = new LarkCalls(new ApachePosts(arguments[3], atOnce));
        var count = new WarmOpenings(incidents);
        Thread.ofPlatform()
                .daemon()
                .start(() -> consume(arguments[0], arguments[1], arguments[2], atOnce, calls, count));
        count.await().tell();
        System.exit(0);
    }

    private static void consume(
            String brokers, String registry, String prefix, int atOnce, LarkCalls calls, WarmOpenings count) {
        var places = new Semaphore(atOnce);
        try (var consumer = new KafkaConsumer<byte[], IncidentDeclared>(Map.of(
                        "bootstrap.servers",
                        brokers,
                        "group.id",
                        "bare-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "key.deserializer",
                        "org.apache.kafka.common.serialization.ByteArrayDeserializer",
                        "value.deserializer",
                        "io.confluent.kafka.serializers.KafkaAvroDeserializer",
                        "schema.registry.url",
                        registry,
                        "specific.avro.reader",
                        true));
                var producer = new KafkaProducer<String, WarRoomOpened>(Map.of(
                        "bootstrap.servers",
                        brokers,
                        "acks",
                        "all",
                        "partitioner.class",
                        TenantPartitioner.class,
                        "key.serializer",
                        "org.apache.kafka.common.serialization.StringSerializer",
                        "value.serializer",
                        "io.confluent.kafka.serializers.KafkaAvroSerializer",
                        "schema.registry.url",
                        registry));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            consumer.subscribe(List.of(Topic.INCIDENT_DECLARED.name(prefix)));
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(50))) {
                    places.acquireUninterruptibly();
                    threads.execute(() -> {
                        try {
                            open(record.value(), calls, producer, prefix);
                            count.ended();
                        } catch (Exception e) {
                            e.printStackTrace();
                            Runtime.getRuntime().halt(1);
                        } finally {
                            places.release();
                        }
                    });
                }
                consumer.commitAsync();
            }
        }
    }

    private static void open(
            IncidentDeclared declared, LarkCalls calls, KafkaProducer<String, WarRoomOpened> producer, String prefix)
            throws Exception {
        var room = calls.open(declared.getTenantId(), declared.getIncidentId());
        var opened = WarRoomOpened.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setTenantId(declared.getTenantId())
                .setIncidentId(declared.getIncidentId())
                .setPlatform(Platform.LARK)
                .setRoomId(room)
                .setRoomName(declared.getTitle())
                .setAppRevision(1L)
                .setDeclaredAt(declared.getDeclaredAt())
                .setOpenedAt(Instant.now())
                .build();
        producer.send(new ProducerRecord<>(
                        Topic.WAR_ROOM_OPENED.name(prefix),
                        declared.getTenantId() + "/" + declared.getIncidentId(),
                        opened))
                .get();
    }
}
