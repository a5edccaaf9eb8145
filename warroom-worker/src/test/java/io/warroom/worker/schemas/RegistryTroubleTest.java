package io.warroom.worker.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.warroom.topic.Undecodable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the configured deserializer makes of a registry in trouble: a record is given up only when the registry has spoken. */
class RegistryTroubleTest {

    /** Schema id 1, and the first byte of a string that goes on for 63 more. */
    private static final byte[] CUT_SHORT = {0, 0, 0, 0, 1, (byte) 0x80, 1, 'a'};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"schema\": ",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n{\"schema\"",
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
                "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>",
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void aRegistryThatBreaksOffOrAnswersNonsenseIsAwayAndTheRecordMayBeGood(String answer) throws Exception {
        assertThat(why(answer)).isEqualTo(Undecodable.REGISTRY_AWAY);
    }

    @Test
    void aRegistryThatDoesNotKnowTheSchemaHasSpoken() throws Exception {
        assertThat(why("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 57\r\n\r\n"
                        + "{\"error_code\": 40403, \"message\": \"Schema 1 not found now\"}"))
                .isEqualTo(Undecodable.UNKNOWN_SCHEMA);
    }

    @Test
    void bytesThatEndTooEarlyAreBadWhateverTheRegistryDoesNext() throws Exception {
        assertThat(why("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n"
                        + "{\"schema\": \"\\\"string\\\"\"}   "))
                .isEqualTo(Undecodable.NOT_AVRO);
    }

    /** Of a record whose bytes end too early, asked of a registry that answers every connection with these bytes and closes it. */
    private static Undecodable why(String answer) throws Exception {
        try (var registry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var deserializer = deserializer(registry.getLocalPort())) {
            Thread.ofVirtual().start(() -> answerAll(registry, answer));
            var failure =
                    catchThrowableOfType(KafkaException.class, () -> deserializer.deserialize("topic", CUT_SHORT));
            return Undecodable.why(failure);
        }
    }

    private static void answerAll(ServerSocket registry, String answer) {
        while (true) {
            try (var connection = registry.accept()) {
                var in = connection.getInputStream();
                for (int end = 0; end < 4; ) {
                    int read = in.read();
                    end = read == '\r' || read == '\n' ? end + 1 : read < 0 ? 4 : 0;
                }
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                if (registry.isClosed()) {
                    return;
                }
            }
        }
    }

    private static Deserializer<?> deserializer(int port) throws ClassNotFoundException {
        var made = (Deserializer<?>)
                Utils.newInstance(Class.forName("io.confluent.kafka.serializers.KafkaAvroDeserializer"));
        made.configure(
                Map.of(
                        "schema.registry.url",
                        "http://127.0.0.1:" + port,
                        "max.retries",
                        0,
                        "http.connect.timeout.ms",
                        5_000,
                        "http.read.timeout.ms",
                        5_000),
                false);
        return made;
    }
}
