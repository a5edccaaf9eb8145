package io.warroom.config.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.warroom.config.testing.CapturedLog;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.event.AppDeleted;
import io.warroom.event.Platform;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;

/** The relay of a running instance, and one made by hand in its place. */
class OutboxRelayIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Deployment deployment;
    private Instance service;
    private Jdbi jdbi;
    private final Outbox outbox = new Outbox();

    @BeforeEach
    void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
        jdbi = service.part(Jdbi.class);
    }

    @AfterEach
    void stop() {
        deployment.close();
    }

    @Test
    void anUnexpectedFailureIsSaidOnceSeenInHealthAndSurvived() {
        service.part(OutboxRelay.class).stop();
        var broken = new AtomicBoolean(true);
        var attempts = new AtomicInteger();
        var relay = relay(() -> {
            attempts.incrementAndGet();
            if (broken.get()) {
                throw new IllegalStateException("a bug nobody thought of");
            }
        });
        var health = new OutboxHealth(relay, jdbi, Clock.systemUTC(), Duration.ofMinutes(1));
        append("acme/LARK", 1);
        append("acme/LARK", 2);

        try (var log = CapturedLog.of("io.warroom.config.outbox", Level.WARN)) {
            relay.start();
            await().atMost(SOON).untilAsserted(() -> assertThat(attempts).hasValueGreaterThanOrEqualTo(3));
            assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.health().getDetails())
                    .containsEntry("waiting", 2L)
                    .containsEntry("reason", "IllegalStateException")
                    .containsKeys("notPublishingSince", "oldestWaiting");

            broken.set(false);

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(deployment.records(Topic.APP_DELETED, "acme/LARK")).hasSize(2);
                assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                assertThat(health.health().getDetails())
                        .containsEntry("waiting", 0L)
                        .containsEntry("relay", "ACTIVE")
                        .doesNotContainKey("notPublishingSince");
            });
            assertThat(log.said())
                    .as("said once for all attempts")
                    .singleElement()
                    .asString()
                    .contains("Outbox relay cannot publish", "a bug nobody thought of");
        } finally {
            relay.stop();
        }
        assertThat(health.health().getStatus()).as("a relay that has ended").isEqualTo(Status.DOWN);
    }

    @Test
    void anEventThatWaitsTooLongIsAnAlarmWhicheverInstanceShouldPublishIt() {
        service.part(OutboxRelay.class).stop();
        var made = Instant.parse("2026-11-21T12:00:00Z");
        jdbi.useTransaction(handle -> outbox.append(
                handle, OutboxEvent.tombstone("test", "late/LARK", Topic.APP_DELETED, "late@1", 1, made)));
        var neverTried = relay(() -> {});
        // The lock is taken, so that the relay stands by and has no trouble of its own.
        try (var holder = jdbi.open()) {
            assertThat(OutboxRelay.takePlace(holder)).isTrue();
            neverTried.start();

            assertThat(at(neverTried, made.plusSeconds(60)).getStatus()).isEqualTo(Status.UP);
            var late = at(neverTried, made.plusSeconds(61));
            assertThat(late.getStatus()).isEqualTo(Status.DOWN);
            assertThat(late.getDetails())
                    .containsEntry("relay", "STANDBY")
                    .containsEntry("oldestWaiting", "2026-11-21T12:00:00Z")
                    .containsEntry("alarm", "an event waits for longer than 60 s");
            OutboxRelay.leavePlace(holder);
        } finally {
            neverTried.stop();
        }
    }

    private Health at(OutboxRelay relay, Instant now) {
        return new OutboxHealth(relay, jdbi, Clock.fixed(now, ZoneOffset.UTC), Duration.ofMinutes(1)).health();
    }

    @Test
    void healthTellsTheOperatorAndLeavesReadinessAndLivenessAlone() throws Exception {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.health("").statusCode()).isEqualTo(200));

        damagedRows("damaged/LARK", 1);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.health("").body())
                        .contains("\"notPublishingSince\"", "\"waiting\":1")
                        .contains("\"status\":\"DOWN\""));
        assertThat(service.health("").statusCode()).isEqualTo(503);
        assertThat(service.health("/readiness").statusCode()).isEqualTo(200);
        assertThat(service.health("/liveness").statusCode()).isEqualTo(200);
        assertThat(service.sendAs(null, "GET", "/actuator/health", "").body())
                .as("a stranger sees the status alone")
                .contains("\"status\":\"DOWN\"")
                .doesNotContain("waiting", "components");
    }

    @Test
    void howMuchWaitsAndForHowLongIsMeasuredForOperatorsAlone() throws Exception {
        assertThat(metrics()).contains("warroom_outbox_waiting 0.0", "warroom_outbox_oldest_age_seconds 0.0");

        damagedRows("damaged/LARK", 2);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(metrics())
                        .contains("warroom_outbox_waiting 2.0")
                        .containsPattern("warroom_outbox_oldest_age_seconds [0-9]*[1-9]"));
        assertThat(service.sendAs(null, "GET", "/actuator/prometheus", "").statusCode())
                .isEqualTo(401);
    }

    private String metrics() throws Exception {
        var answer = service.sendAs(Instance.asOperator(), "GET", "/actuator/prometheus", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void moreHeldBackRowsThanABatchHideNothingBehindThem() {
        // More keys than one that cannot be published, and more rows of each than the relay reads at a time.
        damagedRows("damaged/LARK", 501);
        damagedRows("damaged/WECOM", 501);

        append("healthy/LARK", 1);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.records(Topic.APP_DELETED, "healthy/LARK"))
                        .hasSize(1));
        assertThat(waiting()).as("held back, and kept").isEqualTo(1002);
    }

    @Test
    void aHeldBackKeyIsPublishedInOrderOnceItsFirstRowIsMended() {
        damagedRows("mended/LARK", 1);
        append("mended/LARK", 2);
        append("other/LARK", 1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.records(Topic.APP_DELETED, "other/LARK"))
                        .hasSize(1));
        assertThat(deployment.records(Topic.APP_DELETED, "mended/LARK"))
                .as("no row passes the one before it")
                .isEmpty();

        jdbi.useHandle(handle -> handle.execute("UPDATE outbox SET payload = NULL, headers = '{\"ce_id\": \"first\"}'"
                + " WHERE payload IS NOT NULL AND key = 'mended/LARK'"));

        await().atMost(SOON).untilAsserted(() -> {
            var records = deployment.records(Topic.APP_DELETED, "mended/LARK");
            assertThat(records).hasSize(2);
            assertThat(records.getFirst().headers().lastHeader("ce_id").value())
                    .asString()
                    .isEqualTo("first");
        });
    }

    @Test
    void anEventWhoseSchemaIsNotRegisteredHoldsBackItsKeyAlone() {
        var deleted = new AppDeleted("id", "unregistered", Platform.LARK, 1L, Instant.EPOCH);
        jdbi.useTransaction(handle -> outbox.append(
                handle,
                OutboxEvent.tombstone("test", "unregistered/LARK", Topic.INCIDENT_REJECTED, "id", 1, Instant.EPOCH)
                        .carrying(deleted)));
        append("unregistered/LARK", 2);
        append("registered/LARK", 1);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.records(Topic.APP_DELETED, "registered/LARK"))
                        .hasSize(1));
        assertThat(deployment.records(Topic.APP_DELETED, "unregistered/LARK")).isEmpty();
        assertThat(waiting()).as("held back, and kept").isEqualTo(2);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(new OutboxHealth(
                                        service.part(OutboxRelay.class), jdbi, Clock.systemUTC(), Duration.ofMinutes(1))
                                .health()
                                .getDetails())
                        .as("of the two, one is to blame")
                        .containsEntry("heldBack", 1L));
    }

    /** The producer sends no more than 1 MB, and the broker takes no more than the topic's own limit. */
    @ParameterizedTest
    @ValueSource(ints = {2_000_000, 200_000})
    void anEventThatIsTooLargeHoldsBackItsKeyAlone(int size) throws Exception {
        limitTheTopic(100_000);
        var large = new AppDeleted("x".repeat(size), "large", Platform.LARK, 1L, Instant.EPOCH);
        jdbi.useTransaction(handle -> {
            outbox.append(handle, event("before/LARK", 1));
            outbox.append(
                    handle,
                    OutboxEvent.tombstone("test", "large/LARK", Topic.APP_DELETED, "large", 1, Instant.EPOCH)
                            .carrying(large));
            outbox.append(handle, event("large/LARK", 2));
            outbox.append(handle, event("behind/LARK", 1));
        });
        outbox.wakeRelay();

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(keysOfCommitted()).containsExactlyInAnyOrder("before/LARK", "behind/LARK");
            assertThat(waiting()).as("held back, and kept").isEqualTo(2);
            assertThat(reasons()).containsExactly("RecordTooLargeException");
        });

        limitTheTopic(8_000_000);
        jdbi.useHandle(handle -> handle.execute("UPDATE outbox SET payload = NULL WHERE event_id = 'large'"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(keysOfCommitted())
                        .containsExactlyInAnyOrder("before/LARK", "behind/LARK", "large/LARK", "large/LARK"));
    }

    private void limitTheTopic(int bytes) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.APP_DELETED.name(deployment.prefix()));
        var limit = new AlterConfigOp(
                new ConfigEntry("max.message.bytes", Integer.toString(bytes)), AlterConfigOp.OpType.SET);
        try (var admin = Admin.create(Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(limit))).all().get();
        }
    }

    private List<String> keysOfCommitted() {
        return deployment.readCommitted(Topic.APP_DELETED).stream()
                .map(ConsumerRecord::key)
                .toList();
    }

    private List<String> reasons() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT held_because FROM outbox WHERE held_because IS NOT NULL")
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void whoWasActiveBeforeIsRefusedByTheBrokerUntilItIsActiveAgain() throws Exception {
        service.part(OutboxRelay.class).stop();
        try (var before = fenced();
                var other = fenced()) {
            before.start();
            before.inTransaction(producer -> send(producer, "the first"));
            other.start();
            other.inTransaction(producer -> send(producer, "the second"));

            assertThatThrownBy(() -> before.inTransaction(producer -> send(producer, "too late")))
                    // Which of the two depends on what the late one asks for first.
                    .satisfiesAnyOf(
                            refused -> assertThat(refused).hasStackTraceContaining("ProducerFencedException"),
                            refused -> assertThat(refused).hasStackTraceContaining("InvalidProducerEpochException"));
        }

        assertThat(deployment.records(Topic.INCIDENT_REJECTED, "fenced"))
                .extracting(
                        record -> new String(record.headers().lastHeader("said").value(), StandardCharsets.UTF_8))
                .containsExactly("the first", "the second");

        service.part(OutboxRelay.class).start();
        append("again/LARK", 1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.records(Topic.APP_DELETED, "again/LARK"))
                        .as("active again, it is let in again")
                        .hasSize(1));
    }

    /** Records that come together are refused together. */
    @Test
    @SuppressWarnings("unchecked") // as the configuration has it
    void aRecordThatTheBrokerRefusesHoldsBackItsKeyAlone() {
        service.part(OutboxRelay.class).stop();
        jdbi.useTransaction(handle -> {
            outbox.append(handle, event("same/LARK", 1));
            outbox.append(handle, event("same/REFUSED", 1));
            outbox.append(handle, event("same/WECOM", 1));
        });
        var relay = Relays.relay(
                jdbi,
                outbox,
                OutboxRelay.fenced(
                        service.part(DefaultKafkaProducerFactory.class)
                                .copyWithConfigurationOverride(Map.of(
                                        ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, FarAheadOfTime.class.getName())),
                        deployment.prefix(),
                        Duration.ofSeconds(10)),
                deployment.prefix(),
                () -> {});
        relay.start();
        try {
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(keysOfCommitted()).containsExactlyInAnyOrder("same/LARK", "same/WECOM");
                assertThat(reasons()).containsExactly("InvalidTimestampException");
            });
        } finally {
            relay.stop();
        }
    }

    /** The broker refuses a record that is so far ahead of its clock. */
    public static final class FarAheadOfTime implements ProducerInterceptor<String, Object> {

        @Override
        public ProducerRecord<String, Object> onSend(ProducerRecord<String, Object> record) {
            return record.key().endsWith("REFUSED")
                    ? new ProducerRecord<>(
                            record.topic(),
                            null,
                            Instant.now(Clock.systemUTC())
                                    .plus(Duration.ofDays(3))
                                    .toEpochMilli(),
                            record.key(),
                            record.value(),
                            record.headers())
                    : record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception failure) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> configuration) {}
    }

    @Test
    void aProducerThatNeverAnswersIsClosedAndReplaced() {
        service.part(OutboxRelay.class).stop();
        var closed = new AtomicBoolean();
        var never = new CountDownLatch(1);
        var real = producers();
        var made = new AtomicInteger();
        var relay = Relays.relay(
                jdbi,
                outbox,
                () -> made.getAndIncrement() == 0 ? withoutCommit(real.get(), never, closed) : real.get(),
                deployment.prefix(),
                () -> {});
        append("unanswered/LARK", 1);
        relay.start();
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(keysOfCommitted()).containsExactly("unanswered/LARK"));
            assertThat(closed).isTrue();
            assertThat(made).hasValue(2);
        } finally {
            never.countDown();
            relay.stop();
        }
    }

    /** Its commit does not return, not even when it is interrupted. */
    @SuppressWarnings("unchecked")
    private static Producer<String, Object> withoutCommit(
            Producer<String, Object> real, CountDownLatch never, AtomicBoolean closed) {
        return (Producer<String, Object>) Proxy.newProxyInstance(
                OutboxRelayIT.class.getClassLoader(), new Class<?>[] {Producer.class}, (_, method, arguments) -> {
                    if (method.getName().equals("commitTransaction")) {
                        await().pollInSameThread().forever().ignoreExceptions().until(() -> never.getCount() == 0);
                        return null;
                    }
                    closed.compareAndSet(false, method.getName().equals("close"));
                    return method.invoke(real, arguments);
                });
    }

    @Test
    void aPoolerThatChangesSessionsMakesNoActiveRelay() throws Exception {
        service.part(OutboxRelay.class).stop();
        append("pooled/LARK", 1);
        try (var one = service.part(DataSource.class).getConnection();
                var other = service.part(DataSource.class).getConnection();
                var log = CapturedLog.of("io.warroom.config.outbox", Level.WARN)) {
            var calls = new AtomicInteger();
            var pooled = (Connection) Proxy.newProxyInstance(
                    OutboxRelayIT.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (_, method, arguments) -> switch (method.getName()) {
                        case "close" -> null;
                        case "prepareStatement" ->
                            method.invoke(calls.getAndIncrement() % 2 == 0 ? one : other, arguments);
                        default -> method.invoke(one, arguments);
                    });
            var relay = Relays.relay(Jdbi.create(() -> pooled), outbox, producers(), deployment.prefix(), () -> {});
            relay.start();
            try {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(log.said())
                                .anySatisfy(line -> assertThat(line).contains("pooler in session mode")));
            } finally {
                relay.stop();
            }
        }
        assertThat(deployment.records(Topic.APP_DELETED, "pooled/LARK")).isEmpty();
    }

    @Test
    void aRolledBackTransactionPublishesNothing() {
        assertThatThrownBy(() -> jdbi.useTransaction(handle -> {
                    outbox.append(handle, event("rolled-back/LARK", 1));
                    throw new IllegalStateException("the change fails behind its event");
                }))
                .isInstanceOf(IllegalStateException.class);

        // The fence: the same key, and so the same partition, behind it.
        append("rolled-back/LARK", 2);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.records(Topic.APP_DELETED, "rolled-back/LARK"))
                        .isNotEmpty());
        assertThat(deployment.records(Topic.APP_DELETED, "rolled-back/LARK"))
                .singleElement()
                .satisfies(record -> assertThat(
                                record.headers().lastHeader("ce_id").value())
                        .asString()
                        .isEqualTo("rolled-back/LARK@2"));
        assertThat(waiting()).isZero();
    }

    /** @param beforeEachProducer may fail in its place */
    private OutboxRelay relay(Runnable beforeEachProducer) {
        return Relays.relay(jdbi, outbox, producers(), deployment.prefix(), beforeEachProducer);
    }

    private FencedProducer fenced() {
        return new FencedProducer(producers(), SOON);
    }

    @SuppressWarnings("unchecked")
    private Supplier<Producer<String, Object>> producers() {
        return OutboxRelay.fenced(service.part(ProducerFactory.class), deployment.prefix(), Duration.ofSeconds(10));
    }

    private void send(Producer<String, Object> producer, String said) {
        var record =
                new ProducerRecord<String, Object>(Topic.INCIDENT_REJECTED.name(deployment.prefix()), "fenced", null);
        record.headers().add("said", said.getBytes(StandardCharsets.UTF_8));
        var _ = producer.send(record);
    }

    private void append(String key, long revision) {
        jdbi.useTransaction(handle -> outbox.append(handle, event(key, revision)));
        outbox.wakeRelay();
    }

    private static OutboxEvent event(String key, long revision) {
        return OutboxEvent.tombstone("test", key, Topic.APP_DELETED, key + "@" + revision, revision, Instant.EPOCH);
    }

    private void damagedRows(String key, int rows) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO outbox (aggregatetype, aggregateid, type, event_id, topic, key, headers, payload, revision)
                        SELECT 'test', :key, 'test', :id, 'app-deleted', :key, '{"ce_time":"2026-01-01T00:00:00Z"}'::jsonb, '\\x00'::bytea, n
                          FROM generate_series(1, :rows) AS n""")
                .bind("key", key)
                .bind("id", UUID.randomUUID().toString())
                .bind("rows", rows)
                .execute());
    }

    private long waiting() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM outbox")
                .mapTo(Long.class)
                .one());
    }
}
