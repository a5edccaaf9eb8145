package io.warroom.e2e.faults;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.warroom.e2e.Product;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every topic of a product for a whole run, on a thread of its own, and knows each incident's {@link Story}. Incidents
 * go by the key {@code tenantId/incidentId}. Thread-safe; close it.
 */
final class TopicWatch implements AutoCloseable {

    private static final Duration LOOK_FOR_PARTITIONS = Duration.ofSeconds(2);

    private final Product product;
    private final Secrets secrets;
    private final Map<String, Topic> topics = new HashMap<>();
    private final Map<String, Story> stories = new HashMap<>();
    /** Which incident stands where; nothing for what is no incident. */
    private final Map<TopicPartition, Map<Long, String>> declared = new HashMap<>();
    /** {@code topic-partition@offset} of records that were rejected, or sent to their tenant's partition. */
    private final Set<String> elsewhere = new HashSet<>();

    private final Set<String> lost = new HashSet<>();

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final List<String> leaks = new ArrayList<>();
    private final AtomicLong records = new AtomicLong();
    private final KafkaAvroDeserializer values = new KafkaAvroDeserializer();
    private final Thread watching;
    private volatile boolean running = true;
    private int rejected;
    private volatile @Nullable String madeAgain;

    TopicWatch(Product product, Secrets secrets) {
        this.product = product;
        this.secrets = secrets;
        values.configure(Map.of("schema.registry.url", Backing.get().schemaRegistryUrl()), false);
        Arrays.stream(Topic.values()).forEach(topic -> topics.put(product.topic(topic), topic));
        watching = Thread.ofPlatform().name("topic-watch").start(this::watch);
    }

    private void watch() {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        product.brokers(),
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest",
                        "allow.auto.create.topics",
                        false,
                        "metadata.max.age.ms",
                        2_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            long next = System.nanoTime();
            while (running) {
                try {
                    if (System.nanoTime() - next >= 0) {
                        follow(consumer);
                        next = System.nanoTime() + LOOK_FOR_PARTITIONS.toNanos();
                    }
                    for (var record : consumer.poll(Duration.ofMillis(50))) {
                        records.incrementAndGet();
                        note(record);
                    }
                    synchronized (this) {
                        for (var partition : consumer.assignment()) {
                            positions.put(partition, consumer.position(partition));
                        }
                    }
                } catch (RetriableException e) {
                    // Brokers are away: that is what some faults are about.
                }
            }
        }
    }

    /** Partitions that are there now: some are added in the middle of a run. */
    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        var wanted = new HashSet<TopicPartition>();
        consumer.listTopics(Duration.ofSeconds(60)).forEach((topic, infos) -> {
            if (topics.containsKey(topic)) {
                infos.forEach(info -> wanted.add(new TopicPartition(topic, info.partition())));
            }
        });
        String anew = madeAgain;
        if (anew != null) {
            // A consumer keeps its place in a topic of that name, whatever became of the topic.
            consumer.assign(consumer.assignment().stream()
                    .filter(partition -> !partition.topic().equals(anew))
                    .toList());
            madeAgain = null;
        }
        var before = Set.copyOf(consumer.assignment());
        var added = wanted.stream().filter(one -> !before.contains(one)).toList();
        if (!added.isEmpty()) {
            wanted.addAll(before);
            consumer.assign(wanted);
            consumer.seekToBeginning(added);
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        var topic = topics.get(record.topic());
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        String where = record.topic() + "-" + record.partition() + "@" + record.offset();
        var said = new StringBuilder();
        if (record.value() != null) {
            said.append(new String(record.value(), StandardCharsets.ISO_8859_1));
        }
        record.headers()
                .forEach(header -> said.append('\n').append(new String(header.value(), StandardCharsets.ISO_8859_1)));
        boolean leak = secrets.isIn(said.toString());
        Object event = record.value() == null || topic == Topic.INCIDENT_REJECTED ? null : read(record);
        synchronized (this) {
            if (leak) {
                leaks.add(where);
            }
            if (topic == null) {
                return;
            }
            switch (topic) {
                case INCIDENT_DECLARED -> declared(record, event);
                case WAR_ROOM_OPENED, WAR_ROOM_FAILED -> ended(topic, key, record, event);
                case INCIDENT_PARKED -> {
                    var story = story(key);
                    story.waits = event != null;
                    if (event instanceof GenericRecord parked) {
                        story.waitedFor.add(String.valueOf(parked.get("reason")));
                    }
                }
                case INCIDENT_REJECTED -> {
                    rejected++;
                    elsewhere.add(header(record, "warroom-topic") + "-" + header(record, "warroom-partition") + "@"
                            + header(record, "warroom-offset"));
                }
                case APP_ENABLED,
                        KEY_ROTATED,
                        APP_DELETED,
                        MEMBER_BOUND,
                        INCIDENT_UPDATED,
                        INCIDENT_RESOLVED,
                        APP_HEALTH -> {}
                case WAR_ROOM_CLOSED -> closed(key, event);
            }
        }
    }

    private void declared(ConsumerRecord<byte[], byte[]> record, @Nullable Object event) {
        if (!(event instanceof GenericRecord incident)) {
            return;
        }
        String key = incident.get("tenantId") + "/" + incident.get("incidentId");
        declared.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), none -> new HashMap<>())
                .put(record.offset(), key);
        var story = story(key);
        if (story.declaredAt < 0) {
            story.declaredAt = record.timestamp();
        }
        String from = header(record, "warroom-forwarded-from");
        if (!from.isEmpty()) {
            elsewhere.add(record.topic() + "-" + from);
        }
    }

    private void ended(Topic topic, String key, ConsumerRecord<byte[], byte[]> record, @Nullable Object event) {
        if (!(event instanceof GenericRecord result)) {
            return;
        }
        boolean opened = topic == Topic.WAR_ROOM_OPENED;
        Object revision = result.get("appRevision");
        var story = story(key);
        if (opened && result.get("roomId") != null) {
            story.room = new Story.Room(
                    String.valueOf(result.get("roomId")),
                    records(result, "messages").map(TopicWatch::posted).toList(),
                    people(result, "members"),
                    people(result, "missing"));
        }
        story.endings.add(new Story.Ending(
                opened,
                String.valueOf(result.get("eventId")),
                opened ? String.valueOf(result.get("roomId")) : "",
                revision instanceof Long number ? number : -1,
                opened ? "" : result.get("reason") + ": " + result.get("detail"),
                record.timestamp(),
                record.headers().lastHeader("warroom-unbriefed") == null,
                Arrays.hashCode(record.value()),
                opened ? String.valueOf(result.get("updateDigests")) : ""));
    }

    private void closed(String key, @Nullable Object event) {
        if (event instanceof GenericRecord closed) {
            story(key)
                    .closings
                    .add(new Story.Closing(
                            String.valueOf(closed.get("eventId")),
                            String.valueOf(closed.get("roomId")),
                            Boolean.TRUE.equals(closed.get("dissolved")),
                            closed.get("message") instanceof GenericRecord message ? posted(message) : null));
        }
    }

    private static Story.Posted posted(GenericRecord message) {
        return new Story.Posted(
                String.valueOf(message.get("kind")),
                String.valueOf(message.get("state")),
                String.valueOf(message.get("text")));
    }

    private static Set<String> people(GenericRecord result, String field) {
        return records(result, field)
                .map(person -> String.valueOf(person.get("personId")))
                .collect(Collectors.toSet());
    }

    private static Stream<GenericRecord> records(GenericRecord result, String field) {
        return result.get(field) instanceof Collection<?> all
                ? all.stream().map(GenericRecord.class::cast)
                : Stream.empty();
    }

    private Story story(String key) {
        return stories.computeIfAbsent(key, none -> new Story());
    }

    /** Null for what nobody can read. */
    private @Nullable Object read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return values.deserialize(record.topic(), record.headers(), record.value());
        } catch (RuntimeException e) {
            return null; // put there to be rejected
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** How many of these have a result. */
    int ended(Collection<String> incidents) {
        return count(incidents, Story::hasEnded);
    }

    /** How many results these have, repeats counted. */
    synchronized int results(Collection<String> incidents) {
        return incidents.stream()
                .mapToInt(key -> stories.containsKey(key) ? story(key).endings.size() : 0)
                .sum();
    }

    /** How many of these wait. */
    int waiting(Collection<String> incidents) {
        return count(incidents, story -> story.waits);
    }

    /** How many of these have a result or wait, or both. */
    int endedOrWaiting(Collection<String> incidents) {
        return count(incidents, story -> story.hasEnded() || story.waits);
    }

    /** Every incident that was declared, is not lost, and has no result. */
    synchronized List<String> withoutResult() {
        return stories.entrySet().stream()
                .filter(one ->
                        one.getValue().declaredAt >= 0 && !one.getValue().hasEnded() && !lost.contains(one.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many incidents were declared. */
    synchronized long declaredIncidents() {
        return stories.values().stream().filter(story -> story.declaredAt >= 0).count();
    }

    /** How many of these have waited for that, or do. */
    int everParked(Collection<String> incidents, String reason) {
        return count(incidents, story -> story.waitedFor.contains(reason));
    }

    /** How many of these have waited, or do. */
    int everParked(Collection<String> incidents) {
        return count(incidents, story -> !story.waitedFor.isEmpty());
    }

    private synchronized int count(Collection<String> incidents, Predicate<Story> is) {
        return (int) incidents.stream()
                .map(stories::get)
                .filter(story -> story != null && is.test(story))
                .count();
    }

    /** A copy of what is told of the incident now. */
    synchronized Story of(String incident) {
        var known = story(incident);
        var copy = new Story();
        copy.endings.addAll(known.endings);
        copy.waitedFor.addAll(known.waitedFor);
        copy.declaredAt = known.declaredAt;
        copy.waits = known.waits;
        copy.closings.addAll(known.closings);
        copy.room = known.room;
        return copy;
    }

    /** How many records were rejected so far. */
    synchronized int rejected() {
        return rejected;
    }

    /** Where secrets were found. */
    synchronized List<String> leaks() {
        return List.copyOf(leaks);
    }

    /** How many records were looked at. */
    long records() {
        return records.get();
    }

    /** Whether everything before these offsets was read. */
    synchronized boolean hasRead(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** Forgets where records of the topic stood: it is made again. */
    synchronized void madeAgain(String topic) {
        declared.keySet().removeIf(partition -> partition.topic().equals(topic));
        positions.keySet().removeIf(partition -> partition.topic().equals(topic));
        madeAgain = topic;
    }

    /** These were taken from their topic before anybody can have read them. */
    synchronized void areLost(Collection<String> incidents) {
        lost.addAll(incidents);
    }

    /**
     * The incident of a record that is neither ended nor waiting, and was neither rejected nor sent home; null when there is
     * none such at that place.
     */
    synchronized @Nullable String open(TopicPartition partition, long offset) {
        String key = declared.getOrDefault(partition, Map.of()).get(offset);
        if (key == null
                || lost.contains(key)
                || elsewhere.contains(partition.topic() + "-" + partition.partition() + "@" + offset)) {
            return null;
        }
        var story = stories.get(key);
        return story != null && (story.hasEnded() || !story.waitedFor.isEmpty()) ? null : key;
    }

    /** Why some of these incidents are not where they should be, for a failure's message. */
    synchronized String state(Collection<String> incidents) {
        var open = new TreeSet<String>();
        for (String key : incidents) {
            if (!story(key).hasEnded()) {
                open.add(key);
            }
        }
        return open.size() + " without a result, of which wait "
                + open.stream().filter(key -> story(key).waits).count() + "; the first: "
                + open.stream()
                        .limit(5)
                        .map(key -> key + " " + story(key).waitedFor)
                        .toList();
    }

    @Override
    public void close() {
        running = false;
        try {
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        values.close();
    }
}
