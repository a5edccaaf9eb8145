package io.warroom.benchmarks.flow;

import io.warroom.topic.Topic;
import io.warroom.worker.contract.OpenRooms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads war-room-opened and war-room-failed as they are written. Each opened incident has two results, the second behind its
 * room's first message. One thread of its own; any may ask.
 */
final class Witness implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final AtomicLongArray openedMillis;
    private final AtomicLongArray endedMillis;
    private final AtomicIntegerArray results;
    private final AtomicIntegerArray partitions;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<WorkerProcess> workers;
    private final Thread thread;
    private volatile boolean over;

    Witness(String brokers, String prefix, int incidents, List<WorkerProcess> workers) {
        openedMillis = new AtomicLongArray(incidents);
        endedMillis = new AtomicLongArray(incidents);
        results = new AtomicIntegerArray(incidents);
        partitions = new AtomicIntegerArray(incidents);
        this.workers = workers;
        thread = Thread.ofPlatform().daemon().start(() -> read(brokers, prefix));
    }

    private void read(String brokers, String prefix) {
        var failures = Topic.WAR_ROOM_FAILED.name(prefix);
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", brokers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var all = new ArrayList<TopicPartition>();
            for (var topic : List.of(Topic.WAR_ROOM_OPENED.name(prefix), failures)) {
                consumer.partitionsFor(topic).forEach(info -> all.add(new TopicPartition(topic, info.partition())));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (!over) {
                for (var record : consumer.poll(Duration.ofMillis(20))) {
                    if (record.topic().equals(failures)) {
                        failed.incrementAndGet();
                        continue;
                    }
                    written.incrementAndGet();
                    var key = new String(record.key(), StandardCharsets.UTF_8);
                    int number = Integer.parseInt(key.substring(key.lastIndexOf('-') + 1));
                    if (results.incrementAndGet(number) == 1) {
                        partitions.set(number, record.partition());
                        openedMillis.set(number, record.timestamp());
                        opened.incrementAndGet();
                    }
                    if (record.headers().lastHeader(OpenRooms.UNBRIEFED) == null
                            && endedMillis.compareAndSet(number, 0, record.timestamp())) {
                        ended.incrementAndGet();
                    }
                }
            }
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks until so many incidents have a room. @throws IllegalStateException when that takes ten minutes, or one failed */
    void awaitOpened(int incidents) {
        await(() -> opened.get() >= incidents);
    }

    /** Blocks until so many incidents' rooms have their first message. @throws IllegalStateException as above */
    void awaitEnded(int incidents) {
        await(() -> ended.get() >= incidents);
    }

    /** Blocks until this incident has a room. @throws IllegalStateException when that takes ten minutes, or one failed */
    void awaitOpen(int number) {
        await(() -> isOpened(number));
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (failed.get() > 0 || System.nanoTime() > end) {
                throw new IllegalStateException(opened + " incidents have a room, " + failed + " failed");
            }
            workers.forEach(WorkerProcess::requireAlive);
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw Scene.interrupted(e);
            }
        }
    }

    int opened() {
        return opened.get();
    }

    /** Records of results beyond the two of each incident that has ended. */
    int repeats() {
        return written.get() - 2 * ended.get();
    }

    /** Incidents that had a room and no first message in it then, by the broker's clock. */
    long halfway(long millis) {
        return IntStream.range(0, endedMillis.length())
                .filter(number ->
                        isOpened(number) && openedMillis(number) <= millis && endedMillis.get(number) > millis)
                .count();
    }

    boolean isOpened(int number) {
        return results.get(number) > 0;
    }

    /** When the broker had its first result, by its clock. */
    long openedMillis(int number) {
        return openedMillis.get(number);
    }

    int partition(int number) {
        return partitions.get(number);
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw Scene.interrupted(e);
        }
    }
}
