package io.warroom.config;

import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.DefaultKafkaProducerFactoryCustomizer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/** Gives access to the value serializer of the newest producer, so that its schema ids can be loaded early. Safe for concurrent use. */
final class NewestSerializer implements DefaultKafkaProducerFactoryCustomizer, Supplier<@Nullable Serializer<Object>> {

    private volatile @Nullable Serializer<Object> newest;

    @Override
    @SuppressWarnings("unchecked") // as the configuration has it
    public void customize(DefaultKafkaProducerFactory<?, ?> producers) {
        var type = producers.getConfigurationProperties().get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
        if (!(type instanceof Class<?> serializer)) {
            throw new IllegalStateException("spring.kafka.producer.value-serializer must name a class");
        }
        var properties = producers.getConfigurationProperties();
        var values = (DefaultKafkaProducerFactory<Object, Object>) producers;
        values.setConfigureSerializers(false);
        values.setValueSerializerSupplier(() -> {
            var made = (Serializer<Object>) Utils.newInstance(serializer);
            made.configure(properties, false);
            newest = made;
            return made;
        });
    }

    @Override
    public @Nullable Serializer<Object> get() {
        return newest;
    }
}
