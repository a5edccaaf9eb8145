package io.warroom.benchmarks.simulator;

import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the simulator can be what others are measured against: CPU a request of the calls of an opening, beside a bare handler on
 * the same server, and how many requests two cores can do at that price.
 */
public final class SimulatorComparison implements Comparison {

    private static final double WANTED = 15_000;
    private static final double CORES = 2;

    /** Made for the comparison tool; nothing is started. */
    public SimulatorComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("SIM", "SIMCPU");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var ours = new ArrayList<Figures>();
        var bare = new ArrayList<Figures>();
        for (int run = 0; run < runs; run++) {
            bare.add(measured(BareHost.class, false));
            ours.add(measured(SimulatorHost.class, true));
        }
        double cpu = median(ours, "cpuMicrosPerRequest");
        double bareCpu = median(bare, "cpuMicrosPerRequest");
        var figures = Map.of(
                "cpuMicrosPerRequest",
                cpu,
                "peerCpuMicrosPerRequest",
                bareCpu,
                "requestsPerSecondBesideTheLoad",
                median(ours, "requestsPerSecond"),
                "peerRequestsPerSecondBesideTheLoad",
                median(bare, "requestsPerSecond"),
                "requestsPerSecondOfTwoCores",
                CORES * 1e6 / cpu);
        return List.of(
                new Verdict(
                        "SIM",
                        "requests/s that two cores can do in the simulator",
                        CORES * 1e6 / cpu / WANTED,
                        Direction.AT_LEAST,
                        1,
                        "15,000/s",
                        figures),
                new Verdict(
                        "SIMCPU",
                        "CPU a request of the simulator",
                        cpu / bareCpu,
                        Direction.AT_MOST,
                        3,
                        "a bare handler on the same server",
                        figures));
    }

    private static Figures measured(Class<?> host, boolean simulator) {
        try (var process = ChildJvm.start(null, host)) {
            var figures = Load.measure(process.await(ChildJvm.Word.READY), simulator);
            System.err.println(host.getSimpleName() + " " + figures.values());
            return figures;
        }
    }

    private static double median(List<Figures> runs, String name) {
        return Verdict.median(runs.stream().map(run -> run.get(name)).toList());
    }
}
