package io.warroom.config.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.local.Broker;
import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change that is answered is on its topic, unless nothing can be published. */
class DeliveryIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String BODY = "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\"}";

    @TempDir
    Path folder;

    @Test
    void whatIsAnsweredIsOnItsTopicWhicheverInstanceAnswers() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            var instances = List.of(deployment.start(), deployment.start());
            for (int i = 0; i < 10; i++) {
                var tenant = "answered-" + i;
                var app = "/tenants/" + tenant + "/mobile-apps/LARK";
                var service = instances.get(i % 2);

                assertThat(service.send("PUT", app + "?verify=false", BODY).statusCode())
                        .isEqualTo(201);
                assertThat(deployment.changes(Topic.APP_ENABLED, tenant + "/LARK"))
                        .as("at once, when %s was enabled", tenant)
                        .contains(1L);
                assertThat(service.send("PUT", app + "/key?verify=false", BODY).statusCode())
                        .isEqualTo(200);
                assertThat(deployment.changes(Topic.KEY_ROTATED, tenant + "/LARK"))
                        .contains(2L);
                assertThat(service.send("DELETE", app, "").statusCode()).isEqualTo(204);
                assertThat(deployment.changes(Topic.APP_DELETED, tenant + "/LARK"))
                        .contains(3L);
            }
        }
    }

    @Test
    void nobodyWaitsForEventsThatAreKnownToBeStuck() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            var service = deployment.start();
            var jdbi = service.part(Jdbi.class);
            var outbox = service.part(Outbox.class);
            var relay = service.part(OutboxRelay.class);
            var patience = Duration.ofMillis(100);
            var now = Clock.systemUTC();
            var later = Clock.offset(now, Duration.ofSeconds(1));

            relay.stop();
            jdbi.useTransaction(handle -> outbox.append(
                    handle, OutboxEvent.tombstone("test", "stuck/LARK", Topic.APP_DELETED, "id", 1, Instant.now(now))));

            assertThat(new Delivery(jdbi, outbox, now, Duration.ofSeconds(1)).await("stuck/LARK", 1))
                    .isEqualTo(Delivery.Outcome.NOT_YET);
            assertThat(new Delivery(jdbi, outbox, later, patience).await("stuck/LARK", 1))
                    .isEqualTo(Delivery.Outcome.NOT_AWAITED);

            relay.start();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(new Delivery(jdbi, outbox, later, patience).await("stuck/LARK", 1))
                            .isEqualTo(Delivery.Outcome.PUBLISHED));
        }
    }

    @Test
    void aRowThatIsHeldBackKeepsNobodyElseFromWaiting() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            var service = deployment.start();
            var jdbi = service.part(Jdbi.class);
            var outbox = service.part(Outbox.class);
            var relay = service.part(OutboxRelay.class);
            var later = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(10));
            var delivery = new Delivery(jdbi, outbox, later, Duration.ofSeconds(2));
            var made = Instant.now(Clock.systemUTC());
            jdbi.useHandle(handle -> handle.execute("""
                    INSERT INTO outbox (aggregatetype, aggregateid, type, event_id, topic, key, headers, payload, revision)
                    VALUES ('test', 'held/LARK', 'test', 'id', 'app-deleted', 'held/LARK',
                            jsonb_build_object('ce_time', ?::text), '\\x00'::bytea, 1)""", made.toString()));
            outbox.wakeRelay();
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(delivery.await("held/LARK", 1)).isEqualTo(Delivery.Outcome.NOT_AWAITED));

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(delivery.await("other/LARK", 1))
                            .as("nothing of it waits")
                            .isEqualTo(Delivery.Outcome.PUBLISHED));
            relay.stop();
            jdbi.useTransaction(handle -> outbox.append(
                    handle,
                    OutboxEvent.tombstone(
                            "test",
                            "other/LARK",
                            Topic.APP_DELETED,
                            "id",
                            1,
                            Instant.now(later).plusSeconds(60))));

            assertThat(new Delivery(jdbi, outbox, later, Duration.ofMillis(100)).await("other/LARK", 1))
                    .as("it is waited for, though it does not come")
                    .isEqualTo(Delivery.Outcome.NOT_YET);
        }
    }

    /** Prints how long changes take with the broker there and with it away, where only the first ones wait for it. */
    @Test
    void changesAreAcceptedWithTheBrokerAwayAndNotHeldUpOneByOne() throws Exception {
        var broker = Broker.start(folder.resolve("broker"), 0);
        try (var deployment = Deployment.inFolder(folder, broker.bootstrapServers())) {
            var service = deployment.start();
            assertThat(service.send("PUT", "/tenants/acme/mobile-apps/LARK?verify=false", BODY)
                            .statusCode())
                    .isEqualTo(201);
            var there = changes(service, 40);

            broker.close();

            var first = changes(service, 1);
            var away = changes(service, 40);
            System.out.printf(
                    "a change of a key, milliseconds: broker there median %d, most %d; away: the first %d, then median %d, most %d%n",
                    median(there), Collections.max(there), first.getFirst(), median(away), Collections.max(away));
            assertThat(service.part(Delivery.class).await("acme/LARK", 1)).isEqualTo(Delivery.Outcome.NOT_AWAITED);
        } finally {
            broker.close();
        }
    }

    private static List<Long> changes(Instance service, int count) throws Exception {
        var took = new ArrayList<Long>();
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            assertThat(service.send("PUT", "/tenants/acme/mobile-apps/LARK/key?verify=false", BODY)
                            .statusCode())
                    .isEqualTo(200);
            took.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
        }
        return took;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
