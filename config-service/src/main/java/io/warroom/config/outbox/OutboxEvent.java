package io.warroom.config.outbox;

import io.warroom.topic.Topic;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event to be published after the commit.
 *
 * @param key the record key; also the aggregate's id, within which order is kept
 * @param payload null is a tombstone
 */
public record OutboxEvent(
        String aggregateType,
        String key,
        Topic topic,
        String eventId,
        long revision,
        Instant time,
        @Nullable SpecificRecord payload) {

    /** An event without a value. */
    public static OutboxEvent tombstone(
            String aggregateType, String key, Topic topic, String eventId, long revision, Instant time) {
        return new OutboxEvent(aggregateType, key, topic, eventId, revision, time, null);
    }

    /** The same with a value. */
    public OutboxEvent carrying(SpecificRecord value) {
        return new OutboxEvent(aggregateType, key, topic, eventId, revision, time, value);
    }

    /** The CloudEvents type, like {@code io.warroom.app-enabled}. */
    public String type() {
        return "io.warroom." + topic.name("");
    }
}
