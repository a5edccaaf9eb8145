package io.warroom.benchmarks.intake;

import io.warroom.benchmarks.BrokerHost;
import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/** A worker joins and leaves under load, by the broker's protocol (KIP-848) and by the classic one. */
public final class RebalanceComparison implements Comparison {

    /** As Kafka's consumers have it: {@code max.poll.interval.ms}. */
    private static final double MOST_BETWEEN_POLLS_MILLIS = 300_000;

    /** Made for the comparison tool; nothing is started. */
    public RebalanceComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("P15");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var brokers = new ArrayList<Figures>();
        var classic = new ArrayList<Figures>();
        try (var broker = ChildJvm.start(null, BrokerHost.class)) {
            var address = broker.await(ChildJvm.Word.READY);
            for (int run = 0; run < runs; run++) {
                brokers.add(measured(address, "consumer", run));
                classic.add(measured(address, "classic", run));
            }
        }
        var figures = new HashMap<String, Double>();
        for (var name : brokers.getFirst().values().keySet()) {
            figures.put(name, median(brokers, name));
            figures.put("classic" + Character.toUpperCase(name.charAt(0)) + name.substring(1), median(classic, name));
        }
        double without =
                Math.max(median(brokers, "longestWithoutPollMillis"), median(classic, "longestWithoutPollMillis"));
        return List.of(
                new Verdict(
                        "P15",
                        "polls that a worker which stays misses while another joins and leaves",
                        Math.floor(without / MOST_BETWEEN_POLLS_MILLIS),
                        Direction.AT_MOST,
                        0,
                        "max.poll.interval.ms",
                        figures),
                new Verdict(
                        "P15",
                        "until all partitions are worked on again, the longer of joining and leaving, KIP-848",
                        slower(brokers) / slower(classic),
                        Direction.AT_MOST,
                        1,
                        "the classic protocol, cooperative",
                        figures));
    }

    private static double slower(List<Figures> figures) {
        return Math.max(median(figures, "joinMovedPauseMillis"), median(figures, "leaveMovedPauseMillis"));
    }

    private static double median(List<Figures> figures, String name) {
        return Verdict.median(figures.stream().map(one -> one.get(name)).toList());
    }

    private static Figures measured(String brokers, String protocol, int run) {
        var topic = "rebalance-" + protocol + run + "-incident-declared";
        IntakeComparison.makeTopic(brokers, topic);
        try (var process = ChildJvm.start(null, RebalanceRun.class, brokers, protocol, topic)) {
            var figures = Figures.parse(process.await(ChildJvm.Word.FIGURES));
            System.err.println(protocol + " " + figures.values());
            return figures;
        }
    }
}
