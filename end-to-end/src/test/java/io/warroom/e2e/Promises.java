package io.warroom.e2e;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Watches what workers say on their topics for a whole run, on a thread of its own, and judges it: one room an incident, one
 * kind of result, the result names the room, nothing lost, nobody left waiting, nothing rejected. Incidents go by the key
 * {@code tenantId/incidentId}.
 */
final class Promises implements AutoCloseable {

    private static final List<Topic> WATCHED =
            List.of(Topic.WAR_ROOM_OPENED, Topic.WAR_ROOM_FAILED, Topic.INCIDENT_PARKED, Topic.INCIDENT_REJECTED);

    private final Map<String, List<GenericRecord>> opened = new HashMap<>();
    private final Map<String, List<GenericRecord>> failed = new HashMap<>();
    private final Map<String, GenericRecord> waiting = new HashMap<>();
    private final Set<String> everParked = new HashSet<>();
    private final List<String> rejected = new ArrayList<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaAvroDeserializer values = new KafkaAvroDeserializer();
    private final Thread watching;

    Promises(Product product) {
        values.configure(Map.of("schema.registry.url", Backing.get().schemaRegistryUrl()), false);
        consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()),
                new StringDeserializer(),
                new org.apache.kafka.common.serialization.ByteArrayDeserializer());
        var partitions = WATCHED.stream()
                .flatMap(topic -> consumer.partitionsFor(product.topic(topic)).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var topics = WATCHED.stream().collect(Collectors.toMap(product::topic, topic -> topic));
        watching = Thread.ofPlatform().name("promises").start(() -> watch(topics));
    }

    private void watch(Map<String, Topic> topics) {
        try (consumer) {
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    note(topics.get(record.topic()), record);
                }
            }
        } catch (WakeupException e) {
            // The run is over.
        }
    }

    private synchronized void note(@Nullable Topic topic, ConsumerRecord<String, byte[]> record) {
        if (topic == Topic.INCIDENT_REJECTED) {
            rejected.add(String.valueOf(record.key()));
            return;
        }
        if (record.value() == null) {
            waiting.remove(record.key());
            return;
        }
        var event = (GenericRecord) values.deserialize(record.topic(), record.headers(), record.value());
        if (topic == Topic.INCIDENT_PARKED) {
            waiting.put(record.key(), event);
            everParked.add(record.key());
        } else {
            (topic == Topic.WAR_ROOM_OPENED ? opened : failed)
                    .computeIfAbsent(record.key(), none -> new ArrayList<>())
                    .add(event);
        }
    }

    /** How many of these have a result. */
    synchronized int ended(Collection<String> incidents) {
        return (int) incidents.stream()
                .filter(key -> opened.containsKey(key) || failed.containsKey(key))
                .count();
    }

    /** How many of these wait. */
    synchronized int waiting(Collection<String> incidents) {
        return (int) incidents.stream().filter(waiting::containsKey).count();
    }

    /** How many of these have waited, or do. */
    synchronized int everParked(Collection<String> incidents) {
        return (int) incidents.stream().filter(everParked::contains).count();
    }

    /** Why some of these incidents are not where they should be, for a failure's message. */
    synchronized String state(Collection<String> incidents) {
        var open = new TreeSet<>(incidents);
        open.removeAll(opened.keySet());
        open.removeAll(failed.keySet());
        return open.size() + " without a result, of which wait "
                + open.stream().filter(waiting::containsKey).count() + "; the first: "
                + open.stream()
                        .limit(5)
                        .map(key -> key + (waiting.get(key) == null ? "" : " " + waiting.get(key)))
                        .toList();
    }

    /**
     * Every promise that was broken, in words; empty when all were kept.
     *
     * @param incidents that were declared, all of which have a chat to open
     * @param rooms all that the simulator has
     */
    synchronized List<String> violations(Collection<String> incidents, List<JsonNode> rooms) {
        var violations = new ArrayList<String>();
        var roomIds = new LinkedHashMap<String, List<String>>();
        rooms.forEach(room -> roomIds.computeIfAbsent(incidentOf(room), none -> new ArrayList<>())
                .add(room.path("roomId").asString()));
        var takenBy = new HashMap<String, String>();
        for (String incident : incidents) {
            var itsRooms = roomIds.getOrDefault(incident, List.of());
            var named = opened.getOrDefault(incident, List.of()).stream()
                    .map(event -> String.valueOf(event.get("roomId")))
                    .distinct()
                    .toList();
            if (itsRooms.size() > 1) {
                violations.add(incident + " has " + itsRooms.size() + " rooms " + itsRooms);
            }
            if (opened.containsKey(incident) == failed.containsKey(incident)) {
                violations.add(incident
                        + (opened.containsKey(incident) ? " was opened and failed" : " has no result; " + itsRooms));
            }
            if (failed.containsKey(incident)) {
                // Every fault of a run passes, and each is shorter than the deadline.
                violations.add(incident + " failed: " + failed.get(incident).getFirst() + "; its rooms " + itsRooms);
            }
            if (opened.containsKey(incident) && !named.equals(itsRooms)) {
                violations.add(incident + "'s results name " + named + ", and there is " + itsRooms);
            }
            named.forEach(room -> {
                String other = takenBy.put(room, incident);
                if (other != null) {
                    violations.add(incident + " and " + other + " share the room " + room);
                }
            });
            long eventIds = Stream.concat(
                            opened.getOrDefault(incident, List.of()).stream(),
                            failed.getOrDefault(incident, List.of()).stream())
                    .map(event -> String.valueOf(event.get("eventId")))
                    .distinct()
                    .count();
            if (eventIds > 1) {
                violations.add(incident + "'s results have " + eventIds + " event ids");
            }
            if (waiting.containsKey(incident)) {
                violations.add(incident + " has ended and still waits: " + waiting.get(incident));
            }
        }
        rejected.forEach(key -> violations.add("a record of " + key + " was rejected"));
        return violations;
    }

    /** Room names begin with the incident's id. */
    static String incidentOf(JsonNode room) {
        return room.path("tenantId").asString() + "/"
                + room.path("name").asString().split(" ", 2)[0];
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        values.close();
    }
}
