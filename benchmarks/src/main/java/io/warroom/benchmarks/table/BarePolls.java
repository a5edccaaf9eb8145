package io.warroom.benchmarks.table;

import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.CpuTime;
import io.warroom.benchmarks.Figures;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Polls a topic from its beginning to its end once, as a worker does at its start, and keeps nothing. */
final class BarePolls {

    private BarePolls() {}

    /** Brokers and topic. */
    public static void main(String[] arguments) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        settings.put("enable.auto.commit", false);
        double cpuBefore = CpuTime.seconds(ProcessHandle.current());
        long begun = System.nanoTime();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
            var partitions = consumer.partitionsFor(arguments[1]).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100));
            }
            new Figures(Map.of(
                            "seconds",
                            (System.nanoTime() - begun) / 1e9,
                            "cpuSeconds",
                            CpuTime.seconds(ProcessHandle.current()) - cpuBefore))
                    .tell();
        }
    }

    /** Measured in a process of its own, which is as cold as a worker that starts. */
    static Figures measured(String brokers, String topic) {
        try (var process = ChildJvm.start(null, BarePolls.class, brokers, topic)) {
            return Figures.parse(process.await(ChildJvm.Word.FIGURES));
        }
    }
}
