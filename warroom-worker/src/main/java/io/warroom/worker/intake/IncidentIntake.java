package io.warroom.worker.intake;

import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Takes records from incident-declared. One thread owns the consumer and never blocks; each record runs on a virtual thread;
 * an offset is committed only when every record before it has ended. Bounded: all partitions pause while too many are in
 * flight.
 */
public final class IncidentIntake implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(IncidentIntake.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private record Completion(OffsetTracker tracker, long offset) {}

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final CompletableFuture<Void> mayBegin;
    private final RecordWork work;
    private final int mostInFlight;
    private final ConcurrentLinkedQueue<Completion> completions = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, OffsetTracker> trackers = new HashMap<>();
    private volatile boolean running;
    private @Nullable Thread thread;

    /**
     * Wires the intake; nothing is read before {@link #start()}.
     *
     * @param consumers makes a consumer of bytes in the workers' group, automatic commit off
     * @param mayBegin no record is taken before this is done
     * @param mostInFlight records at work at once, at least 1
     */
    public IncidentIntake(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Deserializer<?> decoder,
            KafkaOperations<byte[], byte[]> rejections,
            String topicPrefix,
            CompletableFuture<Void> mayBegin,
            IncidentHandler handler,
            int mostInFlight) {
        this.consumers = consumers;
        this.topic = Topic.INCIDENT_DECLARED.name(topicPrefix);
        this.mayBegin = mayBegin;
        this.work = new RecordWork(new IncidentDecoder(decoder), new Rejections(rejections, topicPrefix), handler);
        this.mostInFlight = mostInFlight;
    }

    private void run() {
        try {
            mayBegin.get();
            while (running) {
                try (var consumer = consumers.get()) {
                    consume(consumer);
                } catch (WakeupException e) {
                    log.debug("The intake was woken to stop", e);
                } catch (InterruptException e) {
                    running = false;
                } catch (KafkaException e) {
                    log.error("The intake lost its consumer and begins again with a new one", e);
                    Thread.sleep(AFTER_TROUBLE);
                }
                trackers.clear();
            }
        } catch (InterruptedException e) {
            // Stopped before or between: nothing was taken that is not done.
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            log.error("The directory never came up", e);
        }
    }

    private void consume(Consumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(topic), new Assignments(consumer));
        boolean paused = false;
        while (running) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
            settle(consumer);
            int inFlight =
                    trackers.values().stream().mapToInt(OffsetTracker::inFlight).sum();
            if (inFlight >= mostInFlight) {
                consumer.pause(consumer.assignment());
                paused = true;
            } else if (paused && inFlight <= mostInFlight / 2) {
                consumer.resume(consumer.paused());
                paused = false;
            }
        }
        settle(consumer);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var tracker = trackers.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()), partition -> new OffsetTracker());
        tracker.received(record.offset());
        Thread.ofVirtual()
                .name("incident-" + record.partition() + "@" + record.offset())
                .start(() -> {
                    if (work.toItsEnd(record, () -> running)) {
                        completions.add(new Completion(tracker, record.offset()));
                    }
                });
    }

    /** Takes completions in and commits what they allow. */
    private void settle(Consumer<byte[], byte[]> consumer) {
        for (var one = completions.poll(); one != null; one = completions.poll()) {
            // A tracker of an assignment that is over may be told, too; nobody commits from it any more.
            one.tracker().done(one.offset());
        }
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        trackers.forEach((partition, tracker) ->
                tracker.toCommit().ifPresent(position -> positions.put(partition, new OffsetAndMetadata(position))));
        if (positions.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(positions);
            positions.forEach((partition, position) -> {
                var tracker = trackers.get(partition);
                if (tracker != null) {
                    tracker.committed(position.offset());
                }
            });
        } catch (RebalanceInProgressException e) {
            log.debug("A commit met a rebalance; the next poll ends it and the commit is repeated", e);
        }
    }

    private final class Assignments implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> consumer;

        Assignments(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.atInfo().addKeyValue("record", partitions).log("Partitions assigned");
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                settle(consumer);
            } catch (KafkaException e) {
                log.warn("What was done could not be committed before the partitions went: it is done again", e);
            }
            trackers.keySet().removeAll(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            trackers.keySet().removeAll(partitions);
        }
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name("intake").start(this::run);
    }

    @Override
    public void stop() {
        var intake = thread;
        if (intake == null) {
            return;
        }
        running = false;
        if (!mayBegin.isDone()) {
            intake.interrupt();
        }
        try {
            intake.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
