package io.warroom.config.outbox;

import static java.util.Objects.requireNonNull;

import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.LoggingProducerListener;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes outbox rows, each key's in the order of its commits, and deletes a row only once the broker has it. It keeps
 * no cursor, so a row that is committed late is never skipped. Of all instances the one that holds the session's
 * advisory lock works; it reads and deletes on that session, so losing the session ends its work. A failure ends it too,
 * so that an instance that does better may take over. The server ends the session when it is silent for {@link #LEASE}, which is
 * longer than a transaction takes. The lock alone would not do: an instance that lost it unawares may
 * have records on their way, and one that lands behind a newer one of its key would be the one that compaction keeps. So
 * all instances share one transactional id, and the broker refuses whoever was active before. A row may be published
 * twice, never not at all. One thread, from start to stop.
 */
public final class OutboxRelay implements SmartLifecycle, Supervised {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    /** Any number will do, as long as every instance uses the same and nothing else in the database does. */
    private static final long LOCK = 0x57_61_72_72_6f_6f_6dL;

    private static final int BATCH = 500;

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(2);

    /** How long the server keeps the session of a holder that is silent. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    /** Less than the lease: a holder with nothing to do keeps its session. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(3);

    /** Less than the lease, with a producer's closing: a holder that works keeps its session. */
    private static final Duration MAX_TRANSACTION_TIME = Duration.ofSeconds(8);

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final FencedProducer producer;
    private final String topicPrefix;
    private final Duration pollInterval;
    private final RelayTrouble trouble;
    private volatile CountDownLatch stopSignal = new CountDownLatch(1);
    private volatile @Nullable SupervisedThread thread;
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

    private record Sending(Row row, CompletableFuture<RecordMetadata> sent) {

        /** Why the record was refused; null when it was not, or that is not known yet. */
        @Nullable
        Throwable refusal() {
            return sent.isCompletedExceptionally() ? sent.exceptionNow() : null;
        }
    }

    /**
     * What came of a batch.
     *
     * @param isRefused whether nothing was published, as the broker refused a record, perhaps another one's
     */
    private record Batch(List<Row> published, List<Unpublishable> unpublishable, boolean isRefused) {

        private static final Batch EMPTY = new Batch(List.of(), List.of(), false);
        private static final Batch REFUSED = new Batch(List.of(), List.of(), true);
    }

    /**
     * Makes a relay that is not started.
     *
     * @param producers makes producers with the transactional id that all instances share
     * @param pollInterval how long it waits when nobody wakes it
     * @param patience how long it waits for the broker at a time, and stopping for the transaction that is under way
     */
    public OutboxRelay(
            Jdbi jdbi,
            Outbox outbox,
            Supplier<Producer<String, Object>> producers,
            String topicPrefix,
            Duration pollInterval,
            Duration patience,
            Clock clock) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.producer = new FencedProducer(producers, min(patience, MAX_TRANSACTION_TIME));
        this.topicPrefix = topicPrefix;
        this.pollInterval = pollInterval;
        this.trouble = new RelayTrouble(clock);
    }

    /**
     * Producers for the relay: all instances have one transactional id, so that the next one shuts out the last.
     *
     * @param patience how long each of their calls waits for the broker
     */
    public static Supplier<Producer<String, Object>> fenced(
            ProducerFactory<String, Object> producers, String topicPrefix, Duration patience) {
        var properties = new HashMap<>(producers.getConfigurationProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topicPrefix + "config-service-outbox");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
        return () -> new KafkaProducer<>(properties);
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
        thread = SupervisedThread.start("outbox-relay", STALL_TIMEOUT, this::run);
    }

    /** Waits for the transaction that is under way: interrupted, it would be published twice. */
    @Override
    public void stop() {
        var running = thread;
        stopSignal.countDown();
        outbox.wakeRelay();
        if (running != null) {
            running.requestStop();
            running.join();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    State state() {
        var running = thread;
        if (running == null || running.threadFailure().isPresent()) {
            return State.ENDED;
        }
        return leading ? State.ACTIVE : State.STANDBY;
    }

    RelayTrouble trouble() {
        return trouble;
    }

    @Override
    public Optional<String> threadFailure() {
        var running = thread;
        return running == null ? Optional.empty() : running.threadFailure();
    }

    @Override
    public long threadRestarts() {
        var running = thread;
        return running == null ? 0 : running.threadRestarts();
    }

    private void run(Runnable heartbeat) throws InterruptedException {
        var backOff = pollInterval;
        while (!isStopping()) {
            try {
                heartbeat.run();
                relayWhileLeading(heartbeat);
                pause(pollInterval);
            } catch (RuntimeException e) {
                backOff = trouble.streak().isPresent() ? twice(backOff) : pollInterval;
                trouble.happened(e);
                boolean _ = stopSignal.await(backOff.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void relayWhileLeading(Runnable heartbeat) throws InterruptedException {
        try (var session = jdbi.open()) {
            if (!takePlace(session)) {
                trouble.over();
                return;
            }
            try (Leadership _ = () -> leave(session)) {
                session.execute("SET idle_session_timeout = " + LEASE.toMillis());
                int backend = backend(session);
                leading = true;
                if (trouble.streak().isEmpty()) {
                    log.info("Outbox relay is active");
                }
                while (!isStopping()) {
                    publishWaiting(session, backend, heartbeat);
                    pause(min(pollInterval, MAX_PAUSE));
                }
            } finally {
                leading = false;
            }
        }
    }

    private void leave(Handle session) {
        producer.close();
        leavePlace(session);
        // The connection is the pool's again, where it may be idle.
        session.execute("RESET idle_session_timeout");
    }

    private static int backend(Handle session) {
        return session.createQuery("SELECT pg_backend_pid()")
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Publishes all that waits, in rounds over all keys. A row that cannot be made a record, or that the broker refuses, holds back
     * its own key, and no other. When a batch is refused for one of its records, its keys are published one by one.
     */
    private void publishWaiting(Handle session, int backend, Runnable heartbeat) throws InterruptedException {
        var held = new HashSet<String>();
        var after = "";
        int oneByOne = 0;
        boolean isProgress = false;
        heartbeat.run();
        while (!isStopping() && isAnythingWaiting(session, backend)) {
            heartbeat.run();
            producer.start();
            int size = oneByOne > 0 ? 1 : BATCH;
            oneByOne = Math.max(0, oneByOne - 1);
            var firsts = firstOfEachKey(session, after, size);
            var rows = firsts.stream()
                    .filter(row -> !held.contains(row.aggregate()))
                    .toList();
            var batch = rows.isEmpty() ? Batch.EMPTY : publishBatch(rows);
            if (batch.isRefused()) {
                oneByOne = firsts.size();
                continue;
            }
            for (var one : batch.unpublishable()) {
                held.add(one.row().aggregate());
                hold(session, one);
            }
            delete(session, batch.published());
            isProgress |= !batch.published().isEmpty() || !batch.unpublishable().isEmpty();
            if (firsts.size() == size) {
                after = firsts.getLast().aggregate();
            } else if (isProgress) {
                after = "";
                isProgress = false;
            } else {
                break;
            }
        }
        if (held.isEmpty()) {
            trouble.over();
        }
    }

    private void delete(Handle session, List<Row> published) {
        if (published.isEmpty()) {
            return;
        }
        session.createUpdate("DELETE FROM outbox WHERE id = ANY (:published)")
                .bindArray(
                        "published", Long.class, published.stream().map(Row::id).toList())
                .execute();
        outbox.published(published.stream().map(Row::aggregate).toList());
    }

    /** Says so in the row, for whoever looks at the table: nobody need wait for it, and an operator sees which it is. */
    private static void hold(Handle session, Unpublishable unpublishable) {
        session.createUpdate("UPDATE outbox SET held_because = :reason WHERE id = :id AND held_because IS NULL")
                .bind("reason", unpublishable.reason())
                .bind("id", unpublishable.row().id())
                .execute();
    }

    /** Also makes sure that the session is still the one that holds the lock: a pooler may give each statement another. */
    private static boolean isAnythingWaiting(Handle session, int backend) {
        return session.createQuery("SELECT pg_backend_pid() AS backend, EXISTS (SELECT 1 FROM outbox) AS waiting")
                .map((row, context) -> {
                    if (row.getInt("backend") != backend) {
                        throw new SessionChangedException();
                    }
                    return row.getBoolean("waiting");
                })
                .one();
    }

    /**
     * One row a key: what a transaction that fails leaves in the topic can then be repeated without going back. Walks the index
     * from key to key, so that a batch costs the same, whatever number of rows waits.
     */
    private static List<Row> firstOfEachKey(Handle session, String after, int size) {
        return session.createQuery("""
                        WITH RECURSIVE first_of_key AS (
                            (SELECT aggregateid, id FROM outbox WHERE aggregateid > :after ORDER BY aggregateid, id LIMIT 1)
                             UNION ALL
                            SELECT following.aggregateid, following.id
                              FROM first_of_key
                             CROSS JOIN LATERAL (SELECT aggregateid, id FROM outbox
                                                  WHERE aggregateid > first_of_key.aggregateid
                                                  ORDER BY aggregateid, id LIMIT 1) AS following
                        )
                        SELECT id, aggregateid, topic, key, headers::text AS headers, payload
                          FROM outbox
                         WHERE id = ANY (ARRAY(SELECT id FROM first_of_key LIMIT :size))
                         ORDER BY aggregateid""")
                .bind("after", after)
                .bind("size", size)
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
     * Publishes rows of different keys in one transaction. A row that is damaged, or has no registered schema, is unpublishable.
     * So is one that is too large; it takes the whole transaction back. When the broker refuses a record for another reason, it
     * refuses all others that came with it too: then each row has a transaction of its own. Rows are read after the start of the
     * producer, which shuts out the relay that was active before: read earlier they might be old by then, and a relay that lost the session
     * meanwhile would publish them over what came after them.
     */
    private Batch publishBatch(List<Row> rows) throws InterruptedException {
        var unpublishable = new ArrayList<Unpublishable>();
        var sendings = new ArrayList<Sending>();
        try {
            producer.inTransaction(started -> {
                for (var row : rows) {
                    try {
                        sendings.add(send(started, row));
                    } catch (UnreadableRowException | SerializationException e) {
                        trouble.happened(e);
                        unpublishable.add(new Unpublishable(row, RelayTrouble.reason(e)));
                    }
                }
            });
        } catch (FencedProducer.UnansweredException e) {
            throw e;
        } catch (RuntimeException e) {
            return afterFailure(rows, sendings, unpublishable, e);
        }
        return new Batch(sendings.stream().map(Sending::row).toList(), unpublishable, false);
    }

    private Batch afterFailure(
            List<Row> rows, List<Sending> sendings, List<Unpublishable> unpublishable, RuntimeException failure) {
        boolean isRefused = false;
        for (var sending : sendings) {
            var refusal = sending.refusal();
            if (hasCause(refusal, RecordTooLargeException.class) || (rows.size() == 1 && isRefusedRecord(refusal))) {
                unpublishable.add(new Unpublishable(sending.row(), RelayTrouble.reason(requireNonNull(refusal))));
            } else if (isRefusedRecord(refusal)) {
                isRefused = true;
            }
        }
        if (unpublishable.isEmpty() && !isRefused) {
            throw failure;
        }
        trouble.happened(failure);
        return unpublishable.isEmpty() ? Batch.REFUSED : new Batch(List.of(), unpublishable, false);
    }

    private Sending send(Producer<String, Object> started, Row row) {
        var sent = new CompletableFuture<RecordMetadata>();
        var _ = started.send(record(row), (metadata, failure) -> {
            if (failure == null) {
                sent.complete(metadata);
            } else {
                sent.completeExceptionally(failure);
            }
        });
        return new Sending(row, sent);
    }

    /** The broker takes no record like this one, however often it is sent. */
    private static boolean isRefusedRecord(@Nullable Throwable failure) {
        return hasCause(failure, InvalidRecordException.class) || hasCause(failure, InvalidTimestampException.class);
    }

    private static boolean hasCause(@Nullable Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
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

    private void pause(Duration atMost) throws InterruptedException {
        if (outbox.wakeUps().tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
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

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static final class SessionChangedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SessionChangedException() {
            super(
                    "the database connection changes its session between statements: connect to PostgreSQL directly, or through"
                            + " a pooler in session mode");
        }
    }

    private static final class UnreadableRowException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableRowException(String message, RuntimeException cause) {
            super(message, cause);
        }
    }
}
