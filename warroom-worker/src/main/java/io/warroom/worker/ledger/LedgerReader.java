package io.warroom.worker.ledger;

import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import io.warroom.topic.Topic;
import io.warroom.worker.opening.AppId;
import io.warroom.worker.opening.DisownedException;
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.opening.Ledger;
import io.warroom.worker.opening.SteadyTime;
import io.warroom.worker.opening.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Reads what is in the topics about the partitions that this worker owns, for as long as it owns them, and wakes what waits:
 * by time, or when the tenant's app has changed. One thread of its own reads and decides; each woken incident runs on a
 * virtual thread.
 */
public final class LedgerReader implements SmartLifecycle, HealthIndicator, Supervised {

    private static final Logger log = LoggerFactory.getLogger(LedgerReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** What this worker writes is known when it is written: it is read back at leisure, much of it at a time. */
    private static final Duration AT_LEISURE = Duration.ofMillis(50);

    private static final int MUCH = 250;
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
    /** A call of the consumer may block for a minute. */
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(3);

    private static final Duration COME_BACK_AFTER = Duration.ofSeconds(5);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);
    private static final Duration READ_UNREADABLE_EVERY = Duration.ofMinutes(1);
    private static final Duration RESULTS_STAY =
            Topic.WAR_ROOM_OPENED.retention().orElseThrow();

    /** Looks at dues in one round, at most: records are read in between. */
    private static final int MAX_LOOKS = 10_000;

    /** Where the topics of the partitions end, whatever is committed there. */
    public interface Ends {
        Map<TopicPartition, Long> of(Consumer<byte[], byte[]> reader, Collection<TopicPartition> partitions);
    }

    /**
     * A partition that is read up to where its topics ended.
     *
     * @param restored is completed then
     */
    private record Restoring(CompletableFuture<Void> restored, Map<TopicPartition, Long> ends) {}

    /** An incident whose try has ended: looked at again, whatever came of it. */
    private record ComeBack(Instant at, int partition, String key) {}

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Ends ends;
    private final TopicLedger ledger;
    private final IncidentOpening opening;
    private final Clock clock;
    private final InstantSource time;
    private final List<String> topics;
    private final Semaphore places;
    private final ConcurrentLinkedQueue<String> changedTenants = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<ComeBack> comeBack = new ConcurrentLinkedQueue<>();
    private final Set<String> inWork = ConcurrentHashMap.newKeySet();
    private final RetryQueue retries = new RetryQueue();
    private ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Instant forgetNext = Instant.MIN;
    private Instant readUnreadableNext = Instant.MIN;
    private volatile boolean running;
    private volatile @Nullable String trouble;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private volatile @Nullable SupervisedThread thread;

    /**
     * Wires it; nothing is read before {@link #start()}.
     *
     * @param consumers makes a consumer of bytes, without a group, that reads what is committed
     * @param ends of topics, what is not committed included: it may be committed any time
     * @param mostWoken incidents in work at once, at least 1
     */
    public LedgerReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Ends ends,
            TopicLedger ledger,
            IncidentOpening opening,
            Clock clock,
            int mostWoken) {
        this(consumers, ends, ledger, opening, clock, new SteadyTime(), mostWoken);
    }

    LedgerReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Ends ends,
            TopicLedger ledger,
            IncidentOpening opening,
            Clock clock,
            InstantSource time,
            int mostWoken) {
        this.consumers = consumers;
        this.ends = ends;
        this.ledger = ledger;
        this.opening = opening;
        this.clock = clock;
        this.time = time;
        this.topics = List.copyOf(ledger.topics());
        this.places = new Semaphore(mostWoken);
    }

    /** The tenant's apps have changed; from any thread. */
    public void changed(String tenantId) {
        changedTenants.add(tenantId);
    }

    private void run(Runnable heartbeat) {
        while (running) {
            heartbeat.run();
            try (var consumer = consumers.get()) {
                current = consumer;
                read(consumer, heartbeat);
            } catch (WakeupException e) {
                log.debug("The reader of the workers' topics was woken to stop, or to begin anew", e);
            } catch (InterruptException e) {
                throw e;
            } catch (RuntimeException e) {
                // Whatever it was: without this thread nothing that waits would ever be woken.
                trouble = "cannot read " + topics + ": " + e.getMessage();
                log.warn("The workers' topics cannot be read; trying again", e);
                pause();
            }
        }
    }

    private void read(Consumer<byte[], byte[]> consumer, Runnable heartbeat) {
        var read = new HashMap<Integer, PartitionLedger>();
        var restoring = new HashMap<Integer, Restoring>();
        retries.clear();
        while (running) {
            heartbeat.run();
            follow(consumer, read, restoring);
            if (read.isEmpty()) {
                pause(POLL);
            } else {
                var records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    var partition = read.get(record.partition());
                    if (partition != null) {
                        apply(partition, record, !restoring.containsKey(record.partition()));
                    }
                }
                restoring.entrySet().removeIf(one -> {
                    boolean reached = one.getValue().ends().entrySet().stream()
                            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                    if (reached) {
                        one.getValue().restored().complete(null);
                        restored(one.getKey(), Objects.requireNonNull(read.get(one.getKey())));
                    }
                    return reached;
                });
                if (restoring.isEmpty() && !records.isEmpty() && records.count() < MUCH) {
                    pause(AT_LEISURE);
                }
            }
            trouble = null;
            forgetWhatTheBrokerForgets(read.values());
            readUnreadable(read);
            wake(read, restoring.keySet());
        }
    }

    private void forgetWhatTheBrokerForgets(Collection<PartitionLedger> partitions) {
        var now = clock.instant();
        if (!now.isBefore(forgetNext)) {
            forgetNext = now.plus(FORGET_EVERY);
            partitions.forEach(partition -> partition.forgetResults(now.minus(RESULTS_STAY)));
        }
    }

    private void readUnreadable(Map<Integer, PartitionLedger> read) {
        var now = time.instant();
        if (!now.isBefore(readUnreadableNext)) {
            readUnreadableNext = now.plus(READ_UNREADABLE_EVERY);
            read.forEach((number, partition) -> ledger.readUnreadable(partition).forEach(waiting -> {
                opening.learn(waiting);
                schedule(number, TopicLedger.key(waiting.incident()), waiting);
            }));
        }
    }

    /** Reads what is owned now, from the beginning what was not owned before. */
    @SuppressWarnings("ReferenceEquality") // another future is of another reading
    private void follow(
            Consumer<byte[], byte[]> consumer, Map<Integer, PartitionLedger> read, Map<Integer, Restoring> restoring) {
        var owned = ledger.readable();
        restoring.entrySet().removeIf(one -> {
            var its = owned.get(one.getKey());
            return its == null || its.restored() != one.getValue().restored();
        });
        boolean allIsRead = owned.entrySet().stream()
                .allMatch(one -> one.getValue().restored().isDone() || restoring.containsKey(one.getKey()));
        if (allIsRead && owned.equals(read)) {
            return;
        }
        var added = new ArrayList<TopicPartition>();
        owned.forEach((partition, its) -> {
            if (read.get(partition) != its || !(its.restored().isDone() || restoring.containsKey(partition))) {
                added.addAll(partitionsOf(partition));
            }
        });
        read.clear();
        read.putAll(owned);
        consumer.assign(owned.keySet().stream()
                .flatMap(partition -> partitionsOf(partition).stream())
                .toList());
        if (added.isEmpty()) {
            return; // seeking nothing would seek everything
        }
        // A partition that another consumer began to read is read on: what is over must not come back, not even for a
        // moment.
        var fromTheStart = new ArrayList<TopicPartition>();
        added.forEach(partition -> Objects.requireNonNull(read.get(partition.partition()))
                .next(partition)
                .ifPresentOrElse(next -> consumer.seek(partition, next), () -> fromTheStart.add(partition)));
        if (!fromTheStart.isEmpty()) {
            consumer.seekToBeginning(fromTheStart);
        }
        // Taken first: if its writer is lost meanwhile, this one is of no worth.
        var futures = new HashMap<Integer, CompletableFuture<Void>>();
        added.forEach(one -> futures.put(
                one.partition(),
                Objects.requireNonNull(read.get(one.partition())).restored()));
        ends.of(consumer, added)
                .forEach((partition, end) -> restoring
                        .computeIfAbsent(
                                partition.partition(),
                                number -> new Restoring(Objects.requireNonNull(futures.get(number)), new HashMap<>()))
                        .ends()
                        .put(partition, end));
    }

    private List<TopicPartition> partitionsOf(int partition) {
        return topics.stream()
                .map(topic -> new TopicPartition(topic, partition))
                .toList();
    }

    private void apply(PartitionLedger partition, ConsumerRecord<byte[], byte[]> record, boolean live) {
        applyUnread(partition, record, live);
        partition.hasRead(new TopicPartition(record.topic(), record.partition()), record.offset());
    }

    private void applyUnread(PartitionLedger partition, ConsumerRecord<byte[], byte[]> record, boolean live) {
        ledger.apply(partition, record).ifPresent(waiting -> {
            opening.learn(waiting);
            if (live) {
                schedule(record.partition(), TopicLedger.key(waiting.incident()), waiting);
            }
        });
    }

    private void restored(int number, PartitionLedger partition) {
        partition.allParked().forEach((key, parked) -> {
            var waiting = ledger.outline(key, parked);
            if (parked.isBeyondLimits() || hasEnded(waiting)) {
                wakeNow(number, key, waiting);
            } else {
                schedule(number, key, waiting);
            }
        });
    }

    private void schedule(int partition, String key, Waiting waiting) {
        var now = clock.instant();
        var pause = isTimeFor(waiting, now) ? Duration.ZERO : Duration.between(now, waiting.nextTryAt());
        put(time.instant().plus(pause), partition, key, waiting, null);
    }

    private void put(Instant at, int partition, String key, Waiting waiting, @Nullable Integer early) {
        var left = Duration.between(clock.instant(), waiting.deadline());
        retries.put(new RetryQueue.Retry(
                at.toEpochMilli(),
                time.instant().plus(left).toEpochMilli(),
                partition,
                key,
                new RetryQueue.Line(waiting.incident().tenantId(), waiting.platform()),
                early));
    }

    /** Its time is over, or what it waits for has come. */
    private boolean isTimeFor(Waiting waiting, Instant now) {
        return !waiting.nextTryAt().isAfter(now) || opening.hasCome(waiting);
    }

    private boolean hasEnded(Waiting waiting) {
        try {
            var incident = waiting.incident();
            return !(ledger.standing(incident.tenantId(), incident.incidentId()) instanceof Ledger.Standing.Waits);
        } catch (DisownedException e) {
            log.debug("An incident that waits is another worker's now", e);
            return false;
        }
    }

    private void wake(Map<Integer, PartitionLedger> read, Set<Integer> restoring) {
        var tenants = new HashSet<String>();
        for (var tenant = changedTenants.poll(); tenant != null; tenant = changedTenants.poll()) {
            tenants.add(tenant);
        }
        tenants.forEach(tenant -> forEachOf(tenant, read, (number, key, waiting) -> {
            if (waiting.reason().waitsForPeople()) {
                schedule(number, key, waiting);
            }
        }));
        for (var app = opening.answersAgain(); app != null; app = opening.answersAgain()) {
            wakeWhoWaitsFor(app, read);
        }
        opening.dueProbes().forEach(app -> probe(app, read));
        for (var back = comeBack.peek(); back != null && !back.at().isAfter(time.instant()); back = comeBack.peek()) {
            comeBack.remove();
            lookAgain(back, read);
        }
        retry(read, restoring);
    }

    /** Released or parked again, the ledger says so by then; else this is the next try. */
    private void lookAgain(ComeBack back, Map<Integer, PartitionLedger> read) {
        var partition = read.get(back.partition());
        var parked = partition == null ? null : partition.parked(back.key()).orElse(null);
        if (parked != null && !inWork.contains(back.key())) {
            schedule(back.partition(), back.key(), ledger.outline(back.key(), parked));
        }
    }

    private void retry(Map<Integer, PartitionLedger> read, Set<Integer> restoring) {
        var now = time.instant();
        // They take their tenant's places in a moment.
        var woken = new HashMap<String, Integer>();
        for (int looks = 0; looks < MAX_LOOKS && places.availablePermits() > 0; looks++) {
            var retry = retries.due(now.toEpochMilli());
            if (retry == null) {
                return;
            }
            if (look(retry, read, restoring, woken)) {
                continue;
            }
            // Its tenant has no place for it: those whose time is over need none of their app.
            var expired = retries.expired(retry.line(), now.toEpochMilli());
            if (expired == null || !look(expired, read, restoring, woken)) {
                retries.putOff(retry.line(), now.plus(AFTER_TROUBLE).toEpochMilli());
            }
        }
    }

    /** @return false when its tenant has no place for it now */
    private boolean look(
            RetryQueue.Retry retry,
            Map<Integer, PartitionLedger> read,
            Set<Integer> restoring,
            Map<String, Integer> woken) {
        var partition = read.get(retry.partition());
        var parked = partition == null || restoring.contains(retry.partition())
                ? null
                : partition.parked(retry.key()).orElse(null);
        if (parked == null || inWork.contains(retry.key())) {
            retries.remove(retry.key()); // who is in work comes back
            return true;
        }
        var waiting = ledger.outline(retry.key(), parked);
        boolean isEarly = retry.early() != null && retry.early() == waiting.attempts();
        if (!isEarly && !isTimeFor(waiting, clock.instant())) {
            // It was parked again, or the clock goes slower than time passes.
            schedule(retry.partition(), retry.key(), waiting);
            return true;
        }
        String tenant = waiting.incident().tenantId();
        if (opening.places(waiting) <= woken.getOrDefault(tenant, 0)) {
            return false;
        }
        woken.merge(tenant, 1, Integer::sum);
        retries.remove(retry.key());
        inWork.add(retry.key());
        resume(retry, waiting, parked.isBeyondLimits());
        return true;
    }

    private interface Look {
        void at(int partition, String key, Waiting waiting);
    }

    private void forEachOf(String tenantId, Map<Integer, PartitionLedger> read, Look look) {
        read.forEach((number, partition) -> partition
                .parkedOf(tenantId)
                .forEach((key, parked) -> look.at(number, key, ledger.outline(key, parked))));
    }

    private void wakeWhoWaitsFor(AppId app, Map<Integer, PartitionLedger> read) {
        forEachOf(app.tenantId(), read, (number, key, waiting) -> {
            if (waiting.platform() == app.platform()
                    && (isOfSetUp(waiting) || waiting.reason() == Waiting.Reason.PLATFORM_UNAVAILABLE)) {
                wakeNow(number, key, waiting);
            }
        });
    }

    /** One of those that wait for the app's set-up, which may have been mended on the platform. */
    private void probe(AppId app, Map<Integer, PartitionLedger> read) {
        for (var partition : read.entrySet()) {
            for (var one : partition.getValue().parkedOf(app.tenantId()).entrySet()) {
                var waiting = ledger.outline(one.getKey(), one.getValue());
                if (waiting.platform() == app.platform() && isOfSetUp(waiting)) {
                    wakeNow(partition.getKey(), one.getKey(), waiting);
                    return;
                }
            }
        }
    }

    private static boolean isOfSetUp(Waiting waiting) {
        return waiting.reason() == Waiting.Reason.MISCONFIGURED || waiting.reason() == Waiting.Reason.QUOTA_EXHAUSTED;
    }

    private void wakeNow(int partition, String key, Waiting waiting) {
        put(time.instant(), partition, key, waiting, waiting.attempts());
    }

    /** @param outline of the incident, whose people are read from the ledger when it is tried */
    private void resume(RetryQueue.Retry retry, Waiting outline, boolean isBeyondLimits) {
        places.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                if (isBeyondLimits) {
                    opening.exceedsLimit(outline);
                } else {
                    var waiting = ledger.waiting(outline.incident());
                    if (waiting.isPresent()) {
                        opening.resume(waiting.get());
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (DisownedException e) {
                log.debug("An incident that waited is another worker's now", e);
            } catch (RuntimeException | Error e) {
                log.atError()
                        .addKeyValue("tenant", outline.incident().tenantId())
                        .addKeyValue("incidentId", outline.incident().incidentId())
                        .setCause(e)
                        .log("An incident that waited could not be brought to its end; trying again");
            } finally {
                inWork.remove(retry.key());
                places.release();
                comeBack.add(new ComeBack(time.instant().plus(COME_BACK_AFTER), retry.partition(), retry.key()));
            }
        });
    }

    private void pause() {
        pause(AFTER_TROUBLE);
    }

    private void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public Health health() {
        String words = trouble;
        var health = words == null ? Health.up() : Health.down().withDetail("topics", words);
        return health.withDetail("waiting", ledger.waiting()).build();
    }

    @Override
    public void start() {
        running = true;
        threads = Executors.newVirtualThreadPerTaskExecutor();
        thread = SupervisedThread.start("ledger-reader", STALL_TIMEOUT, this::run);
    }

    @Override
    public void stop() {
        var reader = thread;
        if (reader == null) {
            return;
        }
        running = false;
        reader.requestStop();
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        reader.join();
        threads.shutdownNow();
        thread = null;
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
