package io.warroom.e2e.faults;

import io.warroom.e2e.Product;
import io.warroom.event.IncidentDeclared;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.JsonNode;

/**
 * Tenants that declare incidents at a steady rate, some with a dashboard open. Measures by the records' own times how long each
 * incident took from its declaration to its open room, and how late a dashboard shows it. Used by one thread; close it.
 */
final class SteadyTenants implements AutoCloseable {

    private static final Duration MAX_WAIT = Duration.ofMinutes(2);
    private static final int DASHBOARDS = 5;

    /**
     * What was measured.
     *
     * @param p99Millis from declared to opened
     * @param unopened incidents without a room after two minutes more
     * @param shown how many open rooms the dashboards showed
     */
    record Figures(int incidents, long p50Millis, long p99Millis, int unopened, int shown, long lagP99Millis) {}

    private final Product product;
    private final List<JsonNode> tenants;
    private final int rate;
    private final KafkaProducer<String, Object> producer;
    private final Map<String, Long> declared = new ConcurrentHashMap<>();
    private final Map<String, Long> opened = new ConcurrentHashMap<>();
    private final Map<String, Long> shown = new ConcurrentHashMap<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final List<Dashboard> dashboards = new ArrayList<>();
    private final Thread watching;
    private volatile boolean running = true;
    private int count;

    SteadyTenants(Product product, List<JsonNode> tenants, int rate) {
        this.product = product;
        this.tenants = List.copyOf(tenants);
        this.rate = rate;
        this.producer = Stage.producer(product.brokers());
        watching = Thread.ofPlatform().name("opened-rooms").start(this::watch);
        for (int i = 0; i < DASHBOARDS; i++) {
            String tenant = tenants.get(i * 3 % tenants.size()).path("tenantId").asString();
            watched.add(tenant);
            dashboards.add(new Dashboard(product, tenant, "", item -> {
                if (item.path("state").asString().equals("OPENED")) {
                    shown.putIfAbsent(tenant + "/" + item.path("incidentId").asString(), System.currentTimeMillis());
                }
            }));
        }
    }

    private void watch() {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", product.brokers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(product.topic(Topic.WAR_ROOM_OPENED)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (running) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    opened.putIfAbsent(new String(record.key(), StandardCharsets.UTF_8), record.timestamp());
                }
            }
        }
    }

    /** Declares for at least that long and until the condition holds, waits for the rooms, and gives what it measured. */
    Figures measured(Duration atLeast, BooleanSupplier isOver) throws InterruptedException, ExecutionException {
        var keys = new ArrayList<String>();
        var sent = new ArrayList<Future<RecordMetadata>>();
        long begun = System.nanoTime();
        for (long i = 0; System.nanoTime() - begun < atLeast.toNanos() || !isOver.getAsBoolean(); i++) {
            long due = begun + i * Duration.ofSeconds(1).toNanos() / rate;
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            IncidentDeclared incident = Stage.incident(tenants.get(count % tenants.size()), "steady-" + count++);
            String key = incident.getTenantId() + "/" + incident.getIncidentId();
            keys.add(key);
            sent.add(producer.send(
                    new ProducerRecord<>(product.topic(Topic.INCIDENT_DECLARED), incident.getTenantId(), incident),
                    (metadata, failure) -> {
                        if (failure == null) {
                            declared.put(key, metadata.timestamp());
                        }
                    }));
        }
        for (var one : sent) {
            one.get();
        }
        long end = System.nanoTime() + MAX_WAIT.toNanos();
        while (System.nanoTime() < end && !opened.keySet().containsAll(keys)) {
            Thread.sleep(50);
        }
        // A dashboard may be as late as its mark.
        Thread.sleep(Duration.ofSeconds(3));
        long now = System.currentTimeMillis();
        long[] took = keys.stream()
                .filter(opened::containsKey)
                .mapToLong(key -> opened.getOrDefault(key, now) - declared.getOrDefault(key, now))
                .sorted()
                .toArray();
        var onDashboards = keys.stream()
                .filter(key -> watched.contains(key.substring(0, key.indexOf('/'))) && opened.containsKey(key))
                .toList();
        // What is not shown yet is as late as it can be known to be.
        long[] lags = onDashboards.stream()
                .mapToLong(key -> Math.max(0, shown.getOrDefault(key, now) - opened.getOrDefault(key, now)))
                .sorted()
                .toArray();
        return new Figures(
                keys.size(),
                percentile(took, 50),
                percentile(took, 99),
                keys.size() - took.length,
                (int) onDashboards.stream().filter(shown::containsKey).count(),
                percentile(lags, 99));
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted.length == 0
                ? 0
                : LongStream.of(sorted)
                        .skip(Math.max(0, (sorted.length * (long) percent + 99) / 100 - 1))
                        .findFirst()
                        .orElse(0);
    }

    @Override
    public void close() {
        running = false;
        dashboards.forEach(Dashboard::close);
        try {
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
    }
}
