package io.warroom.benchmarks.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Changes at a rate that does not wait for the answers, by {@link #WRITERS} writers over {@link #APPS} apps, and one reader of what
 * is committed. The time of a change is from its commit until the reader has its record.
 */
final class Traffic implements AutoCloseable {

    static final int WRITERS = 16;
    static final int APPS = 500;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Contender contender;
    private final Map<String, Long> committed = new ConcurrentHashMap<>();
    private final Map<String, Long> readable = new ConcurrentHashMap<>();
    private final Thread reader;
    private volatile boolean over;

    /**
     * What one stretch came to.
     *
     * @param perSecond commits that were reached
     * @param unread changes that could not be read when the patience was over; their times are what they had waited by then
     */
    record Times(double perSecond, double p50Millis, double p99Millis, double mostMillis, long unread) {}

    Traffic(Contender contender, Server server) {
        this.contender = contender;
        this.reader = Thread.ofPlatform().name("reader").start(() -> read(server));
    }

    /**
     * Blocks until all of it can be read: at most three times the length, in which a slow contender may commit what it can, and
     * {@link #PATIENCE} behind that.
     */
    Times run(String name, int rate, Duration length) throws Exception {
        int changes = (int) (rate * length.toMillis() / 1000);
        var next = new AtomicInteger();
        long begin = System.nanoTime();
        long latest = begin + length.multipliedBy(3).toNanos();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int writer = 0; writer < WRITERS; writer++) {
                running.add(writers.submit(() -> write(name, changes, rate, begin, latest, next)));
            }
            for (var one : running) {
                one.get();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long end = System.nanoTime() + PATIENCE.toNanos();
        var millis = new ArrayList<Double>();
        long unread = 0;
        for (int change = 0; change < changes; change++) {
            var event = name + "-" + change;
            var from = committed.get(event);
            if (from == null) {
                continue;
            }
            var until = readable.get(event);
            while (until == null && System.nanoTime() < end) {
                LockSupport.parkNanos(1_000_000);
                until = readable.get(event);
            }
            if (until == null) {
                unread++;
                until = System.nanoTime();
            }
            // A record may be read before its writer hears that it has committed.
            millis.add(Math.max(0, (until - from) / 1e6));
        }
        millis.sort(null);
        return new Times(millis.size() / seconds, at(millis, 0.5), at(millis, 0.99), millis.getLast(), unread);
    }

    private void write(String name, int changes, int rate, long begin, long latest, AtomicInteger next) {
        for (int change = next.getAndIncrement();
                change < changes && System.nanoTime() < latest;
                change = next.getAndIncrement()) {
            long due = begin + change * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            var event = name + "-" + change;
            contender.commit("tenant-" + change % APPS + "/LARK", event);
            committed.put(event, System.nanoTime());
        }
    }

    private void read(Server server) {
        var properties = new HashMap<String, Object>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                server.kafka(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class));
        try (var consumer = new KafkaConsumer<byte[], byte[]>(properties)) {
            var partitions = consumer.partitionsFor(Server.TOPIC).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!over) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    // The first one counts: a repeat is no news.
                    readable.putIfAbsent(Contender.eventOf(record.headers()), System.nanoTime());
                }
            }
        }
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }

    @Override
    public void close() {
        over = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
