package io.warroom.worker.ledger;

import io.warroom.topic.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A mock producer for topics of one partition that says when a record was written, and that a template may close after each use. */
final class TimedProducer extends MockProducer<byte[], byte[]> {

    private final Clock clock;
    private final Runnable whileSending;

    /** @param whileSending runs behind the moment at which a record is written */
    TimedProducer(Clock clock, Runnable whileSending) {
        super(topicsOfOnePartition(), true, null, new ByteArraySerializer(), new ByteArraySerializer());
        this.clock = clock;
        this.whileSending = whileSending;
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        long written = clock.millis();
        whileSending.run();
        return super.send(
                record,
                (metadata, failure) -> callback.onCompletion(
                        new RecordMetadata(
                                new TopicPartition(metadata.topic(), metadata.partition()),
                                metadata.offset(),
                                0,
                                written,
                                ConsumerRecord.NULL_SIZE,
                                ConsumerRecord.NULL_SIZE),
                        failure));
    }

    @Override
    public void initTransactions() {
        if (!transactionInitialized()) {
            super.initTransactions();
        }
    }

    @Override
    public void close() {
        // A template's usual factory passes that over.
    }

    @Override
    public void close(Duration timeout) {
        close();
    }

    private static Cluster topicsOfOnePartition() {
        var node = new Node(1, "127.0.0.1", 9092);
        return new Cluster(
                "test",
                List.of(node),
                Stream.of(Topic.values())
                        .map(topic -> new PartitionInfo(topic.name(""), 0, node, new Node[] {node}, new Node[] {node}))
                        .toList(),
                Set.of(),
                Set.of());
    }
}
