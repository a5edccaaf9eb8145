package io.warroom.config.operations;

import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.time.Duration;
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
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics from their beginning to the end that they had when it began. */
final class TopicReading {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int TOLD_EVERY = 50_000;

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
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = new ArrayList<TopicPartition>();
            for (var topic : topics) {
                var name = topic.name(topicPrefix);
                consumer.partitionsFor(name)
                        .forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var begins = consumer.beginningOffsets(partitions);
            long all = ends.entrySet().stream()
                    .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
                    .sum();
            long read = 0;
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(POLL)) {
                    reader.accept(record);
                    if (++read % TOLD_EVERY == 0) {
                        out.println("  read " + read + " of at most " + all + " records");
                    }
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
}
