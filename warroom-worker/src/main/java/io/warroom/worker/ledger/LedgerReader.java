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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
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

    private static final Duration FORGET_EVERY = Duration.ofHours(1);
    private static final Duration RESULTS_STAY =
            Topic.WAR_ROOM_OPENED.retention().orElseThrow();

    /**
     * When to try which incident. What the ledger says by then decides; a due that is out of date is put off.
     *
     * @param at by time that passes
     * @param early the number of its attempts, when it need not wait for its next one: its platform answers again, or it has ended
     *     and was not released before its worker died; null when it must
     */
    private record Due(
            Instant at, int partition, String key, @Nullable Integer early) {

        /** Unless it has been tried since. */
        boolean isEarly(Waiting waiting) {
            return early != null && early == waiting.attempts();
        }
    }

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final TopicLedger ledger;
    private final IncidentOpening opening;
    private final Clock clock;
    private final InstantSource time;
    private final List<String> topics;
    private final Semaphore places;
    private final ConcurrentLinkedQueue<String> changedTenants = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Due> comeBack = new ConcurrentLinkedQueue<>();
    private final Set<String> inWork = ConcurrentHashMap.newKeySet();
    private final PriorityQueue<Due> dues = new PriorityQueue<>(Comparator.comparing(Due::at));
    private ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Instant forgetNext = Instant.MIN;
    private volatile boolean running;
    private volatile @Nullable String trouble;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private volatile @Nullable SupervisedThread thread;

    /**
     * Wires it; nothing is read before {@link #start()}.
     *
     * @param consumers makes a consumer of bytes, without a group
     * @param mostWoken incidents in work at once, at least 1
     */
    public LedgerReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            TopicLedger ledger,
            IncidentOpening opening,
            Clock clock,
            int mostWoken) {
        this(consumers, ledger, opening, clock, new SteadyTime(), mostWoken);
    }

    LedgerReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            TopicLedger ledger,
            IncidentOpening opening,
            Clock clock,
            InstantSource time,
            int mostWoken) {
        this.consumers = consumers;
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
        var restoring = new HashMap<Integer, Map<TopicPartition, Long>>();
        dues.clear();
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
                    boolean reached = one.getValue().entrySet().stream()
                            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                    if (reached) {
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

    /** Reads what is owned now, from the beginning what was not owned before. */
    private void follow(
            Consumer<byte[], byte[]> consumer,
            Map<Integer, PartitionLedger> read,
            Map<Integer, Map<TopicPartition, Long>> restoring) {
        var owned = Map.copyOf(ledger.owned());
        if (owned.equals(read)) {
            return;
        }
        var added = new ArrayList<TopicPartition>();
        owned.forEach((partition, its) -> {
            if (read.get(partition) != its) {
                added.addAll(partitionsOf(partition));
            }
        });
        read.clear();
        read.putAll(owned);
        restoring.keySet().retainAll(owned.keySet());
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
        consumer.endOffsets(added)
                .forEach((partition, end) -> restoring
                        .computeIfAbsent(partition.partition(), none -> new HashMap<>())
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
        partition.restored().complete(null);
        partition.allWaiting().forEach(waiting -> {
            String key = TopicLedger.key(waiting.incident());
            if (hasEnded(waiting)) {
                wakeNow(number, waiting);
            } else {
                schedule(number, key, waiting);
            }
        });
    }

    private void schedule(int partition, String key, Waiting waiting) {
        var now = clock.instant();
        var pause = isTimeFor(waiting, now) ? Duration.ZERO : Duration.between(now, waiting.nextTryAt());
        dues.add(new Due(time.instant().plus(pause), partition, key, null));
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
        tenants.forEach(tenant -> read.forEach((number, partition) -> partition.waitingOf(tenant).stream()
                .filter(waiting -> waiting.reason().waitsForPeople())
                .forEach(waiting -> schedule(number, TopicLedger.key(waiting.incident()), waiting))));
        for (var app = opening.answersAgain(); app != null; app = opening.answersAgain()) {
            wakeWhoWaitsFor(app, read);
        }
        opening.dueProbes().forEach(app -> probe(app, read));
        for (var due = comeBack.poll(); due != null; due = comeBack.poll()) {
            dues.add(due);
        }
        var now = time.instant();
        // They take their tenant's places in a moment.
        var woken = new HashMap<String, Integer>();
        while (!dues.isEmpty() && !dues.peek().at().isAfter(now) && places.availablePermits() > 0) {
            var due = dues.remove();
            var partition = read.get(due.partition());
            var waiting = partition == null || restoring.contains(due.partition())
                    ? null
                    : partition.waiting(due.key()).orElse(null);
            if (waiting == null) {
                continue;
            }
            if (!due.isEarly(waiting) && !isTimeFor(waiting, clock.instant())) {
                // It was parked anew, or the clock goes slower than time passes.
                schedule(due.partition(), due.key(), waiting);
                continue;
            }
            String tenant = waiting.incident().tenantId();
            if (opening.places(waiting) <= woken.getOrDefault(tenant, 0)) {
                dues.add(new Due(now.plus(AFTER_TROUBLE), due.partition(), due.key(), due.early()));
            } else if (inWork.add(due.key())) {
                woken.merge(tenant, 1, Integer::sum);
                resume(due, waiting);
            }
        }
    }

    private void wakeWhoWaitsFor(AppId app, Map<Integer, PartitionLedger> read) {
        read.forEach((number, partition) -> partition.waitingOf(app.tenantId()).stream()
                .filter(waiting -> waiting.platform() == app.platform()
                        && (isOfSetUp(waiting) || waiting.reason() == Waiting.Reason.PLATFORM_UNAVAILABLE))
                .forEach(waiting -> wakeNow(number, waiting)));
    }

    /** One of those that wait for the app's set-up, which may have been mended on the platform. */
    private void probe(AppId app, Map<Integer, PartitionLedger> read) {
        for (var partition : read.entrySet()) {
            var first = partition.getValue().waitingOf(app.tenantId()).stream()
                    .filter(waiting -> waiting.platform() == app.platform() && isOfSetUp(waiting))
                    .findFirst();
            if (first.isPresent()) {
                wakeNow(partition.getKey(), first.get());
                return;
            }
        }
    }

    private static boolean isOfSetUp(Waiting waiting) {
        return waiting.reason() == Waiting.Reason.MISCONFIGURED || waiting.reason() == Waiting.Reason.QUOTA_EXHAUSTED;
    }

    private void wakeNow(int partition, Waiting waiting) {
        dues.add(new Due(time.instant(), partition, TopicLedger.key(waiting.incident()), waiting.attempts()));
    }

    private void resume(Due due, Waiting waiting) {
        places.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                opening.resume(waiting);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (DisownedException e) {
                log.debug("An incident that waited is another worker's now", e);
            } catch (RuntimeException | Error e) {
                log.atError()
                        .addKeyValue("tenant", waiting.incident().tenantId())
                        .addKeyValue("incidentId", waiting.incident().incidentId())
                        .setCause(e)
                        .log("An incident that waited could not be brought to its end; trying again");
            } finally {
                inWork.remove(due.key());
                places.release();
                // Released or parked anew, the ledger says so by then; else this is the next try.
                comeBack.add(new Due(time.instant().plusSeconds(5), due.partition(), due.key(), null));
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
