package io.warroom.benchmarks.intake;

import io.warroom.benchmarks.Figures;
import io.warroom.event.EventClasses;
import io.warroom.topic.TenantPartitioner;
import io.warroom.worker.intake.IncidentIntake;
import io.warroom.worker.intake.IntakeLimits;
import io.warroom.worker.intake.PartitionKnowledge;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Two intakes under an even load, a third that joins and leaves again, all in this process, so that no JVM's start is in the
 * figures: how long the partitions pause that go to another intake, and those that stay.
 */
final class RebalanceRun {

    private static final int PARTITIONS = 6;
    private static final int TENANTS = 600;
    private static final int PER_SECOND = 300;
    private static final int CALM_SECONDS = 10;
    private static final int AFTER_SECONDS = 15;

    /** @param member which intake began it */
    private record Begun(long nanos, int partition, int member) {}

    private final String brokers;
    private final String protocol;
    private final String topic;
    private final Queue<Begun> begun = new ConcurrentLinkedQueue<>();
    private final AtomicLong longestWithoutPoll = new AtomicLong();
    private volatile boolean measuring;
    private volatile boolean over;

    private RebalanceRun(String brokers, String protocol, String topic) {
        this.brokers = brokers;
        this.protocol = protocol;
        this.topic = topic;
    }

    /** Brokers, the group protocol, an empty topic. */
    public static void main(String[] arguments) throws InterruptedException {
        EventClasses.trust();
        new RebalanceRun(arguments[0], arguments[1], arguments[2]).measure().tell();
        System.exit(0);
    }

    private Figures measure() throws InterruptedException {
        var declaring = Thread.ofPlatform().start(this::declare);
        var first = intake(1);
        var second = intake(2);
        first.start();
        second.start();
        Thread.sleep(Duration.ofSeconds(CALM_SECONDS));
        measuring = true;
        long join = System.nanoTime();
        var third = intake(3);
        third.start();
        Thread.sleep(Duration.ofSeconds(AFTER_SECONDS));
        long leave = System.nanoTime();
        third.stop();
        Thread.sleep(Duration.ofSeconds(AFTER_SECONDS));
        measuring = false;
        over = true;
        declaring.join();
        first.stop();
        second.stop();
        var pauses = new HashMap<String, Double>();
        pauses("join", join, leave, pauses);
        pauses("leave", leave, Long.MAX_VALUE, pauses);
        pauses.put("longestWithoutPollMillis", longestWithoutPoll.get() / 1e6);
        return new Figures(pauses);
    }

    /**
     * The longest that nothing was begun: in partitions that changed their intake and in those that did not, from the last begun
     * before the change on.
     */
    private void pauses(String name, long from, long to, Map<String, Double> pauses) {
        double moved = 0;
        double kept = 0;
        int changed = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int number = partition;
            var all = begun.stream()
                    .filter(one -> one.partition() == number && one.nanos() < to)
                    .sorted((one, other) -> Long.compare(one.nanos(), other.nanos()))
                    .toList();
            int before = (int) all.stream().filter(one -> one.nanos() <= from).count();
            var its = all.subList(Math.max(0, before - 1), all.size());
            boolean moves = its.stream().map(Begun::member).distinct().count() > 1;
            changed += moves ? 1 : 0;
            for (int i = 1; i < its.size(); i++) {
                double millis = (its.get(i).nanos() - its.get(i - 1).nanos()) / 1e6;
                if (moves) {
                    moved = Math.max(moved, millis);
                } else {
                    kept = Math.max(kept, millis);
                }
            }
        }
        pauses.put(name + "Moved", (double) changed);
        pauses.put(name + "MovedPauseMillis", moved);
        pauses.put(name + "KeptPauseMillis", kept);
    }

    private IncidentIntake intake(int member) {
        var producer = new KafkaTemplate<>(new DefaultKafkaProducerFactory<byte[], byte[]>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer()));
        var settings = new HashMap<>(new Run(brokers, topic, SimulatedCalls.SPREAD, 0, 0).consumer(500));
        settings.put("group.id", topic);
        settings.put("group.protocol", protocol);
        if (protocol.equals("classic")) {
            settings.put(
                    "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        }
        return new IncidentIntake(
                () -> watched(new KafkaConsumer<>(settings)),
                (name, value) -> Run.decode(value),
                producer,
                topic.substring(0, topic.indexOf("incident-declared")),
                CompletableFuture.completedFuture(null),
                PartitionKnowledge.NONE,
                declaration -> {
                    var incident = declaration.incident();
                    begun.add(new Begun(
                            System.nanoTime(), TenantPartitioner.partitionOf(incident.tenantId(), PARTITIONS), member));
                    SimulatedCalls.SPREAD.make(Run.number(incident.incidentId()));
                },
                new IntakeLimits(1_000, 500, Duration.ofMinutes(5), Duration.ofSeconds(5)));
    }

    /** Notes how long its thread stays away from poll. */
    private Consumer<byte[], byte[]> watched(Consumer<byte[], byte[]> consumer) {
        var last = new AtomicLong();
        @SuppressWarnings("unchecked") // it is one
        var watched = (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                RebalanceRun.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("poll")) {
                        long now = System.nanoTime();
                        long before = last.getAndSet(now);
                        if (measuring && before != 0) {
                            longestWithoutPoll.accumulateAndGet(now - before, Math::max);
                        }
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return watched;
    }

    private void declare() {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "partitioner.class", TenantPartitioner.class),
                new StringSerializer(),
                new ByteArraySerializer())) {
            long begin = System.nanoTime();
            List<String> tenants = new ArrayList<>();
            for (int i = 0; i < TENANTS; i++) {
                tenants.add("tenant-" + i);
            }
            for (int number = 0; !over; number++) {
                long at = begin + (long) (number * 1e9 / PER_SECOND);
                while (System.nanoTime() < at) {
                    LockSupport.parkNanos(at - System.nanoTime());
                }
                var tenant = tenants.get(number % TENANTS);
                var _ = producer.send(
                        new ProducerRecord<>(topic, tenant, IntakeComparison.encoded(tenant, number, Instant.now())));
            }
        }
    }
}
