package io.warroom.worker.directory;

import io.warroom.event.AppEnabled;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The table and the codec before it: from a record's bytes to a state in the table, and from the table to an app. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TableBenchmark {

    private static final int TENANTS = 1 << 16;

    private final byte[] record = record();
    private final ConsumerRecord<byte[], byte[]> framed =
            new ConsumerRecord<>(Topic.APP_ENABLED.name(""), 0, 0, new byte[0], record);
    /** Ten bytes name the schema in Avro's own framing. */
    private final byte[] frame = Arrays.copyOf(record, 10);

    private final AppStateDecoder plain = new AppStateDecoder("", topic -> frame);
    private final AppEnabled event = decoded();
    private final AppState state = AppState.of(event);
    private final String[] tenants = new String[TENANTS];
    private final AppTable table = new AppTable();
    private final Map<String, AppState> map = new ConcurrentHashMap<>();
    private int next;

    /** Fills the table and its peer. */
    public TableBenchmark() {
        for (int i = 0; i < TENANTS; i++) {
            tenants[i] = TableRun.tenant(i);
            var one = new AppState(tenants[i], state.platform(), 1, 1, state.app());
            table.apply(one);
            map.put(tenants[i], one);
        }
    }

    private static byte[] record() {
        var app = new MobileApp(
                "cli_a1b2c3d4e5f6",
                "cli_a1b2c3d4e5f6",
                null,
                null,
                "FEISHU",
                null,
                List.of(new SealedSecret("appSecret", 1L, ByteBuffer.wrap(new byte[100]))));
        try {
            var buffer = AppEnabled.getEncoder()
                    .encode(new AppEnabled("e", "tenant-1", Platform.LARK, 1L, 1L, Instant.EPOCH, app));
            var bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private AppEnabled decoded() {
        try {
            return AppEnabled.getDecoder().decode(record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The codec: a record's bytes to the event. */
    @Benchmark
    public Object decode() {
        return decoded();
    }

    /** The codec when the record is of this version: its bytes to what the table keeps. */
    @Benchmark
    public Object decodePlain() {
        var read = plain.read(framed);
        return read == null ? this : read;
    }

    /** The event to what the table keeps. */
    @Benchmark
    public Object keep() {
        return AppState.of(event);
    }

    /** From the table to the app's parameters. */
    @Benchmark
    public Object open() {
        var app = state.app();
        return app == null ? state : app.app();
    }

    /** The table's look-up. */
    @Benchmark
    public @Nullable Object find() {
        return table.find(tenants[next++ & (TENANTS - 1)], null).orElse(null);
    }

    /** Its peer. */
    @Benchmark
    public @Nullable Object concurrentHashMap() {
        return map.get(tenants[next++ & (TENANTS - 1)]);
    }
}
