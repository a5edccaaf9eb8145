package io.warroom.worker.directory;

import io.warroom.event.MemberBound;
import io.warroom.topic.Topic;
import io.warroom.topic.Undecodable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration topics from their beginning and for ever after and hands on what they say. One thread of its
 * own, which shares out the decoding of what it has polled; it is caught up when its position has reached the end offsets of
 * every partition as of the start, never because a poll came back empty.
 */
final class ConfigurationReader {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    /** How often it makes sure that it has read all there is. */
    private static final Duration REFRESH = Duration.ofSeconds(3);

    /** Somebody waits until everything that was in the topics at some time has been read. */
    private record Barrier(Instant asOf, Map<TopicPartition, Long> ends, CompletableFuture<Void> reached) {}

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Deserializer<?> decoder;
    private final AppStateDecoder decoderOfOwn;
    private final List<String> topics;
    private final java.util.function.Consumer<AppState> states;
    private final MemberTable members;
    private final InstantSource time;
    private final String membersTopic;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
    /** The reading thread's own; they outlive a consumer that failed. */
    private final List<Barrier> barriers = new ArrayList<>();

    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private volatile @Nullable String trouble = "has not begun to read";
    private volatile long lag;
    private volatile Instant asOf = Instant.MIN;
    private volatile @Nullable String registryTrouble;
    private volatile boolean running = true;
    private volatile @Nullable Consumer<byte[], byte[]> current;

    ConfigurationReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Deserializer<?> decoder,
            AppStateDecoder decoderOfOwn,
            String topicPrefix,
            java.util.function.Consumer<AppState> states,
            MemberTable members,
            InstantSource time) {
        this.consumers = consumers;
        this.decoder = decoder;
        this.decoderOfOwn = decoderOfOwn;
        this.topics = Stream.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED, Topic.MEMBER_BOUND)
                .map(topic -> topic.name(topicPrefix))
                .toList();
        this.states = states;
        this.members = members;
        this.time = time;
        this.membersTopic = Topic.MEMBER_BOUND.name(topicPrefix);
    }

    /** Done once, when the table first holds everything that was in the topics at the start. */
    CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /** A future that is done when everything that is in the topics now has been read. */
    CompletableFuture<Void> readToTheEndOfNow() {
        var reached = new CompletableFuture<Void>();
        asked.add(reached);
        return reached;
    }

    /** How long ago, by time that passes, the last moment was of which everything is known. */
    Duration age() {
        return Duration.between(asOf, time.instant());
    }

    /** Why the reader does not get on, in words; null when it does. */
    @Nullable
    String trouble() {
        var words = registryTrouble;
        return words == null ? trouble : words;
    }

    /** Records of the topics that are not read yet, as far as the last poll knew. */
    long lag() {
        return lag;
    }

    void stop() {
        running = false;
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    /** Reads until it is stopped; called again when it failed. */
    void run(Runnable heartbeat) {
        while (running) {
            heartbeat.run();
            try (var consumer = consumers.get()) {
                current = consumer;
                read(consumer, heartbeat);
            } catch (WakeupException e) {
                log.debug("The configuration reader was woken to stop", e);
            } catch (InterruptException e) {
                throw e;
            } catch (RuntimeException e) {
                // Whatever it was: without this thread no change of configuration would ever be seen.
                trouble = "cannot read " + topics + ": " + e.getMessage();
                log.warn("The configuration topics cannot be read; trying again", e);
                pause();
            }
        }
    }

    private void read(Consumer<byte[], byte[]> consumer, Runnable heartbeat) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        // Bindings carry no version: a consumer that began anew would bring old ones back for a while.
        var fromTheStart = new ArrayList<TopicPartition>();
        for (TopicPartition partition : partitions) {
            var next = positions.get(partition);
            if (next == null) {
                fromTheStart.add(partition);
            } else {
                consumer.seek(partition, next);
            }
        }
        if (!fromTheStart.isEmpty()) {
            consumer.seekToBeginning(fromTheStart);
        }
        if (!caughtUp.isDone()) {
            barriers.add(new Barrier(time.instant(), consumer.endOffsets(partitions), caughtUp));
        }
        trouble = "is reading " + topics + " for the first time";
        while (running) {
            heartbeat.run();
            if (barriers.isEmpty() && age().compareTo(REFRESH) > 0) {
                asked.add(new CompletableFuture<>());
            }
            if (!asked.isEmpty()) {
                var waiting = new ArrayList<CompletableFuture<Void>>();
                for (var one = asked.poll(); one != null; one = asked.poll()) {
                    waiting.add(one);
                }
                try {
                    var now = time.instant();
                    var ends = consumer.endOffsets(partitions);
                    waiting.forEach(one -> barriers.add(new Barrier(now, ends, one)));
                } catch (KafkaException e) {
                    asked.addAll(waiting); // the next consumer answers them
                    throw e;
                }
            }
            var polled = consumer.poll(POLL);
            take(polled, heartbeat);
            polled.partitions().forEach(partition -> positions.put(partition, consumer.position(partition)));
            lag = partitions.stream()
                    .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                    .sum();
            barriers.removeIf(barrier -> {
                boolean reached = barrier.ends().entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                if (reached) {
                    trouble = null;
                    asOf = barrier.asOf().isAfter(asOf) ? barrier.asOf() : asOf;
                    barrier.reached().complete(null);
                }
                return reached || barrier.reached().isDone(); // nobody waits for it any more
            });
        }
    }

    /**
     * A partition's records of apps at once on all cores, because the table takes them in any order: the first reading is bound by
     * decoding. Members' one after the other.
     */
    private void take(ConsumerRecords<byte[], byte[]> records, Runnable heartbeat) {
        for (TopicPartition partition : records.partitions()) {
            var its = records.records(partition);
            (partition.topic().equals(membersTopic) ? its.stream() : its.parallelStream())
                    .forEach(record -> apply(record, heartbeat));
        }
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : topics) {
            var known = consumer.partitionsFor(topic);
            if (known == null || known.isEmpty()) {
                throw new KafkaException("topic " + topic + " does not exist; run the set-up step first");
            }
            known.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private void apply(ConsumerRecord<byte[], byte[]> record, Runnable heartbeat) {
        boolean ofMember = record.topic().equals(membersTopic);
        if (record.value() == null) {
            if (ofMember) {
                members.unbind(key(record));
            }
            // An app's tombstone carries no revision; the app-deleted event decides.
            return;
        }
        try {
            var state = decoderOfOwn.read(record);
            if (state != null) {
                states.accept(state);
                return;
            }
            Object event = decode(record, heartbeat);
            if (!ofMember) {
                states.accept(AppState.of(event));
            } else if (event instanceof MemberBound bound) {
                members.bind(key(record), bound.getPlatformUserId());
            } else {
                throw new IllegalArgumentException("not a MemberBound");
            }
        } catch (WakeupException e) {
            throw e;
        } catch (RuntimeException e) {
            // Avro throws its own, and the JDK's, for bytes that only look like a record.
            log.atError()
                    .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                    .setCause(e)
                    .log("A configuration event cannot be read and is passed over");
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** Waits for the schema registry as long as it takes: an event that was passed over would be lost for ever. */
    private Object decode(ConsumerRecord<byte[], byte[]> record, Runnable heartbeat) {
        while (true) {
            heartbeat.run();
            try {
                Object event = decoder.deserialize(record.topic(), record.headers(), record.value());
                if (registryTrouble != null) {
                    registryTrouble = null;
                }
                return event;
            } catch (KafkaException e) {
                if (Undecodable.why(e) != Undecodable.REGISTRY_AWAY) {
                    throw e;
                }
                if (!running) {
                    throw new WakeupException();
                }
                if (registryTrouble == null) {
                    log.warn("The schema registry does not answer; configuration waits for it", e);
                }
                registryTrouble = "the schema registry does not answer: " + e.getMessage();
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(AFTER_TROUBLE);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
