package io.warroom.benchmarks.flow;

import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.benchmarks.simulator.SimulatorHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a {@code kill -9} costs: how many records are worked on again, while one incident in a hundred takes five seconds and holds
 * the committed position back.
 */
public final class RestartComparison implements Comparison {

    private static final int INCIDENTS = 12_000;
    private static final int KILLED_AT = 6_000;
    private static final int IN_FLIGHT = 300;
    private static final double COMMIT_INTERVAL_SECONDS = 0.5;

    /** Made for the comparison tool; nothing is started. */
    public RestartComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("P14");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var ratios = new ArrayList<Double>();
        var again = new ArrayList<Double>();
        var bounds = new ArrayList<Double>();
        try (var stage = new Stage(SimulatorHost.class)) {
            for (int run = 0; run < runs; run++) {
                var one = killed(stage);
                System.err.println("killed " + one.values());
                ratios.add(one.get("again") / one.get("bound"));
                again.add(one.get("again"));
                bounds.add(one.get("bound"));
            }
        }
        return List.of(new Verdict(
                "P14",
                "records worked on again after kill -9, with stragglers of 5 s",
                Verdict.median(ratios),
                Direction.AT_MOST,
                1.1,
                "what may be in flight, and what ends between two commits",
                Map.of("again", Verdict.median(again), "bound", Verdict.median(bounds))));
    }

    private static Figures killed(Stage stage) {
        var platform = new SimulatedPlatform(stage);
        var tenants = Scene.tenants(Scene.TENANTS);
        platform.begin(tenants);
        platform.faults(List.of(
                // The first that hits decides.
                Map.of("endpoint", "im/v1/chats", "kind", "LATENCY", "share", 0.01, "millis", 5_000),
                SimulatedPlatform.late(50)));
        String[] limits = {"--warroom.intake.per-worker=" + IN_FLIGHT, "--warroom.intake.per-partition=" + IN_FLIGHT};
        try (var scene = new Scene(stage, tenants, INCIDENTS);
                var witness = scene.watch()) {
            scene.declare(0, INCIDENTS, tenants);
            var first = scene.startWorker(limits);
            witness.awaitOpened(KILLED_AT / 2);
            long begun = System.nanoTime();
            int before = witness.opened();
            witness.awaitOpened(KILLED_AT);
            double perSecond = (witness.opened() - before) / ((System.nanoTime() - begun) / 1e9);
            first.kill();
            long killed = System.currentTimeMillis();
            scene.forget(first);
            scene.startWorker(limits);
            witness.awaitEnded(INCIDENTS);
            // Taken up again: a room asked for twice, a first message left over, or a result said once more.
            double again = platform.calls("im/v1/chats") - INCIDENTS + witness.halfway(killed) + witness.repeats();
            return new Figures(Map.of(
                    "again", again, "bound", IN_FLIGHT + perSecond * COMMIT_INTERVAL_SECONDS, "perSecond", perSecond));
        } catch (InterruptedException e) {
            throw Scene.interrupted(e);
        }
    }
}
