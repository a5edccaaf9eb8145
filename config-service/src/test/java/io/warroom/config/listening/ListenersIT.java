package io.warroom.config.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** What is read from topics, and does not keep up with them. */
class ListenersIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aListenerThatTakesNothingOfWhatWaitsIsDownByNameInHealthAndNotInReadiness() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            var service = deployment.start("--warroom.listeners.stalled-after=1s");
            var rooms = service.part("roomListener", ConcurrentMessageListenerContainer.class);
            var declared = service.send("POST", "/tenants/acme/incidents", """
                    {"incidentId":"INC-1","title":"down","severity":"P1"}""");
            assertThat(declared.statusCode()).isEqualTo(202);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(service.health("").body())
                            .contains("\"healthListener\":{\"behind\":0}", "\"roomListener\":{\"behind\":0}"));
            assertThat(service.health("").statusCode()).isEqualTo(200);

            rooms.stop();
            for (int i = 2; i <= 4; i++) {
                var more = service.send("POST", "/tenants/acme/incidents", """
                        {"incidentId":"INC-%d","title":"down","severity":"P1"}""".formatted(i));
                assertThat(more.statusCode()).isEqualTo(202);
            }

            await().atMost(SOON).untilAsserted(() -> {
                var health = service.health("");
                assertThat(health.statusCode()).isEqualTo(503);
                assertThat(health.body())
                        .contains(
                                "\"roomListener\":{\"behind\":3,\"noProgressSince\":",
                                "\"healthListener\":{\"behind\":0}");
            });
            assertThat(service.health("/readiness").statusCode()).isEqualTo(200);
            assertThat(service.health("/liveness").statusCode()).isEqualTo(200);

            rooms.start();

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(service.health("").body()).contains("\"roomListener\":{\"behind\":0}");
                assertThat(service.health("").statusCode()).isEqualTo(200);
            });
        }
    }
}
