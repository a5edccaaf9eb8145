package io.warroom.local;

import io.warroom.event.IncidentParked;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the results that come from now on, as any consumer outside Warroom would: the plain Confluent deserializer. One thread. */
final class RoomWatch implements AutoCloseable {
    private final KafkaConsumer<String, Object> consumer;
    private final Set<String> told = new HashSet<>();

    RoomWatch(StackAddress stack) {
        consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                stack.bootstrapServers(),
                "key.deserializer",
                StringDeserializer.class.getName(),
                "value.deserializer",
                "io.confluent.kafka.serializers.KafkaAvroDeserializer",
                "schema.registry.url",
                stack.registryUrl(),
                "specific.avro.reader",
                "true",
                "fetch.max.wait.ms",
                "50"));
        var results = Stream.of(Topic.WAR_ROOM_OPENED, Topic.WAR_ROOM_FAILED, Topic.INCIDENT_PARKED)
                .flatMap(topic -> consumer.partitionsFor(topic.name("")).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(results);
        consumer.seekToEnd(results);
        results.forEach(consumer::position); // seeking is lazy: this fixes the place
    }

    /** Waits up to {@code patience} for results, and for incidents that have to wait, and hands each to its reader, in the order of their arrival. */
    void read(
            Duration patience,
            Consumer<WarRoomOpened> opened,
            Consumer<WarRoomFailed> failed,
            Consumer<IncidentParked> parked) {
        for (var result : consumer.poll(patience)) {
            switch (result.value()) {
                case WarRoomOpened room -> {
                    // Said again, as the same event, when the first message is in.
                    if (told.add(room.getEventId())) {
                        opened.accept(room);
                    }
                }
                case WarRoomFailed failure -> failed.accept(failure);
                case IncidentParked waiting -> parked.accept(waiting);
                case null -> {} // a tombstone
                default -> throw new LocalStackException("An unknown record on " + result.topic() + ".");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
