package io.warroom.config.health;

import io.warroom.config.listening.TopicListening;
import io.warroom.topic.Topic;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Topic to table. */
@Configuration(proxyBeanMethods = false)
public class HealthWiring {

    /** All instances are one group: each record is taken by one of them, and the table is everybody's. */
    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> healthListener(
            KafkaProperties kafka, Jdbi jdbi, @Value("${warroom.topics.prefix:}") String prefix) {
        var properties = kafka.buildConsumerProperties();
        return TopicListening.container(
                properties,
                prefix + "config-service-app-health",
                new HealthListener(TopicListening.decoder(properties), jdbi),
                Topic.APP_HEALTH.name(prefix));
    }
}
