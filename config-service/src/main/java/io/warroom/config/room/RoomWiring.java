package io.warroom.config.room;

import io.warroom.config.openapi.Described;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** Topics to table, and table to answers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoomSettings.class)
public class RoomWiring {

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    @Bean
    RoomFeed roomFeed(Jdbi jdbi, RoomSettings settings) {
        return new RoomFeed(jdbi, settings.stream());
    }

    @Bean
    RoomController warRooms(Jdbi jdbi, RoomFeed feed, RoomSettings settings) {
        return new RoomController(new Rooms(jdbi), feed, settings.stream());
    }

    @Bean
    Described roomRoutes() {
        return new RoomApi();
    }

    @Bean
    RoomCleaning roomCleaning(Jdbi jdbi, RoomSettings settings) {
        return new RoomCleaning(jdbi, settings.retention());
    }

    /** All instances are one group: each record is taken by one of them, and the table is everybody's. */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> roomListener(
            KafkaProperties kafka, Jdbi jdbi, @Value("${warroom.topics.prefix:}") String prefix) {
        var properties = kafka.buildConsumerProperties();
        var records = new RoomRecords(decoder(properties), prefix);
        var container = new ContainerProperties(records.topicNames());
        container.setGroupId(prefix + "config-service-war-rooms");
        container.setMessageListener(new RoomListener(records, new RoomProjection(jdbi)));
        var listener = new ConcurrentMessageListenerContainer<byte[], byte[]>(
                new DefaultKafkaConsumerFactory<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                container);
        listener.setCommonErrorHandler(forEver());
        return listener;
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
    private static Deserializer<?> decoder(Map<String, Object> properties) {
        if (!(properties.get(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG) instanceof Class<?> type)) {
            throw new IllegalStateException("spring.kafka.consumer.value-deserializer must name a class");
        }
        var decoder = (Deserializer<?>) Utils.newInstance(type);
        decoder.configure(properties, false);
        return decoder;
    }
}
