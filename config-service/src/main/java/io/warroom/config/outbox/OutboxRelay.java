package io.warroom.config.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes outbox rows, each key's in the order of its commits, and deletes a row only once the broker has it. It keeps
 * no cursor, so a row that is committed late is never skipped. Of all instances the one that holds the session's
 * advisory lock works; it reads and deletes on that session, so losing the session ends its work. A failure ends it too,
 * so that an instance that does better may take over. A row may be published twice, never not at all. One thread, from
 * start to stop.
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
    private final Duration sendTimeout;
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

    /**
     * Makes a relay that is not started.
     *
     * @param pollInterval how long it waits when nobody wakes it
     * @param sendTimeout how long it waits for the broker before it tries again
     */
    public OutboxRelay(
            Jdbi jdbi,
            Outbox outbox,
            KafkaTemplate<String, Object> kafka,
            String topicPrefix,
            Duration pollInterval,
            Duration sendTimeout,
            Clock clock) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.kafka = kafka;
        this.topicPrefix = topicPrefix;
        this.pollInterval = pollInterval;
        this.sendTimeout = sendTimeout;
        this.trouble = new RelayTrouble(clock);
    }

    @Override
    public void start() {
        stopSignal = new CountDownLatch(1);
        thread = Thread.ofPlatform().name("outbox-relay").start(this::run);
    }

    /** Waits for the send that is under way: only then is it known to whoever takes over. */
    @Override
    public void stop() {
        var running = thread;
        stopSignal.countDown();
        outbox.wakeRelay();
        if (running != null) {
            try {
                if (!running.join(sendTimeout)) {
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
            if (!session.createQuery("SELECT pg_try_advisory_lock(:lock)")
                    .bind("lock", LOCK)
                    .mapTo(Boolean.class)
                    .one()) {
                trouble.over();
                return;
            }
            try (Leadership _ = () -> session.execute("SELECT pg_advisory_unlock(?)", LOCK)) {
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

    /** Publishes all that waits. A row that cannot be made a record holds back its own key, and no other. */
    private void publishWaiting(Handle session) throws InterruptedException {
        var held = new HashSet<String>();
        List<Row> rows;
        do {
            rows = waiting(session, held);
            for (var row : rows) {
                if (isStopping()) {
                    return;
                }
                if (!held.contains(row.aggregate()) && !publish(session, row)) {
                    held.add(row.aggregate());
                }
            }
        } while (rows.size() == BATCH);
        if (held.isEmpty()) {
            trouble.over();
        }
    }

    private static List<Row> waiting(Handle session, Set<String> held) {
        return session.createQuery("""
                        SELECT id, aggregateid, topic, key, headers::text AS headers, payload
                          FROM outbox WHERE aggregateid <> ALL (:held) ORDER BY id LIMIT :batch""")
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

    /** @return false when this row is at fault: damaged, or its schema is not registered */
    private boolean publish(Handle session, Row row) throws InterruptedException {
        try {
            send(record(row));
        } catch (UnreadableRowException | SerializationException e) {
            trouble.happened(e);
            return false;
        }
        session.createUpdate("DELETE FROM outbox WHERE id = :id")
                .bind("id", row.id())
                .execute();
        return true;
    }

    private void send(ProducerRecord<String, Object> record) throws InterruptedException {
        try {
            kafka.send(record).get(sendTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("sending an event to " + record.topic(), e);
        }
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
