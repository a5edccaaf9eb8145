package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.event.EventClasses;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Link;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import io.warroom.worker.opening.Declaration;
import io.warroom.worker.opening.Incident;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Declarations through window and door; the incident that is called "hot" waits until its platform answers. */
@Timeout(60)
class DeclarationIntakeTest {

    private static final TopicPartition ONLY = new TopicPartition("incident-declared", 0);
    private static final int PLACES = 10;
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final CountDownLatch platform = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Incident> opened = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> rejected = new ConcurrentLinkedQueue<>();
    private final TakingProducer broker = new TakingProducer(1_000_000);
    private volatile IncidentDeclared next = incident("none").build();
    private final IncidentHandler handler = new IncidentHandler() {
        @Override
        public void open(Declaration declaration) throws InterruptedException {
            var incident = declaration.incident();
            if (incident.incidentId().equals("hot")) {
                platform.await();
            }
            opened.add(incident);
        }

        @Override
        public void reject(Incident incident, String detail) {
            rejected.add(incident.incidentId() + ": " + detail);
        }
    };
    /** Values are the incident's id and how many seconds after noon it was declared. */
    private final DeclarationDoor door = new DeclarationDoor(
            (topic, value) -> {
                var parts = new String(value, StandardCharsets.UTF_8).split("@", -1);
                return parts.length == 1
                        ? next
                        : incident(parts[0])
                                .setDeclaredAt(NOON.plusSeconds(Long.parseLong(parts[1])))
                                .build();
            },
            handler);

    private final RecordWork work =
            new RecordWork(door, new Rejections(broker.template(), ""), new Forwarding(broker.template()));
    private final Window window = new Window(
            work, new IntakeLimits(100, PLACES, Duration.ofMinutes(1), Duration.ofSeconds(1)), System::nanoTime);

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @AfterEach
    void stop() {
        platform.countDown();
        window.stop();
        window.abandon();
    }

    @Test
    void s1DuplicatesOfOneIncidentStopNoOtherOfItsPartition() {
        window.add(ONLY, new OffsetTracker());
        int duplicates = 5_000;
        for (int offset = 0; offset < duplicates; offset++) {
            window.add(record(offset, "acme", "hot@" + offset % 100));
        }
        window.add(record(duplicates, "acme", "stranger@0"));

        await().pollInSameThread().untilAsserted(() -> {
            window.turn();
            assertThat(opened).extracting(Incident::incidentId).containsExactly("stranger");
            assertThat(window.inFlight()).as("one in work, one that waits").isLessThanOrEqualTo(2);
        });

        platform.countDown();
        await().pollInSameThread().until(() -> {
            window.turn();
            return window.inFlight() == 0;
        });
        assertThat(window.toCommit().get(ONLY))
                .isNotNull()
                .satisfies(due -> assertThat(due.commit()).isEqualTo(new OffsetTracker.Commit(duplicates + 1, "")));
        assertThat(opened)
                .as("the latest declaration is the last answer")
                .last()
                .satisfies(last -> assertThat(last.declaredAt()).isEqualTo(NOON.plusSeconds(99)));
    }

    @Test
    void aRequestToTryAgainIsNeverSkipped() {
        window.add(ONLY, new OffsetTracker());
        window.add(record(0, "acme", "hot@0"));
        var retry = record(1, "acme", "hot@0");
        retry.headers().add("warroom-retry", "1764504000000".getBytes(StandardCharsets.UTF_8));
        window.add(retry);
        window.add(record(2, "acme", "hot@0"));
        await().pollInSameThread().until(() -> {
            window.turn();
            return window.inFlight() == 3;
        });

        platform.countDown();

        await().pollInSameThread().until(() -> {
            window.turn();
            return opened.size() == 3;
        });
    }

    @Test
    void whatAPersonTypedNeverCostsTheIncident() {
        next = incident("INC-1")
                .setTitle("down\u202E\nnow")
                .setLinks(List.of(new Link("dashboard", "http://grafana_main:3000/d/1")))
                .setResponders(List.of(
                        new Responder("a", "Ann", null, "138", null, Role.COMMANDER),
                        new Responder("b", "Bob", null, "+8613800000000", null, Role.RESPONDER)))
                .build();

        assertThat(toItsEnd("acme")).isTrue();

        assertThat(opened).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("down  now");
            assertThat(incident.links()).isEmpty();
            assertThat(incident.people()).hasSize(2);
        });
        assertThat(broker.history()).isEmpty();
    }

    @Test
    void aRejectedRecordThatNamesAnIncidentEndsIt() {
        next = incident("INC-1").build();

        assertThat(toItsEnd("other")).isTrue();

        assertThat(rejected).singleElement().asString().startsWith("INC-1: ").contains("key");
        assertThat(broker.history()).singleElement().satisfies(record -> {
            assertThat(broker.headers(record, "warroom-reason")).containsExactly("KEY_MISMATCH");
            assertThat(broker.headers(record, "warroom-tenant")).containsExactly("acme");
            assertThat(broker.headers(record, "warroom-step")).containsExactly("VALIDATE");
        });
    }

    @Test
    void aRecordWithoutAnIncidentsIdIsRejectedByItsTenant() {
        next = incident("INC/1").build();

        assertThat(toItsEnd("acme")).isTrue();

        assertThat(rejected).isEmpty();
        assertThat(broker.history()).singleElement().satisfies(record -> {
            assertThat(broker.headers(record, "warroom-reason")).containsExactly("OUTSIDE_LIMITS");
            assertThat(broker.headers(record, "warroom-tenant")).containsExactly("acme");
        });
    }

    private boolean toItsEnd(String key) {
        var record = record(0, key, "next");
        return work.toItsEnd(record, work.queue(record), new OnlyPartition());
    }

    private static IncidentDeclared.Builder incident(String id) {
        return IncidentDeclared.newBuilder()
                .setTenantId("acme")
                .setIncidentId(id)
                .setTitle("down")
                .setSeverity(Severity.P1)
                .setDeclaredAt(NOON);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, @Nullable String key, String value) {
        return new ConsumerRecord<>(
                ONLY.topic(),
                ONLY.partition(),
                offset,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    private static final class OnlyPartition implements Place {

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public boolean goesOn() {
            return true;
        }

        @Override
        public void pause(Duration atMost) {}

        @Override
        public void lend() {}

        @Override
        public void takeBack() {}
    }
}
