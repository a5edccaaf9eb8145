package io.warroom.e2e.faults;

import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the workers' group has committed, some times a second for a whole run, and holds it against the topics as they
 * were then: everything before the committed offset, and everything that the metadata calls done, has ended, waits, or was
 * rejected. One thread of its own; close it.
 */
final class CommitWatch implements AutoCloseable {

    private static final String FORMAT = "w1:";

    private final Admin admin;
    private final String group;
    private final String declaredTopic;
    private final TopicWatch topics;
    private final Map<TopicPartition, Long> checked = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final AtomicLong looks = new AtomicLong();
    private final Thread watching;
    private volatile boolean running = true;
    private volatile boolean madeAgain;

    /** @param topics has read, or will read, every topic */
    CommitWatch(
            Admin admin, String group, String declaredTopic, Supplier<List<TopicPartition>> all, TopicWatch topics) {
        this.admin = admin;
        this.group = group;
        this.declaredTopic = declaredTopic;
        this.topics = topics;
        watching = Thread.ofPlatform().name("commit-watch").start(() -> watch(all));
    }

    private void watch(Supplier<List<TopicPartition>> all) {
        while (running) {
            try {
                Thread.sleep(200);
                look(all);
            } catch (ExecutionException | TimeoutException e) {
                // Brokers are away: that is what some faults are about. The next look sees what this one did not.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(Supplier<List<TopicPartition>> all)
            throws InterruptedException, ExecutionException, TimeoutException {
        var committed = committed();
        var ends = new HashMap<TopicPartition, Long>();
        for (var end : admin.listOffsets(all.get().stream()
                        .collect(java.util.stream.Collectors.toMap(one -> one, one -> OffsetSpec.latest())))
                .all()
                .get(10, TimeUnit.SECONDS)
                .entrySet()) {
            ends.put(end.getKey(), end.getValue().offset());
        }
        // The topics first, as they were when it was committed: a result that comes later does not count.
        while (running && !topics.hasRead(ends)) {
            Thread.sleep(20);
        }
        if (madeAgain) {
            checked.clear();
            madeAgain = false;
            return; // what was committed may have been of the old topic
        }
        committed.forEach(this::judge);
        if (!committed.isEmpty()) {
            looks.incrementAndGet();
        }
    }

    private void judge(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
        if (committed == null || !partition.topic().equals(declaredTopic)) {
            return;
        }
        long from = checked.getOrDefault(partition, 0L);
        for (long offset = from; offset < committed.offset(); offset++) {
            judge(partition, offset, "committed " + committed.offset());
        }
        checked.put(partition, committed.offset());
        if (committed.metadata().startsWith(FORMAT)) {
            BitSet.valueOf(Base64.getDecoder().decode(committed.metadata().substring(FORMAT.length()))).stream()
                    .forEach(bit -> judge(partition, committed.offset() + bit, "called done in the metadata"));
        }
    }

    private void judge(TopicPartition partition, long offset, String how) {
        String open = topics.open(partition, offset);
        if (open != null) {
            synchronized (violations) {
                violations.add(partition + "@" + offset + " is " + how + ", and " + open + " is open");
            }
        }
    }

    /** What the group has committed now. */
    Map<TopicPartition, OffsetAndMetadata> committed()
            throws InterruptedException, ExecutionException, TimeoutException {
        return committed(group);
    }

    /** What was committed of updates and resolutions. */
    Map<TopicPartition, OffsetAndMetadata> committedFollowUps()
            throws InterruptedException, ExecutionException, TimeoutException {
        return committed(group + "-follow-ups");
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String of)
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listConsumerGroupOffsets(of)
                .partitionsToOffsetAndMetadata()
                .get(10, TimeUnit.SECONDS);
    }

    /** The topic of the incidents was deleted and is made again. */
    void madeAgain() {
        madeAgain = true;
    }

    /** How often it was looked. */
    long looks() {
        return looks.get();
    }

    /** What was found since the last time this was asked. */
    List<String> takeViolations() {
        synchronized (violations) {
            var found = List.copyOf(violations);
            violations.clear();
            return found;
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
