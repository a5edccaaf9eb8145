package io.warroom.worker;

import io.warroom.platform.ChatPlatforms;
import io.warroom.platform.PlatformSettings;
import io.warroom.worker.directory.SecretOpener;
import io.warroom.worker.directory.TopicDirectory;
import io.warroom.worker.intake.IncidentIntake;
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.results.KafkaResults;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** Where the features meet. Read down, it is the record's path backwards: results, opening, directory, intake. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {

    private final KafkaProperties kafka;
    private final WorkerSettings settings;

    WorkerConfiguration(KafkaProperties kafka, WorkerSettings settings) {
        this.kafka = kafka;
        this.settings = settings;
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ChatPlatforms platforms(Clock clock) {
        return new ChatPlatforms(
                PlatformSettings.defaults().allowing(settings.platform().allowedBaseUrls()), clock);
    }

    @Bean
    KafkaResults results() {
        return new KafkaResults(
                new KafkaTemplate<String, SpecificRecord>(
                        new DefaultKafkaProducerFactory<>(kafka.buildProducerProperties())),
                settings.topics().prefix());
    }

    @Bean
    TopicDirectory directory() {
        return new TopicDirectory(
                consumers(Map.of()),
                decoder(),
                settings.topics().prefix(),
                SecretOpener.read(settings.sealing().privateKeyset()));
    }

    @Bean
    IncidentOpening opening(TopicDirectory directory, ChatPlatforms platforms, KafkaResults results, Clock clock) {
        return new IncidentOpening(
                directory,
                platforms.byKind(),
                results,
                clock,
                settings.opening().deadline());
    }

    @Bean
    IncidentIntake intake(TopicDirectory directory, IncidentOpening opening) {
        var producer = new HashMap<>(kafka.buildProducerProperties());
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return new IncidentIntake(
                consumers(
                        Map.of(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().prefix() + "warroom-worker")),
                decoder(),
                new KafkaTemplate<byte[], byte[]>(new DefaultKafkaProducerFactory<>(producer)),
                settings.topics().prefix(),
                directory.caughtUp(),
                opening::open,
                settings.intake().limits());
    }

    private Supplier<Consumer<byte[], byte[]>> consumers(Map<String, Object> more) {
        var properties = new HashMap<>(kafka.buildConsumerProperties());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.putAll(more);
        return () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The deserializer that the configuration names: code never does. */
    private Deserializer<?> decoder() {
        Map<String, Object> properties = kafka.buildConsumerProperties();
        Object type = properties.get(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);
        if (!(type instanceof Class<?> decoder)) {
            throw new IllegalStateException("spring.kafka.consumer.value-deserializer must name a class");
        }
        var made = (Deserializer<?>) Utils.newInstance(decoder);
        made.configure(properties, false);
        return made;
    }
}
