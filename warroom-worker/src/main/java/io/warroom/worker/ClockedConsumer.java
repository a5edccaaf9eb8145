package io.warroom.worker;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that is of no use any more once the machine's clock was set back: its polls then throw, and whoever reads makes another,
 * as for any other trouble. Threads as its parent.
 */
final class ClockedConsumer extends KafkaConsumer<byte[], byte[]> {

    private final ClockWatch watch;
    private final Runnable listener = this::end;
    private volatile boolean ended;

    ClockedConsumer(Map<String, Object> properties, ClockWatch watch) {
        super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.watch = watch;
        watch.tell(listener);
    }

    /** A poll that is under way would go on until the clock has come around again. */
    private void end() {
        ended = true;
        wakeup();
    }

    /** @throws KafkaException when the clock was set back since this was made */
    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (ended) {
            throw setBack(null);
        }
        try {
            return super.poll(timeout);
        } catch (WakeupException e) {
            throw ended ? setBack(e) : e;
        }
    }

    private static KafkaException setBack(@Nullable Throwable cause) {
        return new KafkaException("the machine's clock was set back, and this consumer times by it", cause);
    }

    @Override
    public void close() {
        watch.forget(listener);
        super.close();
    }

    @Override
    public void close(CloseOptions options) {
        watch.forget(listener);
        super.close(options);
    }
}
