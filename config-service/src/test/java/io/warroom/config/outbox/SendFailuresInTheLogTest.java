package io.warroom.config.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

class SendFailuresInTheLogTest {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        logged.start();
        root.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(logged);
    }

    @Test
    void aRecordThatCouldNotBeSentIsToldWithoutItsKeyAndValue() {
        var producers = new DefaultKafkaProducerFactory<String, Object>(Map.of(
                "bootstrap.servers",
                "localhost:1",
                "max.block.ms",
                "1",
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                StringSerializer.class));
        var kafka = OutboxRelay.withoutContentsInTheLog(new KafkaTemplate<>(producers));

        assertThatThrownBy(() -> kafka.send("some-topic", "the key", "the value"))
                .isInstanceOf(KafkaException.class);
        producers.destroy();

        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(message -> message.contains("some-topic"))
                .noneMatch(message -> message.contains("the key") || message.contains("the value"))
                .noneMatch(message -> message.contains("payload"));
    }
}
