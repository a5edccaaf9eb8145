package io.warroom.worker.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class OwnSchemasTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicBoolean registryIsAway = new AtomicBoolean(true);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> read = new CopyOnWriteArrayList<>();
    private final OwnSchemas schemas = new OwnSchemas(
            (topic, example) -> {
                if (registryIsAway.get()) {
                    throw new SerializationException("no schema id", new ConnectException("refused"));
                }
                asked.add(topic);
                return example.toString().getBytes(StandardCharsets.UTF_8);
            },
            (topic, bytes) -> {
                read.add(topic);
                return new String(bytes, StandardCharsets.UTF_8);
            },
            "p-");

    @Test
    void theWorkerIsNotReadyUntilTheRegistryHasToldEverySchemaThatItWritesAndReadsBackWith() {
        schemas.start();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(schemas.health().getDetails()).containsKey("registry"));
        assertThat(schemas.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(schemas.known()).isNotDone();

        registryIsAway.set(false);

        assertThat(schemas.known()).succeedsWithin(SOON);
        assertThat(schemas.health().getStatus()).isEqualTo(Status.UP);
        assertThat(asked)
                .containsExactlyInAnyOrder(
                        "p-war-room-opened",
                        "p-war-room-failed",
                        "p-war-room-closed",
                        "p-incident-parked",
                        "p-app-health");
        assertThat(read).containsExactlyElementsOf(asked);
        schemas.stop();
    }
}
