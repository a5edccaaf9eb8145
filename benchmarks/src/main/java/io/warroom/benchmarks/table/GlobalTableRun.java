package io.warroom.benchmarks.table;

import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;

/** Kafka Streams' global table of the same topic, in memory, until it says that it runs. It keeps bytes: it decodes nothing. */
final class GlobalTableRun {

    private GlobalTableRun() {}

    /** Brokers and topic. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var settings = new Properties();
        settings.putAll(Map.of(
                "bootstrap.servers",
                arguments[0],
                "application.id",
                "g-" + UUID.randomUUID(),
                "state.dir",
                Files.createTempDirectory("global-table-").toString()));
        var builder = new StreamsBuilder();
        builder.globalTable(
                arguments[1],
                Consumed.with(Serdes.Bytes(), Serdes.ByteArray()),
                Materialized.as(Stores.inMemoryKeyValueStore("apps")));
        var runs = new CountDownLatch(1);
        var streams = new KafkaStreams(builder.build(), settings);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                runs.countDown();
            }
        });
        long begun = System.nanoTime();
        streams.start();
        runs.await();
        new Figures(Map.of("globalTableSeconds", (System.nanoTime() - begun) / 1e9)).tell();
        // Its own end takes seconds, and nobody waits for it.
        Runtime.getRuntime().halt(0);
    }

    /** Measured in a process of its own. */
    static double seconds(String brokers, String topic) {
        try (var process = ChildJvm.start(null, GlobalTableRun.class, brokers, topic)) {
            return Figures.parse(process.await(ChildJvm.Word.FIGURES)).get("globalTableSeconds");
        }
    }
}
