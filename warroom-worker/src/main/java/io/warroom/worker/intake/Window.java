package io.warroom.worker.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that are in work, each on a virtual thread, and those that wait for a place among them. Bounded for each partition
 * and for the worker; a place that comes free is given away at once, to the next partition in turn. A record that waits for one
 * before it lends its place meanwhile, so that many of one incident take one place; how many may wait so is bounded, too.
 *
 * <p>Used by the consumer's thread; only {@link #inFlight()} and {@link #stop()} may be called by others.
 */
final class Window {

    private static final Logger log = LoggerFactory.getLogger(Window.class);

    /** How long a full window may keep the consumer from being polled; a poll costs tens of microseconds. */
    private static final Duration REFILL = Duration.ofMillis(5);

    /** Records that may wait for others of theirs, as a multiple of the places: each costs its bytes and a parked thread. */
    private static final int LENT_FOR_EACH_PLACE = 4;

    /** One assignment of a partition, for as long as its offsets grow. */
    private static final class Share {
        private final OffsetTracker tracker;
        private int inWork;
        private int lent;

        Share(OffsetTracker tracker) {
            this.tracker = tracker;
        }
    }

    /** What a record's thread says. One of an assignment that is over may be told, too: nobody commits from it any more. */
    private sealed interface Report {
        record Lent(Share share) implements Report {}

        record TakenBack(Share share) implements Report {}

        /** @param done false when the worker stopped first */
        record Ended(Share share, long offset, boolean done) implements Report {}
    }

    /** What can be committed of a partition. */
    record Due(OffsetTracker tracker, OffsetTracker.Commit commit) {}

    private final RecordWork work;
    private final IntakeLimits limits;
    private final LongSupplier nanoTime;
    private final Backlog backlog = new Backlog();
    private final LinkedBlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final Map<TopicPartition, Share> shares = new HashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private int lent;
    private volatile int partitions = 1;

    Window(RecordWork work, IntakeLimits limits, LongSupplier nanoTime) {
        this.work = work;
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** How many partitions the records' topic has, from now on. */
    void partitions(int number) {
        partitions = number;
    }

    /** The partition's records come here from now on. */
    void add(TopicPartition partition, OffsetTracker tracker) {
        shares.put(partition, new Share(tracker));
    }

    /** What is in work of these goes on; nothing of it is committed any more. */
    void drop(Collection<TopicPartition> gone) {
        shares.keySet().removeAll(gone);
        backlog.drop(gone);
    }

    /** Drops all. */
    void clear() {
        shares.clear();
        backlog.clear();
    }

    /** The record waits for a place. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        backlog.add(record, nanoTime.getAsLong());
    }

    /** Takes in what has ended, and gives places away: for a moment, while records wait and places come free. */
    void turn() {
        settle();
        startWhatFits(partition -> true);
        refill();
    }

    private void startWhatFits(Predicate<TopicPartition> which) {
        while (inFlight.get() - lent < limits.perWorker() && lent < LENT_FOR_EACH_PLACE * limits.perWorker()) {
            var record = backlog.next(which.and(this::hasRoom)).orElse(null);
            if (record == null) {
                return;
            }
            start(record);
        }
    }

    private boolean hasRoom(TopicPartition partition) {
        var share = shares.get(partition);
        return share == null
                || (share.inWork - share.lent < limits.perPartition()
                        && share.lent < LENT_FOR_EACH_PLACE * limits.perPartition()
                        && share.tracker.width() < OffsetTracker.WIDEST);
    }

    private void start(ConsumerRecord<byte[], byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        var share = shares.computeIfAbsent(partition, unknown -> new Share(new OffsetTracker()));
        if (share.tracker.isPast(record.offset())) {
            log.atWarn()
                    .addKeyValue("record", partition + "@" + record.offset())
                    .log("The partition's offsets went back: its topic was created again, or its end was lost");
            share = new Share(new OffsetTracker());
            shares.put(partition, share);
        }
        if (!share.tracker.received(record.offset(), nanoTime.getAsLong())) {
            return;
        }
        var turn = work.queue(record);
        var place = new Worksite(share);
        threads.execute(() -> {
            boolean done = false;
            try {
                done = work.toItsEnd(record, turn, place);
            } finally {
                reports.add(new Report.Ended(place.share, record.offset(), done));
            }
        });
        // Counted when it has started: without memory for a thread, the next consumer reads the record again.
        share.inWork++;
        inFlight.incrementAndGet();
    }

    private void refill() {
        long end = nanoTime.getAsLong() + REFILL.toNanos();
        while (!backlog.isEmpty() && settleNext(end)) {
            startWhatFits(partition -> true);
        }
    }

    /** Waits until nothing of these is in work, at most so long; meanwhile places of others are given away. */
    void finish(Collection<TopicPartition> leaving, Duration atMost) {
        long end = nanoTime.getAsLong() + atMost.toNanos();
        var theirs = shares.entrySet().stream()
                .filter(one -> leaving.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        do {
            startWhatFits(partition -> !leaving.contains(partition));
        } while (theirs.stream().anyMatch(share -> share.inWork > 0) && settleNext(end));
    }

    /** Takes in the next report and whatever is there with it; @return false when none came in time. */
    private boolean settleNext(long endNanos) {
        try {
            var one = reports.poll(endNanos - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
            if (one == null) {
                return false;
            }
            settle(one);
            settle();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Takes reports in. */
    void settle() {
        for (var one = reports.poll(); one != null; one = reports.poll()) {
            settle(one);
        }
    }

    private void settle(Report report) {
        switch (report) {
            case Report.Lent(var share) -> {
                share.lent++;
                lent++;
            }
            case Report.TakenBack(var share) -> {
                share.lent--;
                lent--;
            }
            case Report.Ended(var share, var offset, var done) -> {
                share.inWork--;
                inFlight.decrementAndGet();
                if (done) {
                    share.tracker.done(offset);
                }
            }
        }
    }

    /** What can be committed and is not. */
    Map<TopicPartition, Due> toCommit() {
        var due = new HashMap<TopicPartition, Due>();
        shares.forEach((partition, share) ->
                share.tracker.toCommit().ifPresent(commit -> due.put(partition, new Due(share.tracker, commit))));
        return due;
    }

    /** Whether records wait for a place. */
    boolean hasBacklog() {
        return !backlog.isEmpty();
    }

    /** Whose records come here. */
    Set<TopicPartition> assigned() {
        return Set.copyOf(shares.keySet());
    }

    /** Records of the partition that wait for a place. */
    int waiting(TopicPartition partition) {
        return backlog.size(partition);
    }

    /** The first record of the partition that is not done; empty when all that were started are. */
    OptionalLong oldest(TopicPartition partition) {
        var share = shares.get(partition);
        return share == null
                ? OptionalLong.empty()
                : share.tracker.oldest().stream()
                        .mapToLong(OffsetTracker.Oldest::offset)
                        .findFirst();
    }

    /** The first record of each partition that is not done, and the first of each that waits for a place. */
    List<Delay> delays() {
        var inWork = shares.entrySet().stream()
                .flatMap(one -> one.getValue().tracker.oldest().stream()
                        .map(oldest -> new Delay(
                                one.getKey(), Optional.of(oldest.offset()), oldest.receivedNanos(), "a record's end")));
        var waiting = backlog.heads()
                .map(head -> new Delay(
                        new TopicPartition(head.record().topic(), head.record().partition()),
                        Optional.of(head.record().offset()),
                        head.sinceNanos(),
                        "a place in the window"));
        return Stream.concat(inWork, waiting).toList();
    }

    /** How many records are in work. */
    int inFlight() {
        return inFlight.get();
    }

    /** Nothing is begun any more, and whoever waits to try again no longer does. */
    void stop() {
        stopped.countDown();
    }

    /** Whoever has not ended is left to the next worker. */
    void abandon() {
        threads.shutdownNow();
    }

    private final class Worksite implements Place {

        private final Share share;

        Worksite(Share share) {
            this.share = share;
        }

        @Override
        public int partitions() {
            return partitions;
        }

        @Override
        public boolean goesOn() {
            return stopped.getCount() > 0;
        }

        @Override
        public void pause(Duration atMost) throws InterruptedException {
            var _ = stopped.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void lend() {
            reports.add(new Report.Lent(share));
        }

        @Override
        public void takeBack() {
            reports.add(new Report.TakenBack(share));
        }
    }
}
