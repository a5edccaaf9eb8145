package io.warroom.benchmarks.intake;

import io.warroom.benchmarks.BrokerHost;
import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Comparison;
import io.warroom.benchmarks.Figures;
import io.warroom.benchmarks.Verdict;
import io.warroom.benchmarks.Verdict.Direction;
import io.warroom.event.EventClasses;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Severity;
import io.warroom.topic.TenantPartitioner;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How well each way of consuming fills its window while the platforms take their time. All have the same window (500 incidents
 * at once), the same records and the same broker; runs of the peers alternate with ours.
 */
public final class IntakeComparison implements Comparison {

    private static final Set<String> RATES = Set.of("P1", "P2", "P3", "P4");
    private static final String DRAIN = "DRAIN";
    private static final Instant LONG_AGO = Instant.ofEpochSecond(1_700_000_000);

    static final int WINDOW = 500;
    /** Six times what is measured: after as many as are measured, compilers still took as much CPU as the incidents. */
    private static final int BACKLOG = 300_000;

    /** By Little's law 10,000 take half a second, which is as long as the mark allows. */
    private static final int OWN_DRAINING_WINDOW = 25_000;

    /** A peer, and how many incidents it gets: who is slow gets fewer, or a run would take minutes; one may have a client of its own. */
    private enum Peer {
        WORKER(WorkerIntake.class, 15_000, false),
        ASYNC_ACKS(AsyncAcks.class, 3_000, false),
        SHARE_GROUP(ShareGroup.class, 6_000, false),
        PARALLEL_CONSUMER(ParallelConsumer.class, 15_000, true),
        PARALLEL_CONSUMER_BY_KEY(ParallelConsumerByKey.class, 15_000, true);

        private final Class<?> main;
        private final int incidents;
        private final boolean ownClient;

        Peer(Class<?> main, int incidents, boolean ownClient) {
            this.main = main;
            this.incidents = incidents;
            this.ownClient = ownClient;
        }
    }

    /** Made for the comparison tool; nothing is started. */
    public IntakeComparison() {}

    @Override
    public Set<String> ids() {
        var ids = new HashSet<>(RATES);
        ids.add(DRAIN);
        return ids;
    }

    @Override
    public List<Verdict> measure(Set<String> wanted, int runs) {
        var verdicts = new ArrayList<Verdict>();
        try (var broker = ChildJvm.start(null, BrokerHost.class)) {
            var brokers = broker.await(ChildJvm.Word.READY);
            if (!Collections.disjoint(wanted, RATES)) {
                compare(brokers, SimulatedCalls.STRAGGLERS, runs, verdicts);
                compare(brokers, SimulatedCalls.SPREAD, runs, verdicts);
            }
            if (wanted.contains(DRAIN)) {
                drain(brokers, runs, verdicts);
            }
        }
        return verdicts;
    }

    private static void compare(String brokers, SimulatedCalls calls, int runs, List<Verdict> verdicts) {
        var rates = new LinkedHashMap<Peer, List<Double>>();
        var costs = new LinkedHashMap<Peer, List<Double>>();
        for (int run = 0; run < runs; run++) {
            for (var peer : Peer.values()) {
                var figures = run(peer, new Run(brokers, "", calls, peer.incidents, WINDOW));
                rates.computeIfAbsent(peer, one -> new ArrayList<>()).add(figures.get("steadyPerSecond"));
                costs.computeIfAbsent(peer, one -> new ArrayList<>()).add(figures.get("cpuMicrosPerIncident"));
            }
        }
        boolean stragglers = calls == SimulatedCalls.STRAGGLERS;
        var load = load(calls);
        double own = Verdict.median(rates.getOrDefault(Peer.WORKER, List.of()));
        double ideal = WINDOW / calls.meanSeconds(Peer.WORKER.incidents);
        verdicts.add(new Verdict(
                "P1",
                "rate with 500 in flight" + load,
                own / ideal,
                Direction.AT_LEAST,
                0.9,
                "Little's law",
                Map.of("ratePerSecond", own, "idealPerSecond", ideal)));
        verdicts.add(against("P2", Peer.ASYNC_ACKS, "spring-kafka asyncAcks", load, stragglers ? 8 : 3, rates, costs));
        verdicts.add(against(
                "P3", Peer.SHARE_GROUP, "a share group of 50 x 10", load, stragglers ? 2.5 : 1.8, rates, costs));
        verdicts.add(against("P4", Peer.PARALLEL_CONSUMER, "parallel-consumer UNORDERED", load, 0.95, rates, costs));
        verdicts.add(against("P4", Peer.PARALLEL_CONSUMER_BY_KEY, "parallel-consumer KEY", load, 0.95, rates, costs));
    }

    private static Verdict against(
            String id,
            Peer peer,
            String name,
            String load,
            double mark,
            Map<Peer, List<Double>> rates,
            Map<Peer, List<Double>> costs) {
        var own = rates.getOrDefault(Peer.WORKER, List.of());
        var its = rates.getOrDefault(peer, List.of());
        var ratios = new ArrayList<Double>();
        for (int run = 0; run < own.size(); run++) {
            ratios.add(own.get(run) / its.get(run));
        }
        return new Verdict(
                id,
                "rate with 500 in flight" + load,
                Verdict.median(ratios),
                Direction.AT_LEAST,
                mark,
                name,
                Map.of(
                        "ratePerSecond", Verdict.median(own),
                        "peerRatePerSecond", Verdict.median(its),
                        "cpuMicrosPerIncident", Verdict.median(costs.getOrDefault(Peer.WORKER, List.of())),
                        "peerCpuMicrosPerIncident", Verdict.median(costs.getOrDefault(peer, List.of()))));
    }

    /** The peer may have its best setting of three. */
    private static void drain(String brokers, int runs, List<Verdict> verdicts) {
        var own = new ArrayList<Double>();
        var peers = new LinkedHashMap<Integer, List<Double>>();
        for (int run = 0; run < runs; run++) {
            own.add(run(Peer.WORKER, new Run(brokers, "", SimulatedCalls.EVEN, BACKLOG, OWN_DRAINING_WINDOW))
                    .get("lastSixthSeconds"));
            for (int inFlight : List.of(1_000, 2_000, 5_000)) {
                peers.computeIfAbsent(inFlight, setting -> new ArrayList<>())
                        .add(run(Peer.PARALLEL_CONSUMER, new Run(brokers, "", SimulatedCalls.EVEN, BACKLOG, inFlight))
                                .get("lastSixthSeconds"));
            }
        }
        double best = peers.values().stream().mapToDouble(Verdict::median).min().orElseThrow();
        double seconds = Verdict.median(own);
        verdicts.add(new Verdict(
                DRAIN,
                "time to drain 50,000 incidents of 100 ms, 25,000 in flight",
                best / seconds,
                Direction.AT_LEAST,
                5,
                "parallel-consumer's best of 1,000, 2,000 and 5,000 threads",
                Map.of("seconds", seconds, "peerSeconds", best)));
    }

    private static Figures run(Peer peer, Run wanted) {
        var topic = fill(wanted.brokers(), wanted.incidents());
        var run = new Run(wanted.brokers(), topic, wanted.calls(), wanted.incidents(), wanted.inFlight());
        var classPath = peer.ownClient ? withItsOwnClient() : null;
        try (var process = ChildJvm.start(classPath, peer.main, run.arguments())) {
            var figures = Figures.parse(process.await(ChildJvm.Word.FIGURES));
            System.err.printf("%-18s %-10s %s%n", peer, run.calls(), figures.values());
            return figures;
        }
    }

    /** The Kafka client that the peer was released with goes before ours. */
    static String withItsOwnClient() {
        return Path.of(System.getProperty("benchmarks.home", "."), "target", "peers", "kafka-clients-3.9.1.jar")
                + File.pathSeparator
                + System.getProperty("java.class.path");
    }

    /** @return a topic that holds so many incidents of 600 tenants in six partitions; the same one the next time */
    private static String fill(String brokers, int incidents) {
        var topic = "n" + incidents + "-incident-declared";
        EventClasses.trust();
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            if (admin.listTopics().names().get().contains(topic)) {
                return topic;
            }
            admin.createTopics(List.of(new NewTopic(topic, 6, (short) 1))).all().get();
            try (var producer = producer(brokers)) {
                Future<?> last = CompletableFuture.completedFuture(null);
                for (int incident = 0; incident < incidents; incident++) {
                    var tenant = "tenant-" + incident % 600;
                    last = producer.send(new ProducerRecord<>(topic, tenant, encoded(tenant, incident, LONG_AGO)));
                }
                last.get();
            }
            return topic;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topic could not be filled", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** What a verdict says of the calls, behind its first words. */
    static String load(SimulatedCalls calls) {
        return calls == SimulatedCalls.STRAGGLERS ? ", 1 % of the incidents take 5 s more" : ", no stragglers";
    }

    /** A new one, of six partitions. */
    static void makeTopic(String brokers, String topic) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 6, (short) 1))).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topic could not be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** By tenant, as incidents are declared. */
    static KafkaProducer<String, byte[]> producer(String brokers) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        brokers,
                        "partitioner.class",
                        TenantPartitioner.class,
                        "linger.ms",
                        20,
                        // With more, batches that overtake a first one which a new leader refused are out of order
                        // for good.
                        "max.in.flight.requests.per.connection",
                        1),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    static byte[] encoded(String tenant, int incident, Instant declaredAt) {
        var declared = IncidentDeclaration.of(tenant, "INC-" + incident, "Checkout is down", Severity.P1, declaredAt)
                .build();
        try {
            var encoded = IncidentDeclared.getEncoder().encode(declared);
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
