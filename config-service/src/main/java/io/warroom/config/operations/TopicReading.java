package io.warroom.config.operations;

import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads topics from their beginning to the end that they had when it began. */
final class TopicReading {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int TOLD_EVERY = 50_000;
    private static final Duration MAX_STANDSTILL = Duration.ofSeconds(60);

    private final Map<String, Object> properties;
    private final String topicPrefix;

    /** @param properties the consumer's, as the configuration has them */
    TopicReading(Map<String, Object> properties, String topicPrefix) {
        this.properties = new HashMap<>(properties);
        // No group: it keeps no offsets.
        this.properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.topicPrefix = topicPrefix;
    }

    /**
     * Gives each record to the reader; keys that are none are given as an empty text.
     *
     * @throws OperationFailedException when the broker is away or a topic is not there
     */
    void read(List<Topic> topics, PrintStream out, Consumer<ConsumerRecord<String, byte[]>> reader) {
        read(topics, null, new StringDeserializer(), out, reader);
    }

    /**
     * The same of one topic, with the keys as they are.
     *
     * @param since records that were written before may be left out; null for all
     */
    void readBytes(
            Topic topic, @Nullable Instant since, PrintStream out, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        read(List.of(topic), since, new ByteArrayDeserializer(), out, reader);
    }

    private <K> void read(
            List<Topic> topics,
            @Nullable Instant since,
            Deserializer<K> keys,
            PrintStream out,
            Consumer<ConsumerRecord<K, byte[]>> reader) {
        try (var consumer = new KafkaConsumer<>(properties, keys, new ByteArrayDeserializer())) {
            var partitions = new ArrayList<TopicPartition>();
            for (var topic : topics) {
                var name = topic.name(topicPrefix);
                consumer.partitionsFor(name)
                        .forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
            }
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            var begins = begins(consumer, partitions, ends, since);
            begins.forEach(consumer::seek);
            long all = ends.entrySet().stream()
                    .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
                    .sum();
            long read = 0;
            long progressAt = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var records = consumer.poll(POLL);
                for (var record : records) {
                    if (record.offset()
                            >= ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                        continue; // written since it began
                    }
                    reader.accept(record);
                    if (++read % TOLD_EVERY == 0) {
                        out.println("  read " + read + " of at most " + all + " records");
                    }
                }
                if (!records.isEmpty()) {
                    progressAt = System.nanoTime();
                } else if (System.nanoTime() - progressAt > MAX_STANDSTILL.toNanos()) {
                    throw new OperationFailedException("nothing could be read for " + MAX_STANDSTILL.toSeconds()
                            + " s: check that every partition has a leader, then run it again");
                }
            }
            out.println("  read " + read + " records of " + topics.size() + " topics");
        } catch (KafkaException e) {
            throw new OperationFailedException(
                    "the topics cannot be read (" + e.getMessage()
                            + "). Check spring.kafka.bootstrap-servers, warroom.topics.prefix and that --setup was run.",
                    e);
        }
    }

    private static Map<TopicPartition, Long> begins(
            KafkaConsumer<?, ?> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends,
            @Nullable Instant since) {
        if (since == null) {
            return consumer.beginningOffsets(partitions);
        }
        var begins = new HashMap<TopicPartition, Long>();
        var times = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
        consumer.offsetsForTimes(times)
                .forEach((partition, first) ->
                        begins.put(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset()));
        return begins;
    }
}
