package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.CuttableProxy;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.ServiceProcess;
import io.warroom.topic.Topic;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packets to and from the database are dropped, and no connection ends: as when a node or its network is gone. */
class SilenceIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** After which another instance publishes. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(15);

    private static final Duration ANSWERED = Duration.ofSeconds(5);
    private static final String APP = "/tenants/acme/mobile-apps/LARK";
    private static final String BODY = "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\"}";

    @TempDir
    Path folder;

    @Test
    void anotherInstancePublishesWhenTheActiveOneIsCutOff() throws Exception {
        try (var deployment = Deployment.inFolder(folder);
                var proxy = proxy(deployment)) {
            var active = deployment.start(through(deployment, proxy));
            await().atMost(SOON).untilAsserted(() -> assertThat(relay(active)).isEqualTo("ACTIVE"));
            var other = deployment.start();
            assertThat(send(other, "PUT", APP + "?verify=false").statusCode()).isEqualTo(201);

            proxy.swallow();

            await().atMost(TAKEN_OVER).untilAsserted(() -> {
                assertThat(send(other, "POST", APP + "/activate").statusCode()).isEqualTo(200);
                assertThat(relay(other)).isEqualTo("ACTIVE");
            });
            assertNothingWaits(other);
            assertThat(deployment.revisions(Topic.APP_ENABLED, "acme/LARK")).isSorted();
        }
    }

    @Test
    void aFrozenInstanceThatWakesPublishesNothingOutOfOrder() throws Exception {
        try (var deployment = Deployment.inFolder(folder);
                var active = ServiceProcess.launch("frozen", deployment, folder)) {
            active.awaitReady();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(deployment.hasActiveRelay()).isTrue());
            var other = deployment.start();
            assertThat(send(other, "PUT", APP + "?verify=false").statusCode()).isEqualTo(201);

            active.freeze();
            try {
                await().atMost(TAKEN_OVER)
                        .untilAsserted(() -> assertThat(relay(other)).isEqualTo("ACTIVE"));
                for (int i = 0; i < 10; i++) {
                    assertThat(send(other, "POST", APP + "/activate").statusCode())
                            .isEqualTo(200);
                }
            } finally {
                active.thaw();
            }
            for (int i = 0; i < 10; i++) {
                assertThat(send(other, "POST", APP + "/activate").statusCode()).isEqualTo(200);
            }
            assertNothingWaits(other);
            var revisions = deployment.readCommitted(Topic.APP_ENABLED).stream()
                    .map(record -> ((io.warroom.event.AppEnabled) record.value()).getRevision())
                    .toList();
            assertThat(revisions).isSorted();
            assertThat(revisions.stream().distinct()).hasSize(21);
        }
    }

    @Test
    void whileTheDatabaseIsSilentRequestsAreRefusedInTime() throws Exception {
        try (var deployment = Deployment.inFolder(folder);
                var proxy = proxy(deployment)) {
            var service = deployment.start(through(deployment, proxy));
            assertThat(send(service, "PUT", APP + "?verify=false").statusCode()).isEqualTo(201);

            proxy.swallow();

            LongStream.range(0, 3)
                    .forEach(_ -> assertThat(CompletableFuture.supplyAsync(
                                    () -> sendUnchecked(service, "POST", APP + "/activate")))
                            .succeedsWithin(ANSWERED)
                            .satisfies(answer -> assertThat(answer.statusCode())
                                    .as(answer.body())
                                    .isEqualTo(503)));

            proxy.join();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    send(service, "POST", APP + "/activate").statusCode())
                            .isEqualTo(200));
            await().atMost(SOON).untilAsserted(() -> assertThat(relay(service)).isEqualTo("ACTIVE"));
            assertNothingWaits(service);
        }
    }

    private static CuttableProxy proxy(Deployment deployment) throws Exception {
        return new CuttableProxy(direct(deployment).getPort());
    }

    private static URI direct(Deployment deployment) {
        return URI.create(deployment.database().jdbcUrl().substring("jdbc:".length()));
    }

    private static String through(Deployment deployment, CuttableProxy proxy) {
        return "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + proxy.port()
                + direct(deployment).getPath();
    }

    private static HttpResponse<String> send(Instance service, String method, String path) throws Exception {
        return service.send(method, path, method.equals("PUT") ? BODY : "");
    }

    private static HttpResponse<String> sendUnchecked(Instance service, String method, String path) {
        try {
            return send(service, method, path);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static String relay(Instance service) throws Exception {
        return service.health("").body().replaceAll("(?s).*\"relay\":\"([A-Z]+)\".*", "$1");
    }

    private static void assertNothingWaits(Instance service) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.health("").body()).contains("\"waiting\":0"));
    }
}
