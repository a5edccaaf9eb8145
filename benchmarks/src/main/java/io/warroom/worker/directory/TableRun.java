package io.warroom.worker.directory;

import io.warroom.benchmarks.CpuTime;
import io.warroom.benchmarks.Figures;
import io.warroom.event.EventClasses;
import io.warroom.worker.schemas.OwnSchemas;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The directory's table read from app-enabled, once, as at a worker's start. In the table's package, because nobody else may
 * know it.
 */
public final class TableRun {

    private static final int LOOKUPS = 20_000_000;

    private TableRun() {}

    /** Brokers, schema registry, topic prefix, how many apps. */
    public static void main(String[] arguments) throws Exception {
        EventClasses.trust();
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        settings.put("enable.auto.commit", false);
        int apps = Integer.parseInt(arguments[3]);
        // As the worker's are.
        Map<String, Object> avro = Map.of(
                "schema.registry.url",
                arguments[1],
                "specific.avro.reader",
                true,
                "avro.remove.java.properties",
                true,
                "auto.register.schemas",
                false,
                "use.latest.version",
                false);
        Deserializer<?> decoder =
                Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroDeserializer", Deserializer.class);
        decoder.configure(avro, false);
        @SuppressWarnings("unchecked") // it writes any record
        Serializer<SpecificRecord> encoder =
                Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroSerializer", Serializer.class);
        encoder.configure(avro, false);

        var schemas = new OwnSchemas(encoder, decoder, arguments[2]);
        var table = new AppTable();
        var reader = new ConfigurationReader(
                () -> new KafkaConsumer<>(settings),
                decoder,
                new AppStateDecoder(arguments[2], schemas::frame),
                arguments[2],
                table::apply,
                new MemberTable(),
                InstantSource.system());
        double cpuBefore = CpuTime.seconds(ProcessHandle.current());
        long begun = System.nanoTime();
        schemas.start();
        var thread = Thread.ofPlatform().start(() -> reader.run(() -> {}));
        reader.caughtUp().get();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpu = CpuTime.seconds(ProcessHandle.current()) - cpuBefore;
        reader.stop();
        thread.join();
        // All that is in this JVM: a collection before the reading would have left it a heap of 54 MB to read into.
        long bytes = usedBytes();
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
                        "tableCpuSeconds",
                        cpu,
                        "heapBytesPerApp",
                        (double) bytes / apps,
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

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
