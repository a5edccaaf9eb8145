package io.warroom.benchmarks.outbox;

import io.warroom.benchmarks.BrokerHost;
import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.TemporaryFolder;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.config.setup.SetUp;
import io.warroom.local.Database;
import io.warroom.local.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * From the commit of a change until its record can be read by whoever reads what is committed: under load, and when changes come one
 * by one. The peer runs with each of its profiles, and the better one counts.
 */
public final class OutboxComparison implements Comparison {

    private static final double IDLE_MILLIS = 150;

    /** Three times all stretches, and the patience behind each. */
    private static final Duration LONGEST = Duration.ofMinutes(8);

    /** Made for the comparison tool; nothing is started. */
    public OutboxComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of("OUTBOX", "OUTBOXIDLE");
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        try (var folder = TemporaryFolder.make();
                var broker = ChildJvm.start(null, BrokerHost.class);
                var database = Database.start(folder.path().resolve("postgresql"), 0);
                var registry = Registry.start(folder.path().resolve("registry"), 0)) {
            var server = new Server(
                    broker.await(ChildJvm.Word.READY),
                    database.jdbcUrl(),
                    database.user(),
                    database.password(),
                    registry.url());
            SetUp.main(new String[] {
                "--spring.kafka.bootstrap-servers=" + server.kafka(),
                "--warroom.schema-registry-url=" + server.registry(),
                "--warroom.topics.replication=1"
            });
            var ours = new ArrayList<Figures>();
            var peers = new LinkedHashMap<NamastackOutbox.Profile, List<Figures>>();
            for (int run = 0; run < runs; run++) {
                ours.add(measured(server, OutboxHost.OURS));
                for (var profile : NamastackOutbox.Profile.values()) {
                    peers.computeIfAbsent(profile, _ -> new ArrayList<>()).add(measured(server, profile.name()));
                }
            }
            return verdicts(ours, peers);
        }
    }

    private static List<Verdict> verdicts(List<Figures> ours, Map<NamastackOutbox.Profile, List<Figures>> peers) {
        var best = peers.entrySet().stream()
                .min(Comparator.comparingDouble(peer -> median(peer.getValue(), "steadyP99Millis")))
                .orElseThrow();
        var bestIdle = peers.values().stream()
                .min(Comparator.comparingDouble(peer -> median(peer, "idleP99Millis")))
                .orElseThrow();
        var figures = new LinkedHashMap<String, Double>();
        ours.getFirst().values().keySet().forEach(name -> {
            figures.put(name, median(ours, name));
            figures.put("peer." + name, median(best.getValue(), name));
        });
        var profile = best.getKey().name().toLowerCase(Locale.ROOT);
        return List.of(
                new Verdict(
                        "OUTBOX",
                        "p99 from commit to readable at " + OutboxHost.RATE + " changes/s",
                        median(ours, "steadyP99Millis") / median(best.getValue(), "steadyP99Millis"),
                        Direction.AT_MOST,
                        0.5,
                        "namastack-outbox 1.6.0, " + profile,
                        figures),
                new Verdict(
                        "OUTBOXIDLE",
                        "p99 from commit to readable when changes come one by one",
                        median(ours, "idleP99Millis") / IDLE_MILLIS,
                        Direction.AT_MOST,
                        1,
                        "150 ms (namastack-outbox: " + Math.round(median(bestIdle, "idleP99Millis")) + " ms)",
                        figures));
    }

    private static Figures measured(Server server, String contender) {
        try (var process = ChildJvm.start(null, OutboxHost.class, server.arguments(contender))) {
            var figures = Figures.parse(process.await(ChildJvm.Word.FIGURES, LONGEST));
            System.err.println(contender + " " + figures.values());
            return figures;
        }
    }

    private static double median(List<Figures> runs, String name) {
        return Verdict.median(runs.stream().map(run -> run.get(name)).toList());
    }
}
