package io.warroom.config.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
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
 * advisory lock works; it reads and deletes on that session, so losing the session ends its work. A row may be published
 * twice, never not at all. One thread, from start to stop.
 */
public final class OutboxRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    /** Any number will do, as long as every instance uses the same and nothing else in the database does. */
    private static final long LOCK = 0x57_61_72_72_6f_6f_6dL;

    private static final int BATCH = 500;

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final KafkaTemplate<String, Object> kafka;
    private final String topicPrefix;
    private final Duration pollInterval;
    private final Duration sendTimeout;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;
    private boolean troubled;

    private record Row(
            long id,
            String aggregate,
            String topic,
            String key,
            String headers,
            @Nullable GenericRecord value) {}

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
            Duration sendTimeout) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.kafka = kafka;
        this.topicPrefix = topicPrefix;
        this.pollInterval = pollInterval;
        this.sendTimeout = sendTimeout;
    }

    @Override
    public void start() {
        stopping = false;
        thread = Thread.ofPlatform().name("outbox-relay").start(this::run);
    }

    @Override
    public void stop() {
        var running = thread;
        stopping = true;
        if (running != null) {
            running.interrupt();
            try {
                running.join(sendTimeout);
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

    private void run() {
        try {
            while (!stopping) {
                try {
                    relayWhileLeading();
                } catch (JdbiException | KafkaException e) {
                    trouble(e);
                }
                pause();
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
                return;
            }
            try {
                log.info("Outbox relay is active");
                while (!stopping) {
                    int published = publishBatch(session);
                    if (published < BATCH) {
                        pause();
                    }
                }
            } finally {
                session.execute("SELECT pg_advisory_unlock(?)", LOCK);
            }
        }
    }

    private int publishBatch(Handle session) throws InterruptedException {
        var rows = session.createQuery("""
                        SELECT id, aggregateid, topic, key, headers::text AS headers, payload
                          FROM outbox ORDER BY id LIMIT :batch""")
                .bind("batch", BATCH)
                .map((row, context) -> new Row(
                        row.getLong("id"),
                        row.getString("aggregateid"),
                        row.getString("topic"),
                        row.getString("key"),
                        row.getString("headers"),
                        valueOf(row.getBytes("payload"))))
                .list();
        return publish(session, rows);
    }

    private int publish(Handle session, List<Row> rows) throws InterruptedException {
        var held = new HashSet<String>();
        int published = 0;
        for (var row : rows) {
            if (held.contains(row.aggregate())) {
                continue;
            }
            try {
                kafka.send(record(row)).get(sendTimeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (SerializationException e) {
                // This key waits (perhaps its schema is not registered); the others need not.
                trouble(e);
                held.add(row.aggregate());
                continue;
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                trouble(e);
                return published;
            }
            session.createUpdate("DELETE FROM outbox WHERE id = :id")
                    .bind("id", row.id())
                    .execute();
            published++;
        }
        if (published > 0 && troubled && held.isEmpty()) {
            troubled = false;
            log.info("Outbox relay publishes again");
        }
        return published;
    }

    private static @Nullable GenericRecord valueOf(byte @Nullable [] payload) {
        return payload == null ? null : StoredRecord.read(payload);
    }

    private ProducerRecord<String, Object> record(Row row) {
        var record = new ProducerRecord<String, Object>(topicPrefix + row.topic(), row.key(), row.value());
        JSON.readValue(row.headers(), HEADERS)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private void pause() throws InterruptedException {
        if (outbox.wakeUps().tryAcquire(pollInterval.toMillis(), TimeUnit.MILLISECONDS)) {
            outbox.wakeUps().drainPermits();
        }
    }

    /** Says it once, not at every try. */
    private void trouble(Exception failure) {
        if (!troubled && !stopping) {
            troubled = true;
            log.atWarn().setCause(failure).log("Outbox relay cannot publish; rows are kept and tried again");
        }
    }
}
