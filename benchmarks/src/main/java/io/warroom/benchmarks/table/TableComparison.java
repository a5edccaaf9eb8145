package io.warroom.benchmarks.table;

import io.warroom.benchmarks.BrokerHost;
import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.TemporaryFolder;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.config.setup.SetUp;
import io.warroom.event.AppEnabled;
import io.warroom.event.EventClasses;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.local.Registry;
import io.warroom.topic.Topic;
import io.warroom.worker.directory.TableRun;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A million tenants with an app each: time until the table is whole, memory, look-up. */
public final class TableComparison implements Comparison {

    private static final int APPS = 1_000_000;
    private static final String PREFIX = "million-";

    /** Made for the comparison tool; nothing is started. */
    public TableComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("P8", "P9", "P10");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var figures = new ArrayList<Figures>();
        var streams = new ArrayList<Double>();
        var polls = new ArrayList<Figures>();
        double serialized;
        try (var folder = TemporaryFolder.make();
                var broker = ChildJvm.start(null, BrokerHost.class);
                var registry = Registry.start(folder.path(), 0)) {
            var brokers = broker.await(ChildJvm.Word.READY);
            SetUp.main(new String[] {
                "--spring.kafka.bootstrap-servers=" + brokers,
                "--warroom.schema-registry-url=" + registry.url(),
                "--warroom.topics.prefix=" + PREFIX,
                // A GlobalKTable waits for half a second at the end of each partition.
                "--warroom.topics.partitions=6",
                "--warroom.topics.replication=1"
            });
            serialized = (double) fill(brokers, registry.url()) / APPS;
            for (int run = 0; run < runs; run++) {
                try (var process =
                        ChildJvm.start(null, TableRun.class, brokers, registry.url(), PREFIX, Integer.toString(APPS))) {
                    var one = Figures.parse(process.await(ChildJvm.Word.FIGURES));
                    System.err.println("table " + one.values());
                    figures.add(one);
                }
                if (wanted.contains("P8")) {
                    streams.add(GlobalTableRun.seconds(brokers, Topic.APP_ENABLED.name(PREFIX)));
                    System.err.println("GlobalKTable " + streams.getLast());
                    polls.add(BarePolls.measured(brokers, Topic.APP_ENABLED.name(PREFIX)));
                    System.err.println("bare polls " + polls.getLast().values());
                }
            }
        }
        var verdicts = new ArrayList<Verdict>();
        if (!streams.isEmpty()) {
            double own = median(figures, run -> run.get("tableSeconds"));
            double peer = Verdict.median(streams);
            verdicts.add(new Verdict(
                    "P8",
                    "1,000,000 apps read into the table, rate",
                    peer / own,
                    Direction.AT_LEAST,
                    1.5,
                    "Kafka Streams' GlobalKTable in memory, which keeps bytes and decodes nothing",
                    Map.of("seconds", own, "peerSeconds", peer)));
            double bare = median(polls, run -> run.get("seconds"));
            verdicts.add(new Verdict(
                    "P8",
                    "1,000,000 apps read into the table, rate",
                    bare / own,
                    Direction.AT_LEAST,
                    0.35,
                    "bare polls of the same records, in a process of their own too",
                    Map.of(
                            "seconds",
                            own,
                            "peerSeconds",
                            bare,
                            "cpuSeconds",
                            median(figures, run -> run.get("tableCpuSeconds")),
                            "peerCpuSeconds",
                            median(polls, run -> run.get("cpuSeconds")))));
        }
        verdicts.addAll(List.of(
                new Verdict(
                        "P9",
                        "heap an app of 1,000,000",
                        median(figures, run -> run.get("heapBytesPerApp") / serialized),
                        Direction.AT_MOST,
                        1.6,
                        "the bytes of its record's key and value",
                        Map.of("bytes", median(figures, run -> run.get("heapBytesPerApp")), "peerBytes", serialized)),
                new Verdict(
                        "P10",
                        "look-up of the active app among 1,000,000",
                        median(figures, run -> run.get("lookupNanos") / run.get("mapLookupNanos")),
                        Direction.AT_MOST,
                        1.5,
                        "ConcurrentHashMap.get",
                        Map.of(
                                "nanos", median(figures, run -> run.get("lookupNanos")),
                                "peerNanos", median(figures, run -> run.get("mapLookupNanos"))))));
        return verdicts;
    }

    private static double median(List<Figures> runs, ToDoubleFunction<Figures> of) {
        return Verdict.median(runs.stream().map(of::applyAsDouble).toList());
    }

    /** @return bytes of all keys and values */
    private static long fill(String brokers, String registry) {
        EventClasses.trust();
        var bytes = new LongAdder();
        try (var producer = new KafkaProducer<String, AppEnabled>(Map.of(
                "bootstrap.servers",
                brokers,
                "key.serializer",
                "org.apache.kafka.common.serialization.StringSerializer",
                "value.serializer",
                "io.confluent.kafka.serializers.KafkaAvroSerializer",
                "schema.registry.url",
                registry,
                "avro.remove.java.properties",
                true,
                "auto.register.schemas",
                false,
                "linger.ms",
                20,
                "batch.size",
                262_144,
                // As in the intake's comparison: a first batch that is refused must not be overtaken.
                "max.in.flight.requests.per.connection",
                1))) {
            Future<?> last = CompletableFuture.completedFuture(null);
            var random = new Random(7);
            for (int app = 0; app < APPS; app++) {
                last = producer.send(
                        new ProducerRecord<>(
                                Topic.APP_ENABLED.name(PREFIX), TableRun.tenant(app) + "/LARK", enabled(app, random)),
                        (written, failure) -> {
                            if (failure == null) {
                                bytes.add(written.serializedKeySize() + written.serializedValueSize());
                            }
                        });
            }
            last.get();
            return bytes.sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topic could not be filled", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** A Lark app as the config service publishes it: its one secret is sealed to about a hundred bytes. */
    private static AppEnabled enabled(int app, Random random) {
        var sealed = new byte[100];
        random.nextBytes(sealed);
        var identity = "cli_a1b2c3d4e5f6%06x".formatted(app);
        return new AppEnabled(
                "01890a5d-ac96-774b-bcce-%012x".formatted(app),
                TableRun.tenant(app),
                Platform.LARK,
                1L,
                1L,
                Instant.ofEpochSecond(1_700_000_000),
                new MobileApp(
                        identity,
                        identity,
                        null,
                        null,
                        "FEISHU",
                        null,
                        List.of(new SealedSecret("appSecret", 1L, ByteBuffer.wrap(sealed)))));
    }
}
