package io.warroom.config.outbox;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/** Where a change leaves its events, in its own transaction. Safe for concurrent use. */
public final class Outbox {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Semaphore wakeUps = new Semaphore(0);
    private final ConcurrentMap<String, CountDownLatch> awaited = new ConcurrentHashMap<>();

    /**
     * Writes the event's row; it is published if and only if the handle's transaction commits. Order is kept within a
     * key when the caller holds a lock on its aggregate.
     */
    public void append(Handle handle, OutboxEvent event) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", event.eventId());
        headers.put("ce_source", "/warroom/config-service");
        headers.put("ce_type", event.type());
        headers.put("ce_time", event.time().toString());
        var payload = event.payload();
        if (payload != null) {
            headers.put("content-type", "application/avro");
        }
        handle.createUpdate("""
                        INSERT INTO outbox (aggregatetype, aggregateid, type, event_id, topic, key, headers, payload, revision)
                        VALUES (:aggregateType, :key, :type, :eventId, :topic, :key, :headers::jsonb, :payload, :revision)""")
                .bind("aggregateType", event.aggregateType())
                .bind("key", event.key())
                .bind("type", event.type())
                .bind("eventId", event.eventId())
                .bind("topic", event.topic().name(""))
                .bind("headers", JSON.writeValueAsString(headers))
                .bind("payload", payload == null ? null : StoredRecord.write(payload))
                .bind("revision", event.revision())
                .execute();
    }

    /** To be called after a commit: the relay looks at once. A call that is lost costs one poll interval. */
    public void wakeRelay() {
        wakeUps.release();
    }

    /** Opens when this instance's relay has next published a row of the key. */
    CountDownLatch nextPublished(String key) {
        return awaited.computeIfAbsent(key, _ -> new CountDownLatch(1));
    }

    /** Nobody waits any more; whoever else does looks at the table. */
    void forget(String key, CountDownLatch published) {
        awaited.remove(key, published);
    }

    /** Told by the relay once the rows of these keys are gone. */
    void published(Collection<String> keys) {
        for (var key : keys) {
            var waiting = awaited.remove(key);
            if (waiting != null) {
                waiting.countDown();
            }
        }
    }

    Semaphore wakeUps() {
        return wakeUps;
    }
}
