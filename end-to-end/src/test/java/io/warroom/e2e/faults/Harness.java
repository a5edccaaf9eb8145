package io.warroom.e2e.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs faults, each under a protocol, and gives what became of them. Surroundings are made when they are first needed, shared
 * by those faults that leave them as they were, and made anew behind one that broke something. Used by one thread; close it.
 */
final class Harness implements AutoCloseable {

    private final Path folder;
    private final boolean thorough;
    private @Nullable Brokers one;
    private @Nullable Stage shared;
    private @Nullable Brokers three;
    private @Nullable Stage cluster;
    private @Nullable Path startCache;
    private int stages;

    /** @param thorough more of everything */
    Harness(Path folder, boolean thorough) {
        this.folder = folder;
        this.thorough = thorough;
    }

    /** Makes all workers start sooner; takes as long as some of their starts do. */
    void train() throws Exception {
        var stage = stage(Fault.Where.SHARED);
        stage.protocol(Protocol.CLASSIC);
        var cache = StartCache.trained(stage, folder);
        stage.startFrom(cache);
        startCache = cache;
    }

    /** Brings the fault about, heals, and judges. */
    Row run(Fault fault, Protocol protocol, long seed) throws Exception {
        var stage = stage(fault.where());
        boolean kept = false;
        try {
            stage.protocol(protocol);
            long begun = System.nanoTime();
            var cell = new Cell(stage, fault, protocol, seed, thorough);
            String trouble = null;
            try {
                fault.injection().into(cell);
            } catch (Exception | AssertionError e) {
                trouble = e.toString();
            }
            Map<Invariant, Cell.Verdict> verdicts;
            try {
                verdicts = cell.judged();
            } catch (Exception | AssertionError e) {
                verdicts = Map.of();
                trouble = trouble + "; not judged: " + e;
            }
            var row = new Row(
                    fault,
                    protocol,
                    seed,
                    cell.incidents(),
                    Duration.ofNanos(System.nanoTime() - begun),
                    Map.copyOf(verdicts),
                    trouble);
            kept = row.kept();
            return row;
        } finally {
            if (!kept || fault.where() == Fault.Where.ALONE) {
                leave(stage);
            }
        }
    }

    private Stage stage(Fault.Where where) throws Exception {
        return switch (where) {
            case SHARED -> {
                var known = shared;
                var stage = known == null ? make(one()) : known;
                shared = stage;
                yield stage;
            }
            case ALONE -> make(one());
            case CLUSTER -> {
                var brokers = three;
                if (brokers == null) {
                    brokers = new Brokers(Files.createDirectories(folder.resolve("cluster")), 3);
                    three = brokers;
                }
                var known = cluster;
                var stage = known == null ? make(brokers) : known;
                cluster = stage;
                yield stage;
            }
        };
    }

    private Brokers one() throws IOException {
        var brokers = one;
        if (brokers == null) {
            brokers = new Brokers(Files.createDirectories(folder.resolve("broker")), 1);
            one = brokers;
        }
        return brokers;
    }

    private Stage make(Brokers brokers) throws Exception {
        String name = "stage" + ++stages;
        var stage = new Stage(brokers, Files.createDirectories(folder.resolve(name)), name + "-");
        if (startCache != null) {
            stage.startFrom(startCache);
        }
        return stage;
    }

    private void leave(Stage stage) throws IOException {
        if (shared == stage) {
            shared = null;
        }
        if (cluster == stage) {
            cluster = null;
        }
        stage.close();
    }

    @Override
    public void close() throws IOException {
        try {
            if (shared != null) {
                shared.close();
            }
            if (cluster != null) {
                cluster.close();
            }
        } finally {
            if (one != null) {
                one.close();
            }
            if (three != null) {
                three.close();
            }
        }
    }
}
