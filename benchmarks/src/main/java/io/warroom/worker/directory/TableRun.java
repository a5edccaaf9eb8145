package io.warroom.worker.directory;

import io.warroom.benchmarks.CpuTime;
import io.warroom.benchmarks.Figures;
import io.warroom.event.AppEnabled;
import io.warroom.event.EventClasses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The directory's table read from app-enabled, beside the bare reading of the same records. In the table's package, because
 * nobody else may know it.
 */
public final class TableRun {

    private static final int LOOKUPS = 20_000_000;

    private TableRun() {}

    /** Brokers, topic prefix, how many apps. */
    public static void main(String[] arguments) throws Exception {
        EventClasses.trust();
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        settings.put("enable.auto.commit", false);
        int apps = Integer.parseInt(arguments[2]);

        // The first pass warms up the broker's page cache and the consumer.
        rawSeconds(settings, arguments[1]);
        double cpuBeforeRaw = CpuTime.seconds(ProcessHandle.current());
        double raw = rawSeconds(settings, arguments[1]);
        double rawCpu = CpuTime.seconds(ProcessHandle.current()) - cpuBeforeRaw;
        long before = usedBytes();
        var table = new AppTable();
        var reader = new ConfigurationReader(
                () -> new KafkaConsumer<>(settings),
                (topic, value) -> decode(value),
                arguments[1],
                table::apply,
                new MemberTable());
        double cpuBefore = CpuTime.seconds(ProcessHandle.current());
        long begun = System.nanoTime();
        var thread = Thread.ofPlatform().start(reader);
        reader.caughtUp().get();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpu = CpuTime.seconds(ProcessHandle.current()) - cpuBefore;
        reader.stop();
        thread.join();
        long after = usedBytes();
        if (table.tenants() != apps) {
            throw new IllegalStateException(table.tenants() + " tenants in place of " + apps);
        }
        var map = new ConcurrentHashMap<String, Object>();
        for (int i = 0; i < apps; i++) {
            map.put(tenant(i), table);
        }
        new Figures(Map.of(
                        "tableSeconds",
                        seconds,
                        "rawSeconds",
                        raw,
                        "tableCpuSeconds",
                        cpu,
                        "rawCpuSeconds",
                        rawCpu,
                        "heapBytesPerApp",
                        (double) (after - before) / apps,
                        "lookupNanos",
                        lookups(apps, key -> table.find(key, null)),
                        "mapLookupNanos",
                        lookups(apps, map::get)))
                .tell();
        System.exit(0);
    }

    /** The name of the app's tenant. */
    public static String tenant(int number) {
        return "tenant-" + number;
    }

    private static double rawSeconds(Map<String, Object> settings, String prefix) {
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
            var partitions = consumer.partitionsFor(prefix + "app-enabled").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            long begun = System.nanoTime();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100));
            }
            return (System.nanoTime() - begun) / 1e9;
        }
    }

    private interface Lookup {
        @Nullable
        Object find(String key);
    }

    /** Nanoseconds a lookup of random keys takes, the second of two rounds. */
    private static double lookups(int apps, Lookup lookup) {
        var random = new Random(7);
        var keys = new String[1 << 16];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = tenant(random.nextInt(apps));
        }
        double nanos = 0;
        int found = 0;
        for (int round = 0; round < 2; round++) {
            long begun = System.nanoTime();
            for (int i = 0; i < LOOKUPS; i++) {
                found += lookup.find(keys[i & (keys.length - 1)]) == null ? 0 : 1;
            }
            nanos = (double) (System.nanoTime() - begun) / LOOKUPS;
        }
        if (found != 2 * LOOKUPS) {
            throw new IllegalStateException("not all were found");
        }
        return nanos;
    }

    static AppEnabled decode(byte[] value) {
        try {
            return AppEnabled.getDecoder().decode(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
