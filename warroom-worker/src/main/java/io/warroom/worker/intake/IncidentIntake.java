package io.warroom.worker.intake;

import io.micrometer.core.instrument.Counter;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
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
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Takes records from incident-declared, or from the topics that follow it. One thread owns the consumer and never blocks; each record runs on a virtual thread;
 * an offset is committed only when every record before it has ended, and what has ended beyond it goes into the commit's
 * metadata. Bounded: what has no place in its partition's window or the worker's waits in a short backlog, and a partition with
 * a backlog pauses; a place that comes free is given away at once, not at the next poll.
 *
 * <p>As a health indicator it is DOWN when a record has been in flight for so long that it cannot be right.
 */
public final class IncidentIntake implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(IncidentIntake.class);
    private static final Duration POLL = Duration.ofMillis(50);
    /** How long a full window may keep the consumer from being polled; a poll costs tens of microseconds. */
    private static final Duration REFILL = Duration.ofMillis(5);
    /** Records of a partition that may wait for a place before it pauses: some polls' work ahead, and little memory. */
    private static final int MOST_AHEAD = 200;

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration COMMIT_EVERY = Duration.ofMillis(500);
    /** Well below max.poll.interval.ms (five minutes), long enough for most calls that are under way. */
    private static final Duration REVOKED_MAY_FINISH = Duration.ofSeconds(3);

    /** @param done false when the worker stopped first */
    private record Completion(OffsetTracker tracker, long offset, boolean done) {}

    private record Stuck(TopicPartition partition, OffsetTracker.Oldest oldest) {}

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final List<String> topics;
    private final Sharing sharing;
    private final Map<Integer, Long> done = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> mayBegin;
    private final RecordWork work;
    private final PartitionKnowledge knowledge;
    private final IntakeLimits limits;
    private final Map<TopicPartition, CompletableFuture<Void>> known = new HashMap<>();
    private final LinkedBlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
    private final Map<TopicPartition, OffsetTracker> trackers = new HashMap<>();
    private final Backlog backlog = new Backlog();
    private final AtomicInteger inFlight = new AtomicInteger();
    private ExecutorService incidents = Executors.newVirtualThreadPerTaskExecutor();
    private long lastCommitNanos = System.nanoTime();
    private int partitionsOfTopic = 1;
    private volatile boolean running;
    private volatile @Nullable Stuck slowest;

    private volatile @Nullable Thread thread;

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
                limits);
    }

    private IncidentIntake(
            Supplier<Consumer<byte[], byte[]>> consumers,
            List<String> topics,
            Sharing sharing,
            RecordWork work,
            CompletableFuture<Void> mayBegin,
            PartitionKnowledge knowledge,
            IntakeLimits limits) {
        this.consumers = consumers;
        this.topics = topics;
        this.sharing = sharing;
        this.work = work;
        this.mayBegin = mayBegin;
        this.knowledge = knowledge;
        this.limits = limits;
    }

    /**
     * Wires the intake of what is said of incidents after their declaration, from the partitions that {@code declarations}
     * reads: one worker at a time serves a tenant.
     *
     * @param consumers makes a consumer of bytes with a group of its own, automatic commit off
     * @param owned partitions that this worker owns and knows, as of now; asked by the consumer's thread
     * @param admin tells where topics end
     * @param unknown counts what is passed over because nobody declared its incident
     */
    public static IncidentIntake following(
            IncidentIntake declarations,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Set<Integer>> owned,
            Deserializer<?> decoder,
            KafkaOperations<byte[], byte[]> producer,
            Admin admin,
            String topicPrefix,
            Counter unknown,
            FollowUpHandler handler) {
        var arrivals = new Arrivals(declarations, admin, Topic.INCIDENT_DECLARED.name(topicPrefix));
        var door = new FollowUpDoor(decoder, handler, arrivals, unknown, topicPrefix);
        return new IncidentIntake(
                consumers,
                List.of(Topic.INCIDENT_UPDATED.name(topicPrefix), Topic.INCIDENT_RESOLVED.name(topicPrefix)),
                new Sharing.AsOwned(owned),
                new RecordWork(door, new Rejections(producer, topicPrefix), new Forwarding(producer)),
                declarations.mayBegin,
                PartitionKnowledge.NONE,
                declarations.limits);
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
                } catch (RuntimeException e) {
                    // Whatever it was: an intake that ended would leave its incidents to nobody.
                    log.error("The intake lost its consumer and begins again with a new one", e);
                    Thread.sleep(AFTER_TROUBLE);
                }
                done.clear();
                trackers.clear();
                backlog.clear();
                known.keySet().forEach(partition -> knowledge.disown(partition.partition()));
                known.clear();
            }
        } catch (InterruptedException e) {
            // Stopped before or between: nothing was taken that is not done.
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            log.error("The directory never came up", e);
        }
    }

    private void consume(Consumer<byte[], byte[]> consumer) {
        partitionsOfTopic = consumer.partitionsFor(topics.getFirst()).size();
        var assignments = new Assignments(consumer);
        if (sharing instanceof Sharing.ByTheGroup) {
            consumer.subscribe(topics, assignments);
        }
        while (running) {
            if (sharing instanceof Sharing.AsOwned(var owned) && !follow(consumer, owned.get(), assignments)) {
                continue;
            }
            consumer.poll(backlog.isEmpty() ? POLL : Duration.ZERO).forEach(backlog::add);
            settle();
            startWhatFits();
            refill();
            noteHowFar(consumer);
            commit(consumer, COMMIT_EVERY);
            keepWithinLimits(consumer);
            lookForTheSlowest();
        }
        finish(trackers.values(), limits.shutdownGrace());
        commit(consumer, Duration.ZERO);
    }

    /**
     * Reads the partitions of these numbers from now on, and no other.
     *
     * @return false, after a moment, when there are none: a consumer of nothing cannot be polled
     */
    private boolean follow(Consumer<byte[], byte[]> consumer, Set<Integer> owned, Assignments assignments) {
        var wanted = topics.stream()
                .flatMap(topic -> owned.stream().map(partition -> new TopicPartition(topic, partition)))
                .collect(Collectors.toSet());
        var before = Set.copyOf(consumer.assignment());
        if (wanted.equals(before)) {
            if (wanted.isEmpty()) {
                settle();
                lookForTheSlowest();
                LockSupport.parkNanos(POLL.toNanos());
            }
            return !wanted.isEmpty();
        }
        var gone = before.stream().filter(one -> !wanted.contains(one)).toList();
        if (!gone.isEmpty()) {
            assignments.onPartitionsRevoked(gone);
        }
        consumer.assign(wanted);
        var added = wanted.stream().filter(one -> !before.contains(one)).toList();
        if (!added.isEmpty()) {
            assignments.onPartitionsAssigned(added);
        }
        return !wanted.isEmpty();
    }

    /** Asking a consumer for a position may block, but not when it knows its lag. */
    private void noteHowFar(Consumer<byte[], byte[]> consumer) {
        for (TopicPartition partition : consumer.assignment()) {
            var tracker = trackers.get(partition);
            var oldest = tracker == null ? Optional.<OffsetTracker.Oldest>empty() : tracker.oldest();
            if (oldest.isPresent()) {
                done.put(partition.partition(), oldest.get().offset());
            } else if (backlog.size(partition) == 0
                    && consumer.currentLag(partition).isPresent()) {
                done.put(partition.partition(), consumer.position(partition));
            }
        }
    }

    /** Every record of the partition below this offset is done; empty for one that is not read here. */
    OptionalLong done(int partition) {
        var offset = done.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    private void startWhatFits() {
        while (inFlight.get() < limits.perWorker()) {
            var record = backlog.next(this::hasRoom).orElse(null);
            if (record == null) {
                return;
            }
            start(record);
        }
    }

    private boolean hasRoom(TopicPartition partition) {
        var tracker = trackers.get(partition);
        return tracker == null
                || (tracker.inFlight() < limits.perPartition() && tracker.width() < OffsetTracker.WIDEST);
    }

    private void start(ConsumerRecord<byte[], byte[]> record) {
        var tracker = trackers.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()), partition -> new OffsetTracker());
        if (!tracker.received(record.offset(), System.nanoTime())) {
            return;
        }
        inFlight.incrementAndGet();
        var turn = work.queue(record);
        incidents.execute(() -> {
            boolean done = false;
            try {
                done = work.toItsEnd(record, turn, partitionsOfTopic, () -> running);
            } finally {
                completions.add(new Completion(tracker, record.offset(), done));
            }
        });
    }

    /** While records wait: gives each place that comes free to the next, for a moment. */
    private void refill() {
        long end = System.nanoTime() + REFILL.toNanos();
        try {
            while (!backlog.isEmpty()) {
                var one = completions.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (one == null) {
                    return;
                }
                settle(one);
                settle();
                startWhatFits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes completions in. A tracker of an assignment that is over may be told, too; nobody commits from it any more. */
    private void settle() {
        for (var one = completions.poll(); one != null; one = completions.poll()) {
            settle(one);
        }
    }

    private void settle(Completion one) {
        inFlight.decrementAndGet();
        if (one.done()) {
            one.tracker().done(one.offset());
        }
    }

    /** Waits until these have nothing in flight, at most so long; completions of others are taken in, too. */
    private void finish(Collection<OffsetTracker> leaving, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (leaving.stream().anyMatch(tracker -> tracker.inFlight() > 0)) {
                var one = completions.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (one == null) {
                    return;
                }
                settle(one);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Commits what can be, unless the last commit was less than {@code every} ago. */
    private void commit(Consumer<byte[], byte[]> consumer, Duration every) {
        if (System.nanoTime() - lastCommitNanos < every.toNanos()) {
            return;
        }
        lastCommitNanos = System.nanoTime();
        var commits = new HashMap<TopicPartition, OffsetTracker.Commit>();
        trackers.forEach(
                (partition, tracker) -> tracker.toCommit().ifPresent(commit -> commits.put(partition, commit)));
        if (commits.isEmpty()) {
            return;
        }
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        commits.forEach((partition, commit) ->
                positions.put(partition, new OffsetAndMetadata(commit.position(), commit.metadata())));
        try {
            consumer.commitSync(positions);
            commits.forEach((partition, commit) ->
                    Objects.requireNonNull(trackers.get(partition)).committed(commit));
        } catch (RebalanceInProgressException e) {
            log.debug("A commit met a rebalance; the next poll ends it and the commit is repeated", e);
        }
    }

    /** Pauses what has records waiting and resumes what has few, so that it does not flutter. */
    private void keepWithinLimits(Consumer<byte[], byte[]> consumer) {
        var paused = consumer.paused();
        for (TopicPartition partition : consumer.assignment()) {
            int waiting = backlog.size(partition);
            if (paused.contains(partition)) {
                var its = known.get(partition);
                if (its != null && its.isDone() && waiting <= MOST_AHEAD / 2) {
                    consumer.resume(List.of(partition));
                }
            } else if (waiting >= MOST_AHEAD) {
                consumer.pause(List.of(partition));
            }
        }
    }

    private void lookForTheSlowest() {
        Stuck found = null;
        for (var one : trackers.entrySet()) {
            var oldest = one.getValue().oldest().orElse(null);
            // Differences, because nanoTime may be anything.
            if (oldest != null
                    && (found == null || oldest.receivedNanos() - found.oldest().receivedNanos() < 0)) {
                found = new Stuck(one.getKey(), oldest);
            }
        }
        slowest = found;
    }

    /** How many records are in flight. */
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public Health health() {
        var reader = thread;
        if (reader != null && !reader.isAlive()) {
            return Health.down().withDetail("intake", "its thread has ended").build();
        }
        var stuck = slowest;
        if (stuck == null) {
            return Health.up().build();
        }
        var age = Duration.ofNanos(System.nanoTime() - stuck.oldest().receivedNanos());
        var health = age.compareTo(limits.stuckAfter()) > 0 ? Health.down() : Health.up();
        return health.withDetail("partition", stuck.partition().toString())
                .withDetail("oldestOffset", stuck.oldest().offset())
                .withDetail("ageSeconds", age.toSeconds())
                .build();
    }

    private final class Assignments implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> consumer;

        Assignments(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.atInfo().addKeyValue("record", partitions).log("Partitions assigned");
            consumer.committed(Set.copyOf(partitions)).forEach((partition, committed) -> {
                var tracker = new OffsetTracker();
                if (committed != null) {
                    tracker.restore(committed.offset(), committed.metadata());
                }
                trackers.put(partition, tracker);
                known.put(partition, knowledge.own(partition.partition()));
            });
            consumer.pause(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            finish(
                    trackers.entrySet().stream()
                            .filter(one -> partitions.contains(one.getKey()))
                            .map(Map.Entry::getValue)
                            .toList(),
                    REVOKED_MAY_FINISH);
            try {
                commit(consumer, Duration.ZERO);
            } catch (KafkaException e) {
                log.warn("What was done could not be committed before the partitions went: it is done again", e);
            }
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            forget(partitions);
        }

        private void forget(Collection<TopicPartition> partitions) {
            trackers.keySet().removeAll(partitions);
            backlog.drop(partitions);
            known.keySet().removeAll(partitions);
            partitions.forEach(partition -> {
                done.remove(partition.partition());
                knowledge.disown(partition.partition());
            });
        }
    }

    @Override
    public void start() {
        running = true;
        incidents = Executors.newVirtualThreadPerTaskExecutor();
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
        // Whoever did not finish in time is left to the next worker.
        incidents.shutdownNow();
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
