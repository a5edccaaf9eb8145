package io.warroom.config.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.warroom.config.testing.CapturedLog;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoomRecordsTest {

    @ParameterizedTest
    @MethodSource
    void aRecordIsKeptWhileTheRegistryIsAway(RuntimeException failure) {
        assertThatThrownBy(() -> reader(failure).read(record(0))).isInstanceOf(RegistryAwayException.class);
    }

    static Stream<RuntimeException> aRecordIsKeptWhileTheRegistryIsAway() {
        return Stream.of(
                new SerializationException("no answer", new ConnectException()),
                new SerializationException("no answer", new SocketTimeoutException()),
                new SerializationException("no answer", new UnknownHostException()),
                new TimeoutException("no answer"),
                new InvalidConfigurationException("Error in the backend datastore; error code: 50001"));
    }

    @ParameterizedTest
    @MethodSource
    void aRecordThatNoRegistryCanExplainIsPassedOver(RuntimeException failure) {
        assertThat(reader(failure).read(record(0))).isEmpty();
    }

    static Stream<RuntimeException> aRecordThatNoRegistryCanExplainIsPassedOver() {
        return Stream.of(
                new SerializationException("Unknown magic byte!"),
                new InvalidConfigurationException("Schema 7 not found; error code: 40403"),
                new IndexOutOfBoundsException(),
                new ClassCastException());
    }

    @Test
    void aRecordThatIsReadAgainIsToldOnceAlone() {
        try (var log = CapturedLog.of("io.warroom.config.room", Level.INFO)) {
            var reader = reader(new SerializationException("Unknown magic byte!"));
            for (int repeat = 0; repeat < 3; repeat++) {
                assertThat(reader.read(record(4))).isEmpty();
                assertThat(reader.read(record(5))).isEmpty();
            }

            assertThat(log.said())
                    .hasSize(2)
                    .first()
                    .asString()
                    .contains("test-war-room-opened-1@4")
                    .doesNotContain("a secret thing");
        }
    }

    private static RoomRecords reader(RuntimeException failure) {
        Deserializer<Object> decoder = (topic, bytes) -> {
            throw failure;
        };
        return new RoomRecords(decoder, "test-");
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>(
                "test-war-room-opened", 1, offset, "acme/INC-1".getBytes(UTF_8), "a secret thing".getBytes(UTF_8));
    }
}
