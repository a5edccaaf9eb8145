package io.warroom.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.warroom.platform.Secret;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.ClosingPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.KafkaException;
import org.springframework.util.unit.DataSize;

class WorkerConfigurationTest {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final ClockWatch watch = new ClockWatch(new ClockSetting(Clock.systemUTC()));

    @BeforeEach
    void listen() {
        logged.start();
        root.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(logged);
        watch.close();
    }

    @Test
    void aRecordThatCouldNotBeSentIsToldInTheLogWithoutItsKeyAndValue() {
        var kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of("localhost:1"));
        kafka.getProperties().put("max.block.ms", "1");
        var bytes = new WorkerConfiguration(kafka, settings()).bytes(watch);

        assertThatThrownBy(() -> bytes.send(
                        "some-topic",
                        "the key".getBytes(StandardCharsets.UTF_8),
                        "the value".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(KafkaException.class);
        bytes.destroy();

        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(message -> message.contains("some-topic"))
                .noneMatch(message -> message.contains("the key") || message.contains("the value"))
                .noneMatch(message -> message.contains("payload"));
    }

    @Test
    void aConsumerThatIsGivenItsPartitionsByHandIsNeverOfTheProtocolUnderWhichItWouldNotWait() {
        var kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of("localhost:1"));
        kafka.getConsumer()
                .getProperties()
                .putAll(Map.of(
                        "group.protocol", "consumer",
                        "group.remote.assignor", "uniform",
                        "session.timeout.ms", "10000",
                        "heartbeat.interval.ms", "3000"));
        var workers = new WorkerConfiguration(kafka, settings());

        assertThat(isOfTheNewProtocol(workers.sharing(watch))).isTrue();
        assertThat(isOfTheNewProtocol(workers.assigned(watch))).isFalse();
    }

    /** Only then does it have a queue between two threads. */
    private static boolean isOfTheNewProtocol(Supplier<Consumer<byte[], byte[]>> consumers) {
        try (var consumer = consumers.get()) {
            return consumer.metrics().keySet().stream()
                    .anyMatch(metric -> metric.name().startsWith("background-event-queue"));
        }
    }

    private static WorkerSettings settings() {
        return new WorkerSettings(
                "http://localhost:1",
                new WorkerSettings.Topics(""),
                new WorkerSettings.Sealing(Secret.of("none")),
                new WorkerSettings.Platform(List.of(), true, 20),
                new WorkerSettings.Opening(Duration.ofSeconds(20), 200),
                new WorkerSettings.Parking(Duration.ofMinutes(10), Duration.ofHours(24), 500),
                new WorkerSettings.Parked(10_000, DataSize.ofMegabytes(64)),
                new WorkerSettings.Closing(ClosingPolicy.RENAME),
                new WorkerSettings.Intake(5_000, 1_000, Duration.ofMinutes(2), Duration.ofSeconds(10)));
    }
}
