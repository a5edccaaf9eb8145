package io.warroom.worker.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.health.contributor.Status;

class OwnSchemasTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicBoolean registryIsAway = new AtomicBoolean(true);
    private final Set<String> unknown = new CopyOnWriteArraySet<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> read = new CopyOnWriteArrayList<>();
    private final OwnSchemas schemas = new OwnSchemas(
            (topic, example) -> {
                if (registryIsAway.get()) {
                    throw new SerializationException("no schema id", new ConnectException("refused"));
                }
                if (unknown.contains(topic)) {
                    throw new SerializationException("no schema id", new RestClientException());
                }
                asked.add(topic);
                return ("\0\0\0\0" + (char) asked.size() + example).getBytes(StandardCharsets.UTF_8);
            },
            (topic, bytes) -> {
                read.add(topic);
                return new String(bytes, StandardCharsets.UTF_8);
            },
            "p-");

    /** Named as the registry client's, which code never names. */
    private static final class RestClientException extends IOException {
        private static final long serialVersionUID = 1L;

        RestClientException() {
            super("Schema not found; error code: 40403");
        }
    }

    @AfterEach
    void stop() {
        schemas.stop();
    }

    @Test
    void theWorkerIsNotReadyUntilTheRegistryHasToldEverySchemaThatItWritesAndReadsWith() {
        schemas.start();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(schemas.health().getDetails()).containsKey("registry"));
        assertThat(schemas.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(schemas.known()).isNotDone();

        registryIsAway.set(false);

        assertThat(schemas.known()).succeedsWithin(SOON);
        assertThat(schemas.health().getStatus()).isEqualTo(Status.UP);
        assertThat(schemas.frame("p-app-enabled")).containsExactly(0, 0, 0, 0, 1 + asked.indexOf("p-app-enabled"));
        assertThat(schemas.frame("p-incident-rejected")).isNull();
        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "p-app-enabled",
                        "p-key-rotated",
                        "p-app-deleted",
                        "p-member-bound",
                        "p-incident-declared",
                        "p-incident-updated",
                        "p-incident-resolved",
                        "p-war-room-opened",
                        "p-war-room-failed",
                        "p-war-room-closed",
                        "p-incident-parked",
                        "p-app-health");
        assertThat(read).containsExactlyElementsOf(asked);
    }

    @Test
    void aTopicWhoseProducersWriteWithAnotherVersionKeepsNobodyFromWorkAndOneThatIsWrittenDoes() {
        registryIsAway.set(false);
        unknown.addAll(List.of("p-incident-declared", "p-war-room-opened"));
        schemas.start();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(schemas.health().getDetails().get("registry"))
                        .asString()
                        .contains("p-war-room-opened"));
        assertThat(schemas.known()).isNotDone();

        unknown.remove("p-war-room-opened");

        assertThat(schemas.known()).succeedsWithin(SOON);
        assertThat(asked).contains("p-war-room-opened").doesNotContain("p-incident-declared");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INCIDENT_REJECTED")
    void whatIsAskedWithFitsTheSchema(Topic topic) throws IOException {
        var schema = topic.schema().orElseThrow();
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

        new SpecificDatumWriter<SpecificRecord>(schema).write(Example.of(schema), encoder);

        assertThat(bytes.size()).isPositive();
    }
}
