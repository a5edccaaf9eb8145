package io.warroom.config.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.CuttableProxy;
import io.warroom.config.testing.CuttableProxy.Moment;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.topic.Topic;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.kafka.core.ProducerFactory;

/**
 * What can befall the outbox at the worst moment, each moment forced: F35 to F43 of the list of faults. One instance whose database
 * is behind a proxy; each test has apps of its own.
 */
class OutboxFaultsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String BODY = "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\"}";

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static CuttableProxy proxy;
    private static Instance service;
    private static Jdbi jdbi;
    private static final Outbox outbox = new Outbox();

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        var direct = URI.create(deployment.database().jdbcUrl().substring("jdbc:".length()));
        proxy = new CuttableProxy(direct.getPort());
        service = deployment.start(
                // Unprepared, so that each statement can be seen as it passes.
                "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + proxy.port() + direct.getPath()
                        + "?prepareThreshold=0",
                "--spring.datasource.hikari.connection-timeout=500");
        jdbi = deployment.jdbi();
    }

    @AfterAll
    static void stop() throws Exception {
        deployment.close();
        proxy.close();
    }

    /** F35 */
    @ParameterizedTest
    @CsvSource({"BEFORE_THE_SERVER, 404", "BEFORE_THE_ANSWER, 200"})
    void aCommitThatIsCutIsDoneWholeOrNotAtAllAndItsCallerIsToldToLook(Moment moment, int statusOfTheApp)
            throws Exception {
        var tenant = "commit-" + moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        proxy.endNextThatSays("COMMIT", moment);

        var cut = enable(tenant);

        assertThat(proxy.isEnded()).isTrue();
        assertThat(cut.statusCode()).as(cut.body()).isEqualTo(503);
        assertThat(cut.body()).contains("\"code\":\"database-lost\"", "Read first");
        boolean done = statusOfTheApp == 200;
        assertThat(service.send("GET", "/tenants/" + tenant + "/mobile-apps", "")
                        .body())
                .contains(done ? "\"revision\":1" : "\"revision\":0");
        assertThat(enable(tenant).statusCode()).isEqualTo(done ? 409 : 201);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(changes(Topic.APP_ENABLED, tenant + "/LARK")).containsExactly(1L));
        assertThat(eventIds(Topic.APP_ENABLED, tenant + "/LARK")).hasSize(1);
    }

    /** F37, F39 */
    @Test
    void aLongTransactionHoldsUpNobodyAndItsEventIsPublishedThoughItsNumberIsTheLowest() {
        try (var slow = jdbi.open()) {
            slow.begin();
            outbox.append(slow, event("slow/LARK", 1));

            // Made later, committed earlier: the relay has been beyond the slow one's number.
            append("quick/LARK", 1);
            append("quick/LARK", 2);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(eventIds(Topic.APP_DELETED, "quick/LARK"))
                            .hasSize(2));
            assertThat(eventIds(Topic.APP_DELETED, "slow/LARK")).isEmpty();

            slow.commit();
        }
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(eventIds(Topic.APP_DELETED, "slow/LARK")).containsExactly("slow/LARK@1"));
    }

    /** F38: the one that lost its session sits between having rows and having a producer, which would shut the other out. */
    @Test
    void aRelayThatStallsAndWakesPublishesNothingOverWhatCameAfterIt() throws Exception {
        var stalled = new CountDownLatch(1);
        var wake = new CountDownLatch(1);
        var relay = relay(() -> {
            stalled.countDown();
            uninterruptibly(wake);
        });
        service.part(OutboxRelay.class).stop();
        try {
            append("stalled/LARK", 1);
            relay.start();
            assertThat(stalled.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(deployment.endRelaySession()).isEqualTo(1);
            service.part(OutboxRelay.class).start();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(eventIds(Topic.APP_DELETED, "stalled/LARK"))
                            .containsExactly("stalled/LARK@1"));
            append("stalled/LARK", 2);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(eventIds(Topic.APP_DELETED, "stalled/LARK"))
                            .hasSize(2));
            wake.countDown();
            append("stalled/LARK", 3);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(eventIds(Topic.APP_DELETED, "stalled/LARK"))
                            .contains("stalled/LARK@3"));
            relay.stop();

            assertThat(eventIds(Topic.APP_DELETED, "stalled/LARK"))
                    .containsExactly("stalled/LARK@1", "stalled/LARK@2", "stalled/LARK@3");
        } finally {
            wake.countDown();
            relay.stop();
            service.part(OutboxRelay.class).start();
        }
    }

    /** F40, F41: serialization failure, deadlock, disk full. */
    @ParameterizedTest
    @CsvSource({"40001, outbox", "40P01, audit", "53100, outbox"})
    void whatTheDatabaseBreaksOffIsNotThereAndMayBeRepeated(String state, String table) throws Exception {
        var tenant = "broken-" + state.toLowerCase(Locale.ROOT);
        jdbi.useHandle(handle -> handle.execute("""
                CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'forced' USING ERRCODE = '%s'; END $$;
                CREATE TRIGGER break_off BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION break_off()""".formatted(state, table)));
        HttpResponse<String> brokenOff;
        try {
            brokenOff = enable(tenant);
        } finally {
            jdbi.useHandle(handle -> handle.execute("DROP FUNCTION break_off CASCADE"));
        }

        assertThat(brokenOff.statusCode()).as(brokenOff.body()).isEqualTo(503);
        assertThat(brokenOff.body())
                .contains("\"code\":\"database-unavailable\"", "nothing was changed")
                .doesNotContain("forced");
        assertThat(brokenOff.headers().firstValue("Retry-After")).isPresent();
        assertThat(enable(tenant).statusCode()).as("it was not done").isEqualTo(201);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(changes(Topic.APP_ENABLED, tenant + "/LARK")).containsExactly(1L));
        assertThat(eventIds(Topic.APP_ENABLED, tenant + "/LARK")).hasSize(1);
    }

    /** F42 */
    @Test
    void aRelayThatDiesBetweenTheBrokersCommitAndItsDeleteRepeatsTheSameEventAndGoesOn() {
        jdbi.useHandle(handle -> handle.execute("""
                CREATE SEQUENCE deaths;
                CREATE FUNCTION die_once() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF OLD.key = 'dies/LARK' AND nextval('deaths') = 1 THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                    END IF;
                    RETURN OLD;
                END $$;
                CREATE TRIGGER die_once BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION die_once()"""));
        try {
            jdbi.useTransaction(handle -> {
                outbox.append(handle, event("dies/LARK", 1));
                outbox.append(handle, event("dies/LARK", 2));
            });

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(eventIds(Topic.APP_DELETED, "dies/LARK"))
                            .containsExactly("dies/LARK@1", "dies/LARK@1", "dies/LARK@2"));
        } finally {
            jdbi.useHandle(handle -> handle.execute("DROP FUNCTION die_once CASCADE; DROP SEQUENCE deaths"));
        }
    }

    /** F36 */
    @Test
    void whenEverySessionIsLostAtOnceTheRelayComesBackByItself() throws Exception {
        assertThat(enable("failed-over").statusCode()).isEqualTo(201);

        jdbi.useHandle(handle -> handle.execute("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()"""));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                service.send("PUT", "/tenants/failed-over/mobile-apps/LARK/key?verify=false", BODY)
                                        .statusCode())
                        .isEqualTo(200));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(changes(Topic.KEY_ROTATED, "failed-over/LARK"))
                        .contains(2L));
        assertThat(changes(Topic.APP_ENABLED, "failed-over/LARK")).containsOnly(1L);
    }

    /** F43 */
    @Test
    void whenEveryConnectionIsTakenChangesAreRefusedAndEventsAreStillPublished() throws Exception {
        append("pool/LARK", 1);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(eventIds(Topic.APP_DELETED, "pool/LARK")).hasSize(1));
        var taken = takeAll(service.part(DataSource.class));
        try {
            var refused = enable("pool");
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"database-unavailable\"");

            append("pool/LARK", 2);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(eventIds(Topic.APP_DELETED, "pool/LARK"))
                            .as("the relay has a session of its own")
                            .hasSize(2));
        } finally {
            for (var connection : taken) {
                connection.close();
            }
        }
        assertThat(enable("pool").statusCode()).isEqualTo(201);
    }

    private static List<Connection> takeAll(DataSource pool) {
        var taken = new ArrayList<Connection>();
        while (true) {
            try {
                taken.add(pool.getConnection());
            } catch (SQLException _) {
                // None is left.
                return taken;
            }
        }
    }

    private static HttpResponse<String> enable(String tenant) throws Exception {
        return service.send("PUT", "/tenants/" + tenant + "/mobile-apps/LARK?verify=false", BODY);
    }

    /** @param beforeTheFirstProducer is waited for, once */
    private static OutboxRelay relay(Runnable beforeTheFirstProducer) {
        var real = OutboxRelay.fenced(factory(), deployment.prefix(), Duration.ofSeconds(10));
        return Relays.relay(jdbi, outbox, real, deployment.prefix(), beforeTheFirstProducer);
    }

    @SuppressWarnings("unchecked")
    private static ProducerFactory<String, Object> factory() {
        return service.part(ProducerFactory.class);
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void append(String key, long revision) {
        jdbi.useTransaction(handle -> outbox.append(handle, event(key, revision)));
    }

    private static OutboxEvent event(String key, long revision) {
        return OutboxEvent.tombstone("test", key, Topic.APP_DELETED, key + "@" + revision, revision, Instant.EPOCH);
    }

    private static List<Long> changes(Topic topic, String key) {
        return deployment.changes(topic, key);
    }

    private static List<String> eventIds(Topic topic, String key) {
        return deployment.readCommitted(topic).stream()
                .filter(record -> record.key().equals(key))
                .map(record -> new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                .toList();
    }
}
