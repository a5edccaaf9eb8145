package io.warroom.benchmarks.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A share group: consumers of ten records at a time, as many as the window has tens, each record on a virtual thread. */
final class ShareGroup {

    private static final int A_TIME = 10;

    private ShareGroup() {}

    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        var run = Run.of(arguments);
        var group = "s-" + UUID.randomUUID();
        try (var admin = Admin.create(Map.of("bootstrap.servers", run.brokers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, group),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        var tally = new Tally(run.incidents());
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", run.brokers());
        settings.put("group.id", group);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        settings.put("share.acknowledgement.mode", "explicit");
        settings.put("share.acquire.mode", "record_limit");
        settings.put("max.poll.records", A_TIME);
        for (int i = 0; i < run.inFlight() / A_TIME; i++) {
            Thread.ofPlatform().daemon().start(() -> consume(run, settings, tally));
        }
        tally.await().tell();
        System.exit(0);
    }

    private static void consume(Run run, Map<String, Object> settings, Tally tally) {
        try (var consumer = new KafkaShareConsumer<byte[], byte[]>(settings)) {
            consumer.subscribe(List.of(run.topic()));
            while (true) {
                var records = consumer.poll(Duration.ofMillis(500));
                try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (ConsumerRecord<byte[], byte[]> message : records) {
                        threads.execute(() -> {
                            try {
                                run.work(message.value(), tally);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
                    }
                }
                records.forEach(consumer::acknowledge);
            }
        }
    }
}
