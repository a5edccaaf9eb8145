package io.warroom.benchmarks.http;

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

/** CPU of one call to a platform, with all that our clients promise about it, beside the HTTP client that they stand on. */
public final class HttpComparison implements Comparison {

    /** Made for the comparison tool; nothing is started. */
    public HttpComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("P6");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var ours = new ArrayList<Figures>();
        var bare = new ArrayList<Figures>();
        for (int run = 0; run < runs; run++) {
            bare.add(measured(BareCalls.class));
            ours.add(measured(OurCalls.class));
        }
        double cpu = median(ours, "cpuMicrosPerCall");
        double bareCpu = median(bare, "cpuMicrosPerCall");
        return List.of(new Verdict(
                "P6",
                "CPU of a call to a platform",
                cpu / bareCpu,
                Direction.AT_MOST,
                1.25,
                "the same call by bare Apache HttpClient 5",
                Map.of(
                        "cpuMicrosPerCall",
                        cpu,
                        "peerCpuMicrosPerCall",
                        bareCpu,
                        "callsPerSecond",
                        median(ours, "callsPerSecond"),
                        "peerCallsPerSecond",
                        median(bare, "callsPerSecond"))));
    }

    private static Figures measured(Class<?> calls) {
        try (var host = ChildJvm.start(null, BareHost.class)) {
            String port = host.await(ChildJvm.Word.READY).split(" ", 2)[0];
            try (var caller = ChildJvm.start(null, calls, port)) {
                var figures = Figures.parse(caller.await(ChildJvm.Word.FIGURES));
                System.err.println(calls.getSimpleName() + " " + figures.values());
                return figures;
            }
        }
    }

    private static double median(List<Figures> runs, String name) {
        return Verdict.median(runs.stream().map(run -> run.get(name)).toList());
    }
}
