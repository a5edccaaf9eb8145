package io.warroom.config.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.config.testing.WorkerRecords;
import io.warroom.event.FailureReason;
import io.warroom.event.MessageState;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code redrive} and {@code replay-rejected} against a real broker and a real PostgreSQL, while the service runs. */
class RedriveIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private final Instant failedAt =
            Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(600);

    @TempDir
    Path folder;

    private Deployment deployment;
    private Instance service;
    private WorkerRecords records;

    private record Outcome(int status, String out, String err) {}

    @BeforeEach
    void deploy() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
        records = new WorkerRecords(deployment, service);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    @Test
    void whatFailedForTheReasonIsTriedAndWhatIsOpenIsNot() throws Exception {
        for (var tenant : List.of("acme", "globex")) {
            for (int i = 1; i <= 4; i++) {
                records.declared(tenant, "INC-" + i);
            }
            records.failed(tenant, "INC-1", FailureReason.KEY_REJECTED, failedAt);
            records.failed(tenant, "INC-2", FailureReason.TOO_FEW_PEOPLE, failedAt);
            records.failed(tenant, "INC-3", FailureReason.KEY_REJECTED, failedAt);
            records.opened(tenant, "INC-3", MessageState.SENT);
            // Failed for two reasons, one after the other: the last one counts.
            records.failed(tenant, "INC-4", FailureReason.KEY_REJECTED, failedAt);
            records.failed(tenant, "INC-4", FailureReason.NO_APP, failedAt);
            awaitState(tenant, "INC-1", "FAILED");
            awaitState(tenant, "INC-3", "OPENED");
            awaitText(tenant, "INC-4", "NO_APP");
        }
        var dry = run("redrive", "--reason=KEY_REJECTED,NO_APP", "--tenant=acme", "--dry-run");
        assertThat(dry.status()).as(dry.err()).isZero();
        assertThat(dry.out())
                .contains("retry     acme/INC-1 (KEY_REJECTED)", "retry     acme/INC-4 (NO_APP)", "Would be: ")
                .doesNotContain("globex", "INC-2", "INC-3");
        assertThat(retried("acme")).isEmpty();

        var done = run("redrive", "--reason=KEY_REJECTED,NO_APP", "--tenant=acme");
        assertThat(done.out()).as(done.err()).contains("2 tried");
        assertThat(retried("acme")).containsExactlyInAnyOrder("INC-1", "INC-4");
        assertThat(retried("globex")).isEmpty();

        records.opened("acme", "INC-1", MessageState.SENT);
        awaitState("acme", "INC-1", "OPENED");
        assertThat(run("redrive", "--reason=KEY_REJECTED", "--tenant=acme").out())
                .contains("Done: 0 found, 0 tried, 0 expired, 0 skipped");
        assertThat(run("redrive", "--reason=NO_APP", "--since=1m").out()).contains("Done: 0 found");
        assertThat(run("redrive", "--reason=TOO_FEW_PEOPLE", "--since=1h").out())
                .contains("Done: 2 found, 2 tried, 0 expired, 0 skipped");
    }

    @Test
    void anIncidentWhoseDeclarationIsGoneIsCountedAsExpired() throws Exception {
        records.declared("acme", "INC-1");
        records.failed("acme", "INC-1", FailureReason.NO_APP, failedAt);
        awaitState("acme", "INC-1", "FAILED");
        deployment.jdbi().useHandle(handle -> handle.execute("UPDATE war_room SET facts = facts #- '{declared}'"));

        assertThat(run("redrive", "--reason=NO_APP").out())
                .contains("expired   acme/INC-1", "Done: 1 found, 0 tried, 1 expired, 0 skipped");
        assertThat(retried("acme")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tenant=acme | --reason=R[,R] is missing",
                "--reason=BAD_LUCK | BAD_LUCK is none",
                "--reason= | --reason needs a value",
                "--since=yesterday | --since must be a duration"
            })
    void aWrongFlagOfRedriveIsRefusedByName(String flag, String named) {
        var refused = run("redrive", flag);

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains(named).hasLineCount(1);
    }

    @Test
    void rejectedRecordsGoHomeOnceAndAreMarked() throws Exception {
        var home = Topic.INCIDENT_UPDATED.name(deployment.prefix());
        rejected("acme", "one", Map.of("warroom-topic", home, "warroom-offset", "7", "warroom-tenant", "acme"));
        rejected("acme", "one", Map.of("warroom-topic", home, "warroom-offset", "7", "warroom-tenant", "acme"));
        rejected("acme", "two", Map.of("warroom-topic", home, "warroom-offset", "8", "warroom-replayed", "1@3"));
        rejected("acme", "three", Map.of("warroom-topic", home, "warroom-offset", "9", "warroom-cut", "9000000"));
        rejected("acme", "four", Map.of("warroom-topic", "payments", "warroom-offset", "10"));
        rejected("globex", "five", Map.of("warroom-topic", home, "warroom-offset", "11", "warroom-step", "DECODE"));

        var dry = run("replay-rejected", "--tenant=acme", "--dry-run");
        assertThat(dry.out()).as(dry.err()).contains("Would be: 1 sent, 1 twice, 1 again, 1 cut, 1 skipped");
        assertThat(updates()).isEmpty();

        var done = run("replay-rejected", "--tenant=acme");
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(updates()).singleElement().satisfies(record -> {
            assertThat(record.value()).asString().isEqualTo("one");
            assertThat(record.partition()).isEqualTo(1);
            assertThat(record.headers().lastHeader("warroom-replayed").value())
                    .asString()
                    .isEqualTo("1@0");
            assertThat(record.headers().lastHeader("ce_id").value()).asString().isEqualTo("e-1");
            assertThat(record.headers().toArray()).hasSize(2);
        });
        assertThat(run("replay-rejected", "--step=DECODE").out()).contains("Done: 1 sent");
        assertThat(run("replay-rejected", "--since=2100-01-01T00:00:00Z").out()).contains("Done: nothing");
    }

    private void rejected(String key, String value, Map<String, String> headers) throws Exception {
        var record =
                new ProducerRecord<>(Topic.INCIDENT_REJECTED.name(deployment.prefix()), 1, bytes(key), bytes(value));
        record.headers().add("ce_id", bytes("e-1")).add("warroom-partition", bytes("1"));
        headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
        var properties =
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers());
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<ConsumerRecord<byte[], byte[]>> updates() {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        new TopicReading(
                        Map.<String, Object>of(
                                "bootstrap.servers", Backing.get().kafkaBootstrapServers()),
                        deployment.prefix())
                .readBytes(
                        Topic.INCIDENT_UPDATED,
                        null,
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        records::add);
        return records;
    }

    private List<String> retried(String tenant) {
        return deployment.records(Topic.INCIDENT_DECLARED, tenant).stream()
                .filter(record -> record.headers().lastHeader("warroom-retry") != null)
                .map(record -> ((org.apache.avro.generic.GenericRecord) record.value())
                        .get("incidentId")
                        .toString())
                .toList();
    }

    private void awaitState(String tenant, String incident, String state) {
        awaitText(tenant, incident, "\"state\":\"" + state + "\"");
    }

    private void awaitText(String tenant, String incident, String text) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.send("GET", "/tenants/" + tenant + "/war-rooms/" + incident, "")
                                .body())
                        .contains(text));
    }

    private Outcome run(String command, String... flags) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var arguments = new ArrayList<>(List.of(flags));
        arguments.addAll(deployment.arguments());
        int status = Operations.run(
                command,
                arguments.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
