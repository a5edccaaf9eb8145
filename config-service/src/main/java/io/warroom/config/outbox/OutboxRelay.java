package io.warroom.config.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.DefaultTransactionIdSuffixStrategy;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.LoggingProducerListener;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes outbox rows, each key's in the order of its commits, and deletes a row only once the broker has it. It keeps
 * no cursor, so a row that is committed late is never skipped. Of all instances the one that holds the session's
 * advisory lock works; it reads and deletes on that session, so losing the session ends its work. A failure ends it too,
 * so that an instance that does better may take over. The lock alone would not do: an instance that lost it unawares may
 * have records on their way, and one that lands behind a newer one of its key would be the one that compaction keeps. So
 * all instances share one transactional id, and the broker refuses whoever was active before. A row may be published
 * twice, never not at all. One thread, from start to stop.
 */
public final class OutboxRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    /** Any number will do, as long as every instance uses the same and nothing else in the database does. */
    private static final long LOCK = 0x57_61_72_72_6f_6f_6dL;

    private static final int BATCH = 500;
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final KafkaTemplate<String, Object> kafka;
    private final String topicPrefix;
    private final Duration pollInterval;
    private final Duration patience;
    private final RelayTrouble trouble;
    private volatile CountDownLatch stopSignal = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile boolean leading;

    /** What this instance's relay does. */
    enum State {
        /** It publishes. */
        ACTIVE,
        /** Another instance publishes, or none can just now. */
        STANDBY,
        /** Its thread is not running: it was never started, was stopped, or met an error that no program survives. */
        ENDED
    }

    /** Ends the leadership without hiding what ended the work. */
    private interface Leadership extends AutoCloseable {
        @Override
        void close();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(
            long id, String aggregate, String topic, String key, String headers, byte @Nullable [] payload) {}

    /** @param reason the kind of the failure */
    private record Unpublishable(Row row, String reason) {}

    private record Sending(Row row, CompletableFuture<?> sent) {

        /** Why the broker never takes the record, or the producer does not send it; null when that is not known of it. */
        @Nullable
        Throwable tooLarge() {
            return sent.isCompletedExceptionally() ? findTooLarge(sent.exceptionNow()) : null;
        }
    }

    /**
     * Makes a relay that is not started.
     *
     * @param kafka with the transactional id that all instances share, and no other of its producer's
     * @param pollInterval how long it waits when nobody wakes it
     * @param patience how long stopping waits for the transaction that is under way
     */
    public OutboxRelay(
            Jdbi jdbi,
            Outbox outbox,
            KafkaTemplate<String, Object> kafka,
            String topicPrefix,
            Duration pollInterval,
            Duration patience,
            Clock clock) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.kafka = kafka;
        this.topicPrefix = topicPrefix;
        this.pollInterval = pollInterval;
        this.patience = patience;
        this.trouble = new RelayTrouble(clock);
    }

    /**
     * What it publishes by: all instances have one transactional id, so that the next one shuts out the last.
     *
     * @param patience how long it waits for the broker at a time
     */
    public static KafkaTemplate<String, Object> fenced(
            ProducerFactory<String, Object> producers, String topicPrefix, Duration patience) {
        var kafka = new KafkaTemplate<>(
                producers,
                Map.<String, Object>of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        topicPrefix + "config-service-outbox",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        patience.toMillis()));
        ((DefaultKafkaProducerFactory<String, Object>) kafka.getProducerFactory())
                .setTransactionIdSuffixStrategy(new DefaultTransactionIdSuffixStrategy(1));
        return withoutContentsInTheLog(kafka);
    }

    /** By default what could not be sent is written to the log, key and value. */
    public static KafkaTemplate<String, Object> withoutContentsInTheLog(KafkaTemplate<String, Object> kafka) {
        var listener = new LoggingProducerListener<String, Object>();
        listener.setIncludeContents(false);
        kafka.setProducerListener(listener);
        return kafka;
    }

    /** Takes the place of the one relay until the session ends. @return false when an instance of the service has it */
    public static boolean takePlace(Handle session) {
        return session.createQuery("SELECT pg_try_advisory_lock(:lock)")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    /** Gives the place back that {@link #takePlace} took. */
    public static void leavePlace(Handle session) {
        session.execute("SELECT pg_advisory_unlock(?)", LOCK);
    }

    @Override
    public void start() {
        stopSignal = new CountDownLatch(1);
        thread = Thread.ofPlatform().name("outbox-relay").start(this::run);
    }

    /** Waits for the transaction that is under way: interrupted, it would be published twice. */
    @Override
    public void stop() {
        var running = thread;
        stopSignal.countDown();
        outbox.wakeRelay();
        if (running != null) {
            try {
                if (!running.join(patience)) {
                    running.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    State state() {
        var running = thread;
        if (running == null || !running.isAlive()) {
            return State.ENDED;
        }
        return leading ? State.ACTIVE : State.STANDBY;
    }

    RelayTrouble trouble() {
        return trouble;
    }

    private void run() {
        var backOff = pollInterval;
        try {
            while (!isStopping()) {
                try {
                    relayWhileLeading();
                    pause();
                } catch (RuntimeException e) {
                    // Whatever it is: a relay that ended would publish nothing, and nobody would know.
                    backOff = trouble.streak().isPresent() ? twice(backOff) : pollInterval;
                    trouble.happened(e);
                    boolean _ = stopSignal.await(backOff.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Outbox relay was told to stop", e);
        }
    }

    private void relayWhileLeading() throws InterruptedException {
        try (var session = jdbi.open()) {
            if (!takePlace(session)) {
                trouble.over();
                return;
            }
            try (Leadership _ = () -> leavePlace(session)) {
                leading = true;
                if (trouble.streak().isEmpty()) {
                    log.info("Outbox relay is active");
                }
                while (!isStopping()) {
                    publishWaiting(session);
                    pause();
                }
            } finally {
                leading = false;
            }
        }
    }

    /** Publishes all that waits. A row that cannot be made a record, or one that is too large, holds back its own key, and no other. */
    private void publishWaiting(Handle session) {
        var held = new HashSet<String>();
        while (!isStopping() && isAnythingWaiting(session, held)) {
            var unpublishable = new ArrayList<Unpublishable>();
            var published = publishBatch(session, held, unpublishable);
            for (var one : unpublishable) {
                held.add(one.row().aggregate());
                hold(session, one);
            }
            session.createUpdate("DELETE FROM outbox WHERE id = ANY (:published)")
                    .bindArray(
                            "published",
                            Long.class,
                            published.stream().map(Row::id).toList())
                    .execute();
            outbox.published(published.stream().map(Row::aggregate).toList());
        }
        if (held.isEmpty()) {
            trouble.over();
        }
    }

    /** Says so in the row, for whoever looks at the table: nobody need wait for it, and an operator sees which it is. */
    private static void hold(Handle session, Unpublishable unpublishable) {
        session.createUpdate("UPDATE outbox SET held_because = :reason WHERE id = :id AND held_because IS NULL")
                .bind("reason", unpublishable.reason())
                .bind("id", unpublishable.row().id())
                .execute();
    }

    private static boolean isAnythingWaiting(Handle session, Set<String> held) {
        return session.createQuery("SELECT EXISTS (SELECT 1 FROM outbox WHERE aggregateid <> ALL (:held))")
                .bindArray("held", String.class, held)
                .mapTo(Boolean.class)
                .one();
    }

    /** One row a key: what a transaction that fails leaves in the topic can then be repeated without going back. */
    private static List<Row> firstOfEachKey(Handle session, Set<String> held) {
        return session.createQuery("""
                        SELECT id, aggregateid, topic, key, headers::text AS headers, payload
                          FROM outbox
                         WHERE id IN (SELECT min(id) FROM outbox WHERE aggregateid <> ALL (:held)
                                       GROUP BY aggregateid ORDER BY min(id) LIMIT :batch)
                         ORDER BY id""")
                .bindArray("held", String.class, held)
                .bind("batch", BATCH)
                .map((row, context) -> new Row(
                        row.getLong("id"),
                        row.getString("aggregateid"),
                        row.getString("topic"),
                        row.getString("key"),
                        row.getString("headers"),
                        row.getBytes("payload")))
                .list();
    }

    /**
     * Publishes the first row of each key in one transaction; a row that is damaged, or has no registered schema, joins the
     * unpublishable ones with the reason. One that is too large joins them, too, and takes the whole transaction back. Rows are
     * read inside, behind the start of a producer, which shuts out whoever was active before: read earlier they might be old by
     * then, and whoever lost the session meanwhile would publish them over what came after them.
     */
    private List<Row> publishBatch(Handle session, Set<String> held, List<Unpublishable> unpublishable) {
        var sendings = new ArrayList<Sending>();
        try {
            kafka.executeInTransaction(operations -> {
                for (var row : firstOfEachKey(session, held)) {
                    try {
                        sendings.add(send(operations, row));
                    } catch (UnreadableRowException | SerializationException e) {
                        trouble.happened(e);
                        unpublishable.add(new Unpublishable(row, RelayTrouble.reason(e)));
                    }
                }
                return sendings;
            });
        } catch (RuntimeException e) {
            boolean isBySize = false;
            for (var sending : sendings) {
                var tooLarge = sending.tooLarge();
                if (tooLarge != null) {
                    isBySize = true;
                    unpublishable.add(new Unpublishable(sending.row(), RelayTrouble.reason(tooLarge)));
                }
            }
            if (!isBySize) {
                throw e;
            }
            trouble.happened(e);
            return List.of();
        }
        return sendings.stream().map(Sending::row).toList();
    }

    private Sending send(KafkaOperations<String, Object> operations, Row row) {
        var record = record(row);
        try {
            return new Sending(row, operations.send(record));
        } catch (KafkaException e) {
            // The producer did not take it, and commits nothing any more: the transaction will say so.
            if (findTooLarge(e) == null) {
                throw e;
            }
            return new Sending(row, CompletableFuture.failedFuture(e));
        }
    }

    private static @Nullable Throwable findTooLarge(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return cause;
            }
        }
        return null;
    }

    private ProducerRecord<String, Object> record(Row row) {
        try {
            var value = row.payload() == null ? null : StoredRecord.read(row.payload());
            var record = new ProducerRecord<String, Object>(topicPrefix + row.topic(), row.key(), value);
            JSON.readValue(row.headers(), HEADERS)
                    .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
            return record;
        } catch (RuntimeException e) {
            throw new UnreadableRowException("outbox row " + row.id() + " cannot be read", e);
        }
    }

    private void pause() throws InterruptedException {
        if (outbox.wakeUps().tryAcquire(pollInterval.toMillis(), TimeUnit.MILLISECONDS)) {
            outbox.wakeUps().drainPermits();
        }
    }

    private boolean isStopping() {
        return stopSignal.getCount() == 0;
    }

    private static Duration twice(Duration backOff) {
        var longer = backOff.multipliedBy(2);
        return longer.compareTo(LONGEST_BACK_OFF) < 0 ? longer : LONGEST_BACK_OFF;
    }

    private static final class UnreadableRowException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableRowException(String message, RuntimeException cause) {
            super(message, cause);
        }
    }
}
