package io.warroom.worker.intake;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaTemplate;

/** Takes records up to a size, as a broker does, and fails as told before. */
final class TakingProducer extends MockProducer<byte[], byte[]> {

    private final int mostBytes;
    private final Deque<RuntimeException> failures = new ArrayDeque<>();

    TakingProducer(int mostBytes) {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        this.mostBytes = mostBytes;
    }

    KafkaTemplate<byte[], byte[]> template() {
        return new KafkaTemplate<>(() -> this);
    }

    /** The next sends fail with these, one each. */
    void failWith(RuntimeException... next) {
        failures.addAll(Arrays.asList(next));
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        var failure = failures.poll();
        if (failure == null && size(record) > mostBytes) {
            failure = new RecordTooLargeException(size(record) + " bytes");
        }
        if (failure != null) {
            callback.onCompletion(null, failure);
            return CompletableFuture.failedFuture(failure);
        }
        return super.send(record, callback);
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        int size = length(record.key()) + length(record.value());
        for (var header : record.headers()) {
            size += header.key().length() + length(header.value());
        }
        return size;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** A template closes what it sends with, which the producers of a factory take for a return. */
    @Override
    public void close(Duration timeout) {}

    List<String> headers(ProducerRecord<byte[], byte[]> record, String name) {
        return java.util.stream.StreamSupport.stream(
                        record.headers().headers(name).spliterator(), false)
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .toList();
    }
}
