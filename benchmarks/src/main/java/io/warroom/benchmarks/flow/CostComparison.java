package io.warroom.benchmarks.flow;

import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.benchmarks.simulator.BareHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an opening costs beside the same calls made by less, on a platform that answers at once and costs as little as a server
 * can: the whole worker, a bare loop, a bare client.
 */
public final class CostComparison implements Comparison {

    /** The last quarter is measured: behind 30,000 the compilers still took half of what the worker took. */
    private static final int OPENINGS = 160_000;

    private static final int AT_ONCE = 200;

    /** Who makes the calls of openings. */
    private enum Maker {
        WORKER,
        BARE_LOOP,
        BARE_CLIENT
    }

    /** Made for the comparison tool; nothing is started. */
    public CostComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("P5", "FLOW");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var figures = new TreeMap<Maker, List<Figures>>();
        try (var stage = new Stage(BareHost.class)) {
            for (int run = 0; run < runs; run++) {
                for (var maker : Maker.values()) {
                    if (needed(maker, wanted)) {
                        var one = measured(maker, stage);
                        System.err.println(maker + " " + one.values());
                        figures.computeIfAbsent(maker, first -> new ArrayList<>())
                                .add(one);
                    }
                }
            }
        }
        var verdicts = new ArrayList<Verdict>();
        if (wanted.contains("P5")) {
            verdicts.add(cost(
                    "P5",
                    "CPU an incident of the whole worker",
                    1.3,
                    "a bare loop: poll, virtual threads, Apache's client, produce",
                    median(figures, Maker.WORKER, "cpuMicros"),
                    median(figures, Maker.BARE_LOOP, "cpuMicros")));
        }
        if (wanted.contains("FLOW")) {
            double own = median(figures, Maker.WORKER, "perSecond");
            double bare = median(figures, Maker.BARE_CLIENT, "perSecond");
            verdicts.add(new Verdict(
                    "FLOW",
                    "rate of whole openings on a platform that answers at once",
                    own / bare,
                    Direction.AT_LEAST,
                    0.8,
                    "the same calls by the bare HTTP client, no Kafka",
                    Map.of(
                            "perSecond",
                            own,
                            "peerPerSecond",
                            bare,
                            "cpuMicros",
                            median(figures, Maker.WORKER, "cpuMicros"),
                            "peerCpuMicros",
                            median(figures, Maker.BARE_CLIENT, "cpuMicros"))));
        }
        return verdicts;
    }

    private static boolean needed(Maker maker, Set<String> wanted) {
        return switch (maker) {
            case WORKER -> true;
            case BARE_LOOP -> wanted.contains("P5");
            case BARE_CLIENT -> wanted.contains("FLOW");
        };
    }

    private static Verdict cost(String id, String what, double mark, String peer, double own, double its) {
        return new Verdict(
                id, what, own / its, Direction.AT_MOST, mark, peer, Map.of("cpuMicros", own, "peerCpuMicros", its));
    }

    private static double median(Map<Maker, List<Figures>> figures, Maker maker, String name) {
        return Verdict.median(figures.getOrDefault(maker, List.of()).stream()
                .map(one -> one.get(name))
                .toList());
    }

    private static Figures measured(Maker maker, Stage stage) {
        var openings = Integer.toString(OPENINGS);
        var atOnce = Integer.toString(AT_ONCE);
        return switch (maker) {
            case WORKER -> worker(stage);
            case BARE_LOOP -> {
                try (var scene = backlog(stage)) {
                    yield told(
                            BareLoop.class,
                            stage.brokers(),
                            stage.registry(),
                            scene.prefix(),
                            stage.platformUrl(),
                            openings,
                            atOnce);
                }
            }
            case BARE_CLIENT -> told(BareClient.class, stage.platformUrl(), openings, atOnce);
        };
    }

    private static Figures told(Class<?> main, String... arguments) {
        try (var process = ChildJvm.start(null, main, arguments)) {
            return Figures.parse(process.await(ChildJvm.Word.FIGURES));
        }
    }

    private static Scene backlog(Stage stage) {
        var tenants = Scene.tenants(Scene.TENANTS);
        var scene = new Scene(stage, tenants, OPENINGS);
        scene.declare(0, OPENINGS, tenants);
        return scene;
    }

    /** The last quarter, as for the others, seen from outside. */
    private static Figures worker(Stage stage) {
        try (var scene = backlog(stage);
                var witness = scene.watch()) {
            var worker = scene.startWorker(
                    "--warroom.intake.per-worker=" + AT_ONCE, "--warroom.intake.per-partition=" + AT_ONCE);
            witness.awaitOpened(WarmOpenings.cold(OPENINGS));
            int before = witness.opened();
            double cpuBefore = worker.cpuSeconds();
            long begun = System.nanoTime();
            witness.awaitOpened(OPENINGS);
            double seconds = (System.nanoTime() - begun) / 1e9;
            int measured = OPENINGS - before;
            return new Figures(Map.of(
                    "perSecond", measured / seconds, "cpuMicros", (worker.cpuSeconds() - cpuBefore) * 1e6 / measured));
        }
    }
}
