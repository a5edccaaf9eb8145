package io.warroom.benchmarks.outbox;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/** An outbox under load: changes come in by many threads, and are published by its own. Safe for concurrent use. */
interface Contender extends AutoCloseable {

    /** The record's header that names the event. */
    String EVENT = "ce_id";

    /** Changes the app and leaves the event, in one transaction; returns behind the commit. */
    void commit(String app, String eventId);

    @Override
    void close();

    /** The event that a record is of. */
    static String eventOf(Headers headers) {
        return new String(headers.lastHeader(EVENT).value(), StandardCharsets.UTF_8);
    }
}
