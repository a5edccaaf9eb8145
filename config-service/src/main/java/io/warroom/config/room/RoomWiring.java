package io.warroom.config.room;

import io.warroom.config.listening.TopicListening;
import io.warroom.config.openapi.Described;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Topics to table, and table to answers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoomSettings.class)
public class RoomWiring {

    @Bean
    RoomFeed roomFeed(Jdbi jdbi, RoomSettings settings) {
        return new RoomFeed(jdbi, settings.stream());
    }

    @Bean
    Rooms rooms(Jdbi jdbi, RoomSettings settings) {
        return new Rooms(jdbi, settings.reads());
    }

    @Bean
    RoomController warRooms(Rooms rooms, RoomBoard board, RoomFeed feed, RoomSettings settings) {
        return new RoomController(rooms, board, feed, settings.stream());
    }

    @Bean
    ChangeNotifier roomChangeNotifier(Jdbi jdbi) {
        return new ChangeNotifier(jdbi);
    }

    @Bean
    Described describedRooms() {
        return new RoomApi();
    }

    @Bean
    RoomBoard roomBoard(Rooms rooms) {
        return new RoomBoard(rooms);
    }

    @Bean
    RoomCleaning roomCleaning(Jdbi jdbi, RoomSettings settings) {
        return new RoomCleaning(jdbi, settings.retention());
    }

    @Bean
    BrokerTopicIds roomTopicIds(KafkaProperties kafka, @Value("${warroom.topics.prefix:}") String prefix) {
        return new BrokerTopicIds(kafka.buildAdminProperties(), RoomRecords.topicNames(prefix));
    }

    @Bean
    TopicEras topicEras(Jdbi jdbi, BrokerTopicIds ids) {
        return new TopicEras(jdbi, ids);
    }

    @Bean
    RoomListener roomReading(
            KafkaProperties kafka,
            Jdbi jdbi,
            TopicEras eras,
            ChangeNotifier notifier,
            @Value("${warroom.topics.prefix:}") String prefix) {
        var records = new RoomRecords(TopicListening.decoder(kafka.buildConsumerProperties()), prefix);
        return new RoomListener(records, new RoomProjection(jdbi, notifier::changed), eras);
    }

    /** All instances are one group: each record is taken by one of them, and the table is everybody's. */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> roomListener(
            KafkaProperties kafka, RoomListener listener, @Value("${warroom.topics.prefix:}") String prefix) {
        var container = TopicListening.container(
                kafka.buildConsumerProperties(),
                prefix + "config-service-war-rooms",
                listener,
                RoomRecords.topicNames(prefix).toArray(String[]::new));
        container.getContainerProperties().setConsumerRebalanceListener(listener);
        return container;
    }

    @Bean
    RoomTopicsWatch roomTopicsWatch(
            TopicEras eras,
            RoomListener listener,
            @Qualifier("roomListener") ConcurrentMessageListenerContainer<byte[], byte[]> container) {
        return new RoomTopicsWatch(eras, listener, container);
    }
}
