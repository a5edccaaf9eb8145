package io.warroom.worker.intake;

import io.micrometer.core.instrument.Counter;
import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import io.warroom.topic.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Takes records from incident-declared, or from the topics that follow it. One thread owns the consumer and never waits for a
 * record; each record runs on a virtual thread in the {@link Window}; an offset is committed only when every record before it has
 * ended, and what has ended beyond it goes into the commit's metadata.
 *
 * <p>As a health indicator it is DOWN when something has been waited for so long that it cannot be right.
 */
public final class IncidentIntake implements SmartLifecycle, HealthIndicator, Supervised {

    private static final Logger log = LoggerFactory.getLogger(IncidentIntake.class);
    private static final Duration POLL = Duration.ofMillis(50);
    /** The consumer's thread does nothing that takes longer than half of this, whatever the broker does. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration ANSWER_AT_MOST = Duration.ofSeconds(5);
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(2);
    /** The consumer knows it by its metadata, which it refreshes each five minutes. */
    private static final Duration COUNT_PARTITIONS_EVERY = Duration.ofSeconds(1);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final List<String> topics;
    private final Sharing sharing;
    private final RecordWork work;
    private final CompletableFuture<Void> mayBegin;
    private final PartitionKnowledge knowledge;
    private final IntakeLimits limits;
    private final Progress progress;
    private final @Nullable IncidentIntake followed;
    private volatile Window window;
    private volatile boolean running;
    private volatile @Nullable SupervisedThread thread;

    /**
     * Wires the intake; nothing is read before {@link #start()}.
     *
     * @param consumers makes a consumer of bytes in the workers' group, automatic commit off
     * @param producer for rejections and strays
     * @param mayBegin no record is taken before this is done
     * @param knowledge no record of a partition is taken before it is done
     */
    public IncidentIntake(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Deserializer<?> decoder,
            KafkaOperations<byte[], byte[]> producer,
            String topicPrefix,
            CompletableFuture<Void> mayBegin,
            PartitionKnowledge knowledge,
            IncidentHandler handler,
            IntakeLimits limits) {
        this(
                consumers,
                List.of(Topic.INCIDENT_DECLARED.name(topicPrefix)),
                new Sharing.ByTheGroup(),
                new RecordWork(
                        new DeclarationDoor(decoder, handler),
                        new Rejections(producer, topicPrefix),
                        new Forwarding(producer)),
                mayBegin,
                knowledge,
                limits,
                null);
    }

    private IncidentIntake(
            Supplier<Consumer<byte[], byte[]>> consumers,
            List<String> topics,
            Sharing sharing,
            RecordWork work,
            CompletableFuture<Void> mayBegin,
            PartitionKnowledge knowledge,
            IntakeLimits limits,
            @Nullable IncidentIntake followed) {
        this.consumers = consumers;
        this.topics = topics;
        this.sharing = sharing;
        this.work = work;
        this.mayBegin = mayBegin;
        this.knowledge = knowledge;
        this.limits = limits;
        this.followed = followed;
        this.progress = new Progress(limits.stuckAfter(), System::nanoTime);
        this.window = new Window(work, limits, System::nanoTime);
    }

    /**
     * Wires the intake of what is said of incidents after their declaration, from the partitions that {@code declarations}
     * reads: one worker at a time serves a tenant. When it stops, no more declarations are taken either, so that both finish in
     * the same time.
     *
     * @param consumers makes a consumer of bytes with a group of its own, automatic commit off
     * @param owned partitions that this worker owns and knows, as of now; asked by the consumer's thread
     * @param admin tells where topics end
     * @param unknown counts what is passed over because nobody declared its incident
     * @param clock tells how old a record is
     */
    public static IncidentIntake following(
            IncidentIntake declarations,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Set<Integer>> owned,
            Deserializer<?> decoder,
            KafkaOperations<byte[], byte[]> producer,
            Supplier<Admin> admin,
            String topicPrefix,
            Counter unknown,
            Clock clock,
            FollowUpHandler handler) {
        var arrivals = new TopicArrivals(declarations.progress::done, admin, Topic.INCIDENT_DECLARED.name(topicPrefix));
        var door = new FollowUpDoor(decoder, handler, arrivals, unknown, clock, topicPrefix);
        return new IncidentIntake(
                consumers,
                List.of(Topic.INCIDENT_UPDATED.name(topicPrefix), Topic.INCIDENT_RESOLVED.name(topicPrefix)),
                new Sharing.AsOwned(owned),
                new RecordWork(door, new Rejections(producer, topicPrefix), new Forwarding(producer)),
                declarations.mayBegin,
                PartitionKnowledge.NONE,
                declarations.limits,
                declarations);
    }

    private void run(Runnable heartbeat) throws InterruptedException, ExecutionException {
        awaitBeginning(heartbeat);
        while (running) {
            heartbeat.run();
            try {
                consumeUntilClosed(heartbeat);
            } catch (InterruptException e) {
                throw e;
            } catch (RuntimeException e) {
                // The broker is unreachable, or the consumer is unusable: a restart of the process would not help.
                log.error("The intake lost its consumer and begins again with a new one", e);
                Thread.sleep(AFTER_TROUBLE);
            }
        }
    }

    private void awaitBeginning(Runnable heartbeat) throws InterruptedException, ExecutionException {
        while (running && !mayBegin.isDone()) {
            heartbeat.run();
            try {
                mayBegin.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                log.trace("The intake waits for the configuration", e);
            }
        }
    }

    private void consumeUntilClosed(Runnable heartbeat) {
        var consumer = consumers.get();
        var commits = new Commits(consumer, window, System::nanoTime);
        var assignments = new Assignments(consumer, window, commits, progress, knowledge, System::nanoTime);
        try {
            consume(consumer, commits, assignments, heartbeat);
        } finally {
            try {
                consumer.close(CloseOptions.timeout(CLOSE_AT_MOST));
            } finally {
                assignments.forgetAll();
            }
        }
    }

    /** Returns when the worker stops, or when the topic's partitions have become more: tenants have other homes then. */
    private void consume(
            Consumer<byte[], byte[]> consumer, Commits commits, Assignments assignments, Runnable heartbeat) {
        int partitions = partitions(consumer);
        if (partitions == 0) {
            throw new KafkaException("topic " + topics.getFirst() + " does not exist; run the set-up step first");
        }
        window.partitions(partitions);
        var owned = switch (sharing) {
            case Sharing.ByTheGroup() -> {
                consumer.subscribe(topics, assignments);
                yield null;
            }
            case Sharing.AsOwned(var numbers) -> new OwnedPartitions(consumer, topics, numbers, assignments);
        };
        long countedNanos = System.nanoTime();
        while (running) {
            heartbeat.run();
            boolean reads = owned == null || owned.follow();
            if (reads) {
                consumer.poll(window.hasBacklog() ? Duration.ZERO : POLL).forEach(window::add);
                window.turn();
                progress.noteHowFar(consumer, assignments.partitions(), window);
                commits.inPassing();
                assignments.keepWithinLimits();
            } else {
                window.settle();
                LockSupport.parkNanos(POLL.toNanos());
            }
            progress.noteDelays(Stream.of(window.delays().stream(), assignments.delays(), commits.delay().stream())
                    .flatMap(delays -> delays));
            if (reads && System.nanoTime() - countedNanos > COUNT_PARTITIONS_EVERY.toNanos()) {
                countedNanos = System.nanoTime();
                int now = partitions(consumer);
                if (now != partitions) {
                    log.atError()
                            .addKeyValue("record", topics)
                            .log("The topic's number of partitions has changed, and so have tenants' homes");
                    return;
                }
            }
        }
        window.finish(window.assigned(), limits.shutdownGrace());
        commits.now();
        window.clear();
    }

    private int partitions(Consumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topics.getFirst(), ANSWER_AT_MOST).size();
    }

    /** How many records are in flight. */
    public int inFlight() {
        return window.inFlight();
    }

    @Override
    public Health health() {
        return threadFailure()
                .map(words -> Health.down().withDetail("intake", words).build())
                .orElseGet(progress::health);
    }

    @Override
    public void start() {
        window = new Window(work, limits, System::nanoTime);
        running = true;
        thread = SupervisedThread.start("intake " + String.join(" ", topics), STALL_TIMEOUT, this::run);
    }

    @Override
    public void stop() {
        var intake = thread;
        if (intake == null) {
            return;
        }
        leave();
        intake.join();
        // Whoever did not finish in time is left to the next worker.
        window.abandon();
        thread = null;
    }

    /** Takes nothing any more; what is in work may finish. */
    private void leave() {
        running = false;
        var intake = thread;
        if (intake != null) {
            intake.requestStop();
        }
        window.stop();
        if (followed != null) {
            followed.leave();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public Optional<String> threadFailure() {
        var supervised = thread;
        return supervised == null ? Optional.empty() : supervised.threadFailure();
    }

    @Override
    public long threadRestarts() {
        var supervised = thread;
        return supervised == null ? 0 : supervised.threadRestarts();
    }
}
