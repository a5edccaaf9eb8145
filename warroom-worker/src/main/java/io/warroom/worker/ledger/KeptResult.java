package io.warroom.worker.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A result as it is on its topic, in two objects: a month of them is kept, and a record with six headers is thirty. Immutable.
 */
final class KeptResult {

    /** In place of a length, for a header without a value. */
    private static final int NONE = -1;

    private final String topic;
    private final int partition;
    private final long offset;
    private final long timestamp;
    /** How many headers; each one's name and value behind their lengths; the record's value. */
    private final byte[] bytes;

    /** @param record with a value */
    KeptResult(ConsumerRecord<byte[], byte[]> record) {
        topic = record.topic();
        partition = record.partition();
        offset = record.offset();
        timestamp = record.timestamp();
        var headers = record.headers().toArray();
        var names = Arrays.stream(headers)
                .map(header -> header.key().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        int size = Integer.BYTES + record.value().length;
        for (int i = 0; i < headers.length; i++) {
            size += 2 * Integer.BYTES + names[i].length + (headers[i].value() == null ? 0 : headers[i].value().length);
        }
        var buffer = ByteBuffer.allocate(size).putInt(headers.length);
        for (int i = 0; i < headers.length; i++) {
            put(buffer, names[i]);
            byte[] value = headers[i].value();
            if (value == null) {
                buffer.putInt(NONE);
            } else {
                put(buffer, value);
            }
        }
        bytes = buffer.put(record.value()).array();
    }

    private static void put(ByteBuffer buffer, byte[] some) {
        buffer.putInt(some.length).put(some);
    }

    long offset() {
        return offset;
    }

    /** In milliseconds since 1970. */
    long timestamp() {
        return timestamp;
    }

    /** As it was read. */
    ConsumerRecord<byte[], byte[]> record(String key) {
        var buffer = ByteBuffer.wrap(bytes);
        var headers = new RecordHeaders();
        for (int left = buffer.getInt(); left > 0; left--) {
            var name = new String(get(buffer, buffer.getInt()), StandardCharsets.UTF_8);
            int length = buffer.getInt();
            headers.add(name, length == NONE ? null : get(buffer, length));
        }
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                key.getBytes(StandardCharsets.UTF_8),
                get(buffer, buffer.remaining()),
                headers,
                Optional.empty());
    }

    private static byte[] get(ByteBuffer buffer, int length) {
        var some = new byte[length];
        buffer.get(some);
        return some;
    }
}
