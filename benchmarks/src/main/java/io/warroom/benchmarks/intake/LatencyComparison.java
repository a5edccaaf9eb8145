package io.warroom.benchmarks.intake;

import io.warroom.benchmarks.BrokerHost;
import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.event.EventClasses;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How long after it was declared an incident is done, while {@value #PER_SECOND} are declared each second, of the 1,500 to 1,770
 * that the window allows by Little's law.
 */
public final class LatencyComparison implements Comparison {

    private static final String ID = "P4P99";
    private static final int PER_SECOND = 1_000;

    /** The half that is declared last counts: who starts has a backlog of some seconds first. */
    private static final int INCIDENTS = 24_000;

    private static final double MARK = 1.1;

    /** Who is measured. */
    private enum Peer {
        WORKER(WorkerIntake.class),
        UNORDERED(ParallelConsumer.class),
        KEY(ParallelConsumerByKey.class);

        private final Class<?> main;

        Peer(Class<?> main) {
            this.main = main;
        }
    }

    /** Made for the comparison tool; nothing is started. */
    public LatencyComparison() {}

    @Override
    public Set<String> ids() {
        return Set.of(ID);
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var verdicts = new ArrayList<Verdict>();
        try (var broker = ChildJvm.start(null, BrokerHost.class)) {
            var brokers = broker.await(ChildJvm.Word.READY);
            for (var calls : List.of(SimulatedCalls.STRAGGLERS, SimulatedCalls.SPREAD)) {
                var figures = new LinkedHashMap<Peer, List<Figures>>();
                for (int run = 0; run < runs; run++) {
                    for (var peer : Peer.values()) {
                        var one = measured(peer, brokers, calls);
                        System.err.printf("%-10s %-10s %s%n", peer, calls, one.values());
                        figures.computeIfAbsent(peer, first -> new ArrayList<>())
                                .add(one);
                    }
                }
                verdicts.add(verdict(Peer.UNORDERED, calls, figures));
                verdicts.add(verdict(Peer.KEY, calls, figures));
            }
        }
        return verdicts;
    }

    private static Verdict verdict(Peer peer, SimulatedCalls calls, Map<Peer, List<Figures>> figures) {
        double own = median(figures, Peer.WORKER, "p99AgeMillis");
        double its = median(figures, peer, "p99AgeMillis");
        return new Verdict(
                ID,
                "p99 from declared to done, " + PER_SECOND + "/s" + IntakeComparison.load(calls),
                own / its,
                Direction.AT_MOST,
                MARK,
                "parallel-consumer " + peer,
                Map.of(
                        "p99Millis",
                        own,
                        "peerP99Millis",
                        its,
                        "p50Millis",
                        median(figures, Peer.WORKER, "p50AgeMillis"),
                        "peerP50Millis",
                        median(figures, peer, "p50AgeMillis")));
    }

    private static double median(Map<Peer, List<Figures>> figures, Peer peer, String name) {
        return Verdict.median(figures.getOrDefault(peer, List.of()).stream()
                .map(one -> one.get(name))
                .toList());
    }

    private static Figures measured(Peer peer, String brokers, SimulatedCalls calls) {
        var topic = UUID.randomUUID() + "-incident-declared";
        var run = new Run(brokers, topic, calls, INCIDENTS, IntakeComparison.WINDOW);
        IntakeComparison.makeTopic(brokers, topic);
        var classPath = peer == Peer.WORKER ? null : IntakeComparison.withItsOwnClient();
        try (var process = ChildJvm.start(classPath, peer.main, run.arguments())) {
            declare(brokers, topic);
            return Figures.parse(process.await(ChildJvm.Word.FIGURES));
        }
    }

    /** As many a second, come what may. */
    private static void declare(String brokers, String topic) {
        EventClasses.trust();
        try (var producer = IntakeComparison.producer(brokers)) {
            long begin = System.nanoTime();
            for (int incident = 0; incident < INCIDENTS; incident++) {
                long at = begin + incident * 1_000_000_000L / PER_SECOND;
                while (System.nanoTime() < at) {
                    LockSupport.parkNanos(at - System.nanoTime());
                }
                var tenant = "tenant-" + incident % 600;
                var _ = producer.send(
                        new ProducerRecord<>(topic, tenant, IntakeComparison.encoded(tenant, incident, Instant.now())));
            }
        }
    }
}
