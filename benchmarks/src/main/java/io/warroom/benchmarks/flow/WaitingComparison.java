package io.warroom.benchmarks.flow;

import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.benchmarks.simulator.SimulatorHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How long incidents wait for the worker, and for each other: at half the load that this machine bears, beside a tenant that is
 * throttled, beside tenants whose platform hangs. Incidents come at an even rate; times are the broker's, from the incident's
 * record to its result's.
 */
public final class WaitingComparison implements Comparison {

    private static final int WARM_UP = 10_000;
    /** Until the compilers are nearly done: they take a core for the first minute, and the worker adds tens of milliseconds. */
    private static final int LONG_WARM_UP = 60_000;

    private static final int SECONDS = 20;
    private static final int TENANTS = 100;
    /** Well below what the machine bears: it is about waiting, not about CPU. */
    private static final int PER_SECOND = 150;
    /** Lark is asked for the room and for its people before the result is written. */
    private static final int CALLS_BEFORE_THE_RESULT = 2;

    private static final int PLATFORM_MILLIS = 100;
    private static final int QUICK_PLATFORM_MILLIS = 25;
    private static final String THROTTLED = "busy-tenant";
    private static final int THROTTLED_BACKLOG = 10_000;
    private static final int PARALLEL = 1_000;

    /** Made for the comparison tool; nothing is started. */
    public WaitingComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("P7", "P11", "HANG", "P17");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var verdicts = new ArrayList<Verdict>();
        // The simulator remembers all it has seen: its collector's pauses, of a tenth of a second, are not what a
        // worker adds.
        try (var stage = new Stage(SimulatorHost.class, "-XX:+UseZGC")) {
            var platform = new SimulatedPlatform(stage);
            if (wanted.contains("P7")) {
                var figures = repeated(runs, "half load", () -> atHalfLoad(stage, platform));
                verdicts.add(share(
                        "P7", "half of the incidents at half load: milliseconds added", "p50Millis", 10, figures));
                verdicts.add(
                        share("P7", "99 of 100 incidents at half load: milliseconds added", "p99Millis", 50, figures));
            }
            if (wanted.contains("P11")) {
                var figures = repeated(runs, "throttled", () -> besideThrottled(stage, platform));
                verdicts.add(new Verdict(
                        "P11",
                        "rate of the others beside a tenant with 10,000 incidents whose platform takes one call in a hundred",
                        median(figures, one -> one.get("perSecond") / one.get("peerPerSecond")),
                        Direction.AT_LEAST,
                        0.95,
                        "the same without that tenant",
                        medians(figures)));
            }
            if (wanted.contains("HANG")) {
                var figures = repeated(runs, "hanging", () -> besideHanging(stage, platform));
                verdicts.add(new Verdict(
                        "HANG",
                        "p99 of the others while the platform hangs for a fifth of the tenants",
                        median(figures, one -> one.get("p99Millis") / one.get("peerP99Millis")),
                        Direction.AT_MOST,
                        1.1,
                        "the same tenants' while nobody hangs",
                        medians(figures)));
            }
            if (wanted.contains("P17")) {
                var figures = repeated(runs, "parallel", () -> tokens(stage, platform));
                verdicts.add(new Verdict(
                        "P17",
                        "token calls for 1,000 incidents of one tenant at once",
                        median(figures, one -> one.get("tokenCalls")),
                        Direction.AT_MOST,
                        1,
                        "one call",
                        medians(figures)));
            }
        }
        return verdicts;
    }

    private interface Measurement {
        Figures take();
    }

    private static List<Figures> repeated(int runs, String name, Measurement measurement) {
        var figures = new ArrayList<Figures>();
        for (int run = 0; run < runs; run++) {
            var one = measurement.take();
            System.err.println(name + " " + one.values());
            figures.add(one);
        }
        return figures;
    }

    private static Verdict share(String id, String what, String figure, double allowed, List<Figures> figures) {
        return new Verdict(
                id,
                what,
                median(figures, one -> one.get(figure) / allowed),
                Direction.AT_MOST,
                1,
                "%.0f ms".formatted(allowed),
                medians(figures));
    }

    private static double median(List<Figures> figures, ToDoubleFunction<Figures> of) {
        return Verdict.median(figures.stream().map(of::applyAsDouble).toList());
    }

    private static Map<String, Double> medians(List<Figures> figures) {
        var medians = new TreeMap<String, Double>();
        figures.getFirst().values().keySet().forEach(name -> medians.put(name, median(figures, one -> one.get(name))));
        return medians;
    }

    /** Bears as much as it can, then half of that. */
    private static Figures atHalfLoad(Stage stage, SimulatedPlatform platform) {
        var tenants = Scene.tenants(TENANTS);
        platform.begin(tenants);
        platform.faults(List.of(SimulatedPlatform.late(QUICK_PLATFORM_MILLIS)));
        // Of a backlog's end the last are those of few partitions: what the machine bears is measured before that.
        int backlog = LONG_WARM_UP + 3 * WARM_UP;
        try (var scene = new Scene(stage, tenants, backlog + 100_000);
                var witness = scene.watch()) {
            scene.declare(0, backlog, tenants);
            scene.startWorker();
            witness.awaitOpened(LONG_WARM_UP);
            int before = witness.opened();
            long begun = System.nanoTime();
            witness.awaitOpened(LONG_WARM_UP + WARM_UP);
            double full = (witness.opened() - before) / ((System.nanoTime() - begun) / 1e9);
            witness.awaitOpened(backlog);
            int end = backlog + (int) (full / 2 * SECONDS);
            scene.declare(backlog, end, number -> tenants.get(number % TENANTS), full / 2);
            witness.awaitOpened(end);
            double platformMillis = CALLS_BEFORE_THE_RESULT * QUICK_PLATFORM_MILLIS;
            return new Figures(Map.of(
                    "fullPerSecond", full,
                    "p50Millis", percentile(0.5, scene, witness, backlog, end, any -> true) - platformMillis,
                    "p99Millis", percentile(0.99, scene, witness, backlog, end, any -> true) - platformMillis));
        }
    }

    private static Figures besideThrottled(Stage stage, SimulatedPlatform platform) {
        var others = Scene.tenants(TENANTS);
        var all = new ArrayList<>(others);
        all.add(THROTTLED);
        platform.begin(all);
        platform.faults(List.of(
                SimulatedPlatform.late(PLATFORM_MILLIS),
                Map.of("tenant", THROTTLED, "kind", "THROTTLED", "share", 0.99)));
        int measured = PER_SECOND * SECONDS;
        int alone = WARM_UP;
        int beside = alone + measured;
        int end = beside + measured;
        try (var scene = new Scene(stage, all, end + THROTTLED_BACKLOG);
                var witness = scene.watch()) {
            scene.declare(0, alone, others);
            scene.startWorker();
            witness.awaitOpened(alone);
            scene.declare(alone, beside, number -> others.get(number % TENANTS), PER_SECOND);
            witness.awaitOpened(beside);
            scene.declare(end, end + THROTTLED_BACKLOG, List.of(THROTTLED));
            scene.declare(beside, end, number -> others.get(number % TENANTS), PER_SECOND);
            IntStream.range(beside, end).forEach(witness::awaitOpen);
            return new Figures(Map.of(
                    "perSecond", perSecond(scene, witness, beside, end),
                    "peerPerSecond", perSecond(scene, witness, alone, beside),
                    "p99Millis", percentile(0.99, scene, witness, beside, end, any -> true),
                    "peerP99Millis", percentile(0.99, scene, witness, alone, beside, any -> true),
                    "openedOfTheThrottled",
                            (double) IntStream.range(end, end + THROTTLED_BACKLOG)
                                    .filter(witness::isOpened)
                                    .count()));
        }
    }

    private static Figures besideHanging(Stage stage, SimulatedPlatform platform) {
        var tenants = Scene.tenants(TENANTS);
        platform.begin(tenants);
        platform.faults(List.of(SimulatedPlatform.late(PLATFORM_MILLIS)));
        int measured = PER_SECOND * SECONDS;
        int calm = WARM_UP;
        int hanging = calm + measured;
        int end = hanging + measured;
        IntPredicate ofAnother = number -> number % TENANTS >= TENANTS / 5;
        try (var scene = new Scene(stage, tenants, end);
                var witness = scene.watch()) {
            scene.declare(0, calm, tenants);
            scene.startWorker();
            witness.awaitOpened(calm);
            scene.declare(calm, hanging, number -> tenants.get(number % TENANTS), PER_SECOND);
            witness.awaitOpened(hanging);
            var faults = new ArrayList<Map<String, Object>>(List.of(SimulatedPlatform.late(PLATFORM_MILLIS)));
            tenants.subList(0, TENANTS / 5)
                    .forEach(tenant -> faults.add(Map.of("tenant", tenant, "kind", "HANG", "share", 1)));
            platform.faults(faults);
            scene.declare(hanging, end, number -> tenants.get(number % TENANTS), PER_SECOND);
            IntStream.range(hanging, end).filter(ofAnother).forEach(witness::awaitOpen);
            return new Figures(Map.of(
                    "p99Millis", percentile(0.99, scene, witness, hanging, end, ofAnother),
                    "peerP99Millis", percentile(0.99, scene, witness, calm, hanging, ofAnother),
                    "p50Millis", percentile(0.5, scene, witness, hanging, end, ofAnother),
                    "peerP50Millis", percentile(0.5, scene, witness, calm, hanging, ofAnother)));
        }
    }

    /** All are there before the worker is, and none may wait for another's call but that for the token. */
    private static Figures tokens(Stage stage, SimulatedPlatform platform) {
        var tenants = Scene.tenants(1);
        platform.begin(tenants);
        platform.faults(List.of(SimulatedPlatform.late(PLATFORM_MILLIS)));
        try (var scene = new Scene(stage, tenants, PARALLEL);
                var witness = scene.watch()) {
            scene.declare(0, PARALLEL, tenants);
            scene.startWorker("--warroom.opening.per-tenant=" + PARALLEL);
            witness.awaitOpened(PARALLEL);
            return new Figures(Map.of(
                    "tokenCalls", (double) platform.calls("auth/v3/tenant_access_token/internal"),
                    "rooms", (double) platform.calls("im/v1/chats")));
        }
    }

    private static double perSecond(Scene scene, Witness witness, int from, int to) {
        long first =
                IntStream.range(from, to).mapToLong(scene::declaredMillis).min().orElseThrow();
        long last =
                IntStream.range(from, to).mapToLong(witness::openedMillis).max().orElseThrow();
        return (to - from) / ((last - first) / 1e3);
    }

    private static double percentile(double share, Scene scene, Witness witness, int from, int to, IntPredicate which) {
        var millis = IntStream.range(from, to)
                .filter(which)
                .mapToLong(number -> witness.openedMillis(number) - scene.declaredMillis(number))
                .toArray();
        Arrays.sort(millis);
        return millis[(int) Math.min(millis.length - 1L, (long) (share * millis.length))];
    }
}
