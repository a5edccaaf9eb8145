package io.warroom.config.listening;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** Makes what reads topics into a table. */
public final class TopicListening {

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private TopicListening() {}

    /**
     * A listener that is called with the same records until it returns.
     *
     * @param properties the consumer's, as the configuration has them
     */
    public static ConcurrentMessageListenerContainer<byte[], byte[]> container(
            Map<String, Object> properties,
            String group,
            BatchMessageListener<byte[], byte[]> listener,
            String... topics) {
        var settings = new ContainerProperties(topics);
        settings.setGroupId(group);
        settings.setMessageListener(listener);
        // What a transaction leaves behind its last record would look like a record that was never taken.
        settings.setFixTxOffsets(true);
        var container = new ConcurrentMessageListenerContainer<byte[], byte[]>(
                new DefaultKafkaConsumerFactory<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                settings);
        container.setCommonErrorHandler(forEver());
        return container;
    }

    /** Every failure is tried again until it is none; the consumer stays in its group meanwhile. */
    private static DefaultErrorHandler forEver() {
        var pauses = new ExponentialBackOff(FIRST_PAUSE_MILLIS, 2);
        pauses.setMaxInterval(LONGEST_PAUSE_MILLIS);
        var handler = new DefaultErrorHandler(pauses);
        // By default it gives some kinds of failure up at once, and what it gives up is lost.
        handler.setClassifications(Map.of(), true);
        return handler;
    }

    /** The deserializer that the configuration names: code never does. */
    public static Deserializer<?> decoder(Map<String, Object> properties) {
        if (!(properties.get(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG) instanceof Class<?> type)) {
            throw new IllegalStateException("spring.kafka.consumer.value-deserializer must name a class");
        }
        var decoder = (Deserializer<?>) Utils.newInstance(type);
        decoder.configure(properties, false);
        return decoder;
    }
}
