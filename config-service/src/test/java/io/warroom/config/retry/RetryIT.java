package io.warroom.config.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.WorkerRecords;
import io.warroom.event.FailureReason;
import io.warroom.event.MessageState;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Trying an incident again, and what a declaration says it does, on a real broker and a real PostgreSQL. */
class RetryIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Instance service;
    private static WorkerRecords records;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
        records = new WorkerRecords(deployment, service);
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void aFailedIncidentsDeclarationIsPublishedAgain() throws Exception {
        var failedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(5);
        records.declared("failed", "INC-1");
        records.failed("failed", "INC-1", FailureReason.KEY_REJECTED, failedAt);
        awaitState("failed", "INC-1", "FAILED");
        var before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        var answer = retry("failed", "INC-1");

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        var published = deployment.records(Topic.INCIDENT_DECLARED, "failed");
        assertThat(published).hasSize(2);
        assertThat(published.get(1).value())
                .as("who is to be in the room included")
                .isEqualTo(published.get(0).value());
        assertThat(retryTime(published.get(1))).isAfterOrEqualTo(before);
        assertThat(published.get(0).headers().lastHeader("warroom-retry")).isNull();
        assertThat(answer.body()).contains("\"offset\":" + published.get(1).offset());
    }

    @Test
    void aRetryCountsAsLaterThanAFailureByAFastClock() throws Exception {
        var failedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(30);
        records.declared("clock", "INC-1");
        records.failed("clock", "INC-1", FailureReason.KEY_REJECTED, failedAt);
        awaitState("clock", "INC-1", "FAILED");

        assertThat(retry("clock", "INC-1").status()).isEqualTo(202);

        assertThat(retryTime(
                        deployment.records(Topic.INCIDENT_DECLARED, "clock").getLast()))
                .isEqualTo(failedAt.plusMillis(1));
    }

    @Test
    void ofAWaitingIncidentTheDeclarationThatWaitsIsTried() throws Exception {
        records.declared("waits", "INC-1");
        records.parked("waits", "INC-1", WorkerRecords.DECLARED.plusSeconds(60));
        awaitState("waits", "INC-1", "WAITING");

        var answer = retry("waits", "INC-1");

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        var tried = (GenericRecord)
                deployment.records(Topic.INCIDENT_DECLARED, "waits").getLast().value();
        assertThat(tried.get("declaredAt"))
                .hasToString(
                        Long.toString(WorkerRecords.DECLARED.plusSeconds(60).toEpochMilli()));
    }

    @Test
    void aRoomWithoutItsFirstMessageIsTriedAndABriefedOneIsNot() throws Exception {
        records.declared("opened", "INC-1");
        records.opened("opened", "INC-1", MessageState.UNANSWERED);
        awaitState("opened", "INC-1", "OPENED");
        assertThat(retry("opened", "INC-1").status()).isEqualTo(202);

        records.declared("opened", "INC-2");
        records.opened("opened", "INC-2", MessageState.SENT);
        awaitState("opened", "INC-2", "OPENED");

        var refused = retry("opened", "INC-2");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("\"code\":\"nothing-to-retry\"", "first message is sent");
    }

    @Test
    void aClosedRoomAndAnUnknownIncidentAreRefused() throws Exception {
        records.declared("closed", "INC-1");
        records.opened("closed", "INC-1", MessageState.SENT);
        records.closed("closed", "INC-1");
        awaitState("closed", "INC-1", "CLOSED");

        assertThat(retry("closed", "INC-1").status()).isEqualTo(409);
        assertThat(retry("closed", "INC-1").body()).contains("declare it again");
        assertThat(retry("closed", "INC-0").status()).isEqualTo(404);
    }

    @Test
    void anExpiredDeclarationIsGoneAndTheAnswerSaysWhatToDo() throws Exception {
        records.declared("expired", "INC-1");
        records.failed("expired", "INC-1", FailureReason.NO_APP, Instant.now());
        awaitState("expired", "INC-1", "FAILED");
        deleteDeclarations();

        var answer = retry("expired", "INC-1");

        assertThat(answer.status()).as(answer.body()).isEqualTo(410);
        assertThat(answer.body()).contains("\"code\":\"declaration-expired\"", "declare it again");
    }

    @Test
    void aRetryUnderOneKeyIsPublishedOnce() throws Exception {
        records.declared("key", "INC-1");
        records.failed("key", "INC-1", FailureReason.NO_APP, Instant.now());
        awaitState("key", "INC-1", "FAILED");
        var path = "/tenants/key/war-rooms/INC-1/retry";

        var first = service.send("POST", path, "", "Idempotency-Key", "k-1");
        var second = service.send("POST", path, "", "Idempotency-Key", "k-1");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(deployment.records(Topic.INCIDENT_DECLARED, "key")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "DECLARED, 60, REPEATS",
        "WAITING, 60, REPLACES_WAITING",
        "WAITING, 0, REPEATS",
        "FAILED, 60, TRIES_AGAIN",
        "FAILED, -60, REPEATS",
        "OPENED, 60, REPEATS",
        "CLOSED, 200, OPENS_ANOTHER",
        "CLOSED, 0, REPEATS"
    })
    void theAnswerSaysWhatADeclarationDoes(String state, int secondsLater, String effect) throws Exception {
        var tenant = "effect" + state + secondsLater;
        records.declared(tenant, "INC-1");
        switch (state) {
            case "WAITING" -> records.parked(tenant, "INC-1", WorkerRecords.DECLARED);
            case "FAILED" -> records.failed(tenant, "INC-1", FailureReason.NO_APP, Instant.now());
            case "OPENED" -> records.opened(tenant, "INC-1", MessageState.SENT);
            case "CLOSED" -> {
                records.opened(tenant, "INC-1", MessageState.SENT);
                records.closed(tenant, "INC-1");
            }
            default -> {}
        }
        awaitState(tenant, "INC-1", state);

        assertThat(effectOf(tenant, "INC-1", WorkerRecords.DECLARED.plusSeconds(secondsLater)))
                .isEqualTo(effect);
        assertThat(effectOf(tenant, "INC-2", WorkerRecords.DECLARED)).isEqualTo("OPENS");
    }

    private static String effectOf(String tenant, String incident, Instant declaredAt) throws Exception {
        var answer = service.send("POST", "/tenants/" + tenant + "/incidents", """
                {"incidentId": "%s", "title": "down", "severity": "P1", "declaredAt": "%s"}""".formatted(incident, declaredAt));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).path("effect").asString("");
    }

    private record Answer(int status, String body) {}

    private static Answer retry(String tenant, String incident) throws Exception {
        var answer = service.send("POST", "/tenants/" + tenant + "/war-rooms/" + incident + "/retry", "");
        return new Answer(answer.statusCode(), answer.body());
    }

    private static Instant retryTime(ConsumerRecord<?, ?> record) {
        var value = new String(record.headers().lastHeader("warroom-retry").value(), StandardCharsets.UTF_8);
        return Instant.ofEpochMilli(Long.parseLong(value));
    }

    private static void awaitState(String tenant, String incident, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                JSON.readTree(service.send("GET", "/tenants/" + tenant + "/war-rooms/" + incident, "")
                                                .body())
                                        .path("state")
                                        .asString(""))
                        .isEqualTo(state));
    }

    private static void deleteDeclarations() throws Exception {
        try (var admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            var all = new HashMap<TopicPartition, RecordsToDelete>();
            for (int partition : List.of(0, 1, 2)) {
                all.put(
                        new TopicPartition(Topic.INCIDENT_DECLARED.name(deployment.prefix()), partition),
                        RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get();
        }
    }
}
