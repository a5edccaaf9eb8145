package io.warroom.worker.intake;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is done, through one consumer. In passing it never waits for the broker: one commit is under way at a time, and the
 * broker's answer says what need not be committed again. Before partitions go it waits, but not for long: what was not committed
 * is done again. Used by the consumer's thread only.
 */
final class Commits {

    private static final Logger log = LoggerFactory.getLogger(Commits.class);
    private static final Duration EVERY = Duration.ofMillis(500);
    /** A commit may fail in passing: while partitions move, or while a broker restarts. */
    private static final Duration WARN_AFTER = Duration.ofSeconds(30);

    private static final Duration AT_MOST = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final Window window;
    private final LongSupplier nanoTime;
    private long lastNanos;
    /** The number of the commit whose answer counts; 0 for none. */
    private long underWay;

    private long commits;
    private @Nullable Delay failing;
    private boolean warned;

    Commits(Consumer<byte[], byte[]> consumer, Window window, LongSupplier nanoTime) {
        this.consumer = consumer;
        this.window = window;
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** Sends a commit when the last one was a while ago and has its answer. */
    void inPassing() {
        if (underWay != 0 || nanoTime.getAsLong() - lastNanos < EVERY.toNanos()) {
            return;
        }
        lastNanos = nanoTime.getAsLong();
        var due = window.toCommit();
        if (due.isEmpty()) {
            return;
        }
        long number = ++commits;
        underWay = number;
        consumer.commitAsync(positions(due), (positions, failure) -> {
            if (underWay != number) {
                return;
            }
            underWay = 0;
            if (failure == null) {
                mark(due);
                succeeded();
            } else {
                failed(due.keySet().iterator().next(), failure);
            }
        });
    }

    /** Commits, or says in the log that the broker did not take it in time. */
    void now() {
        var due = window.toCommit();
        if (due.isEmpty()) {
            return;
        }
        // Whatever the one under way comes to, this one is later.
        underWay = 0;
        try {
            consumer.commitSync(positions(due), AT_MOST);
            mark(due);
            succeeded();
        } catch (KafkaException e) {
            log.warn("What was done could not be committed before the partitions went: it is done again", e);
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(Map<TopicPartition, Window.Due> due) {
        var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
        due.forEach((partition, one) -> positions.put(
                partition,
                new OffsetAndMetadata(one.commit().position(), one.commit().metadata())));
        return positions;
    }

    private static void mark(Map<TopicPartition, Window.Due> due) {
        due.values().forEach(one -> one.tracker().committed(one.commit()));
    }

    private void failed(TopicPartition partition, Exception failure) {
        long now = nanoTime.getAsLong();
        var before = failing;
        var current = new Delay(
                partition,
                Optional.empty(),
                before == null ? now : before.sinceNanos(),
                "a commit; it fails with " + failure.getClass().getSimpleName());
        failing = current;
        if (warned || now - current.sinceNanos() < WARN_AFTER.toNanos()) {
            log.debug("A commit failed and is repeated", failure);
            return;
        }
        warned = true;
        log.atWarn()
                .addKeyValue("record", partition)
                .setCause(failure)
                .log(
                        "Commits have failed for {} s and are repeated; after a restart records are done again",
                        WARN_AFTER.toSeconds());
    }

    private void succeeded() {
        if (warned) {
            log.info("Commits succeed again");
        }
        warned = false;
        failing = null;
    }

    /** Since when commits fail; empty while they succeed. */
    Optional<Delay> delay() {
        return Optional.ofNullable(failing);
    }
}
