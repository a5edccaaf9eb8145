package io.warroom.worker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.EventClasses;
import io.warroom.event.MissingMember;
import io.warroom.event.MissingReason;
import io.warroom.event.WarRoomFailed;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.DisownedException;
import io.warroom.worker.opening.FollowUp;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Ledger;
import io.warroom.worker.opening.Result;
import io.warroom.worker.opening.UnpublishableException;
import io.warroom.worker.opening.Waiting;
import io.warroom.worker.results.KafkaResults;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.kafka.core.KafkaTemplate;

class TopicLedgerTest {

    static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");
    static final ParkingLimits LIMITS = new ParkingLimits(400, 1_000);

    private final List<SpecificRecord> written = new ArrayList<>();
    private Instant now = NOW;
    private int valueBytes = 2;
    private @Nullable RuntimeException encodingFailure;
    private @Nullable RuntimeException decodingFailure;
    private Duration setWhileSending = Duration.ZERO;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final TimedProducer producer = new TimedProducer(clock, () -> now = now.plus(setWhileSending));
    private final TopicLedger ledger = new TopicLedger(
            new KafkaTemplate<>(() -> producer),
            partition -> producer,
            (topic, event) -> {
                if (encodingFailure != null) {
                    throw encodingFailure;
                }
                written.add(event);
                return Arrays.copyOf(
                        ByteBuffer.allocate(2)
                                .putShort((short) (written.size() - 1))
                                .array(),
                        valueBytes);
            },
            (topic, value) -> {
                if (decodingFailure != null) {
                    throw decodingFailure;
                }
                return written.get(ByteBuffer.wrap(value).getShort());
            },
            "",
            clock,
            new ClockSetting(clock, () -> NOW),
            LIMITS,
            new SimpleMeterRegistry());
    private final KafkaResults results = new KafkaResults(ledger, "", clock, new SimpleMeterRegistry());

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @Test
    void aPartitionThatIsAnothersOrNotReadYetIsNotActedOn() {
        var incident = anIncident(NOW);
        assertThatThrownBy(() -> ledger.standing("acme", "INC-1")).isInstanceOf(DisownedException.class);

        var restored = ledger.own(0);

        assertThatThrownBy(() -> ledger.standing("acme", "INC-1")).isInstanceOf(DisownedException.class);
        assertThatThrownBy(() -> ledger.park(waiting(incident))).isInstanceOf(DisownedException.class);
        assertThat(producer.history()).isEmpty();
        restored.complete(null);
        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Unknown());
    }

    @Test
    void whatIsParkedIsKnownAtOnceAndWhatIsReleasedIsGoneAtOnce() {
        own();
        var incident = anIncident(NOW);

        ledger.park(waiting(incident));

        assertThat(ledger.waiting(incident)).hasValue(waiting(incident));
        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Waits(waiting(incident)));
        ledger.release(incident);
        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Unknown());
    }

    @Test
    void whatIsOverDoesNotComeBackWhenItsOlderRecordsAreReadBack() {
        own();
        var incident = anIncident(NOW);
        ledger.park(waiting(incident));
        ledger.release(incident);
        var partition = partition();

        readBack(partition, 0);
        assertThat(ledger.waiting(incident)).isEmpty();
        readBack(partition, 1);

        assertThat(ledger.waiting(incident)).isEmpty();
    }

    @Test
    void whatAWorkerParkedWhoseClockWasAnHourAheadIsTriedWhenItWouldHaveBeen() {
        own();
        var incident = anIncident(NOW);
        var hour = Duration.ofHours(1);
        ledger.park(waiting(incident).earlier(hour.negated()));
        ledger.disown(0);
        own();

        readBack(partition(), 0, NOW.plus(hour));

        assertThat(ledger.waiting(incident)).hasValue(waiting(incident));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-2H"})
    void whatIsParkedWaitsAsLongAsItWouldHaveThoughTheClockIsSet(Duration set) {
        own();
        var incident = anIncident(NOW);
        ledger.park(waiting(incident));

        now = NOW.plus(set);
        assertThat(ledger.waiting(incident)).hasValue(waiting(incident).earlier(set.negated()));
        readBack(partition(), 0);

        assertThat(ledger.waiting(incident)).hasValue(waiting(incident).earlier(set.negated()));
        now = NOW;
        assertThat(ledger.waiting(incident)).hasValue(waiting(incident));
    }

    @Test
    void aClockThatIsSetBackWhileItIsWrittenThatAnIncidentWaitsMovesItsTimesOnce() {
        own();
        var incident = anIncident(NOW);
        setWhileSending = Duration.ofHours(-1);

        ledger.park(waiting(incident));

        assertThat(ledger.waiting(incident)).hasValue(waiting(incident).earlier(Duration.ofHours(1)));
    }

    @Test
    void asManyOfATenantWaitAsMayAndNoMoreUntilOneIsReleased() {
        own();
        valueBytes = 2;
        for (int i = 0; i < 400; i++) {
            assertThat(ledger.park(waiting(anIncident("INC-" + i, NOW)))).isEqualTo(Ledger.Parking.PARKED);
        }
        var oneMore = waiting(anIncident("INC-400", NOW));

        assertThat(ledger.park(oneMore)).isEqualTo(Ledger.Parking.LIMIT_EXCEEDED);
        assertThat(ledger.standing("acme", "INC-400")).isEqualTo(new Ledger.Standing.Unknown());
        assertThat(ledger.waiting()).isEqualTo(400);
        assertThat(producer.history()).hasSize(400);

        assertThat(ledger.park(waiting(anIncident("INC-7", NOW))))
                .as("it waits already")
                .isEqualTo(Ledger.Parking.PARKED);
        ledger.release(anIncident("INC-7", NOW));
        assertThat(ledger.park(oneMore)).isEqualTo(Ledger.Parking.PARKED);
    }

    @Test
    void bytesOfATenantThatWaitAreBounded() {
        own();
        valueBytes = 300;
        var incidents = List.of("A", "B", "C", "D");

        assertThat(incidents)
                .map(id -> ledger.park(waiting(anIncident(id, NOW))))
                .containsExactly(
                        Ledger.Parking.PARKED,
                        Ledger.Parking.PARKED,
                        Ledger.Parking.PARKED,
                        Ledger.Parking.LIMIT_EXCEEDED);
        valueBytes = 600;
        assertThat(ledger.park(waiting(anIncident("A", NOW))))
                .as("1,200 of 1,000 and a quarter more")
                .isEqualTo(Ledger.Parking.PARKED);
        assertThat(ledger.park(waiting(anIncident("B", NOW)))).isEqualTo(Ledger.Parking.LIMIT_EXCEEDED);
    }

    @Test
    void whatIsRestoredBeyondTheLimitsIsKeptWithoutItsBytes() {
        own();
        var partition = partition();
        valueBytes = 300;
        for (int i = 0; i < 3; i++) {
            ledger.park(waiting(anIncident("INC-" + i, NOW)));
        }
        ledger.disown(0);
        own();
        var next = partition();
        for (int i = 0; i < 3; i++) {
            readBack(next, i);
        }
        assertThat(next.allParked().values()).noneMatch(ParkedIncident::isBeyondLimits);
        byte[] large = new byte[900];
        large[1] = 2;
        ledger.apply(next, new ConsumerRecord<>("incident-parked", 0, 3, "acme/INC-9".getBytes(UTF_8), large));

        var beyond = next.parked("acme/INC-9").orElseThrow();
        assertThat(beyond.isBeyondLimits()).isTrue();
        assertThat(ledger.waiting(anIncident("INC-9", NOW))
                        .orElseThrow()
                        .incident()
                        .declaredAt())
                .isEqualTo(NOW);
        assertThat(next.waiting()).isEqualTo(4);
        assertThat(partition.waiting()).isEqualTo(3);
    }

    @Test
    void aResultThatItsTopicRefusesIsUnpublishable() {
        own();
        producer.sendException = new RecordTooLargeException("5 MiB");

        assertThatThrownBy(() -> results.publish(opened())).isInstanceOf(UnpublishableException.class);
        producer.sendException = new TimeoutException("the broker is unreachable");
        assertThatThrownBy(() -> results.publish(opened())).isNotInstanceOf(UnpublishableException.class);
        producer.sendException = null;
        encodingFailure = new SerializationException("a bug");
        assertThatThrownBy(() -> results.publish(opened())).isInstanceOf(UnpublishableException.class);
    }

    @Test
    void whatWaitsAndHasASchemaThatTheRegistryLacksIsReadWhenItHasIt() {
        own();
        var incident = anIncident(NOW);
        ledger.park(waiting(incident));
        ledger.disown(0);
        own();
        decodingFailure = new SerializationException("Error retrieving Avro schema; error code: 40403");

        readBack(partition(), 0);
        assertThat(ledger.waiting(incident)).isEmpty();
        assertThat(ledger.readUnreadable(partition())).isEmpty();
        decodingFailure = null;

        assertThat(ledger.readUnreadable(partition())).containsExactly(waiting(incident));
        assertThat(ledger.waiting(incident)).hasValue(waiting(incident));
        assertThat(partition().unreadable()).isEmpty();
    }

    @Test
    void aRoomIsKnownToBeWithoutItsFirstMessageUntilThatIsNoted() {
        own();
        var opened = opened();

        results.publish(opened);

        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Open(opened.room(), null));
        results.briefed(opened.room().withFirstMessage(true));
        assertThat(ledger.standing("acme", "INC-1"))
                .isEqualTo(new Ledger.Standing.Open(opened.room().withFirstMessage(true), null));
    }

    @Test
    void whatWaitsForARoomsFirstMessageStandsBeforeWhateverIsSaidNext() {
        own();
        var opened = opened();
        results.publish(opened);
        ledger.park(waiting(opened.incident()));

        assertThat(ledger.standing("acme", "INC-1"))
                .isEqualTo(new Ledger.Standing.Open(opened.room(), waiting(opened.incident())));

        // Killed before it was released: nothing waits any more.
        results.briefed(opened.room().withFirstMessage(true));
        assertThat(ledger.standing("acme", "INC-1"))
                .isEqualTo(new Ledger.Standing.Open(opened.room().withFirstMessage(true), null));
    }

    @Test
    void aFailureIsKnownWithItsDeclarationAndWhetherARoomMayExist() {
        own();

        results.publish(failed(anIncident(NOW)));

        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Failed(NOW, NOW, 1, true));
    }

    @Test
    void whatIsParkedAfterAFailureWaitsAndWhatFailedMeanwhileDoesNot() {
        own();
        ledger.park(waiting(anIncident(NOW)));
        now = NOW.plusMillis(1);
        results.publish(failed(anIncident(NOW)));
        assertThat(ledger.standing("acme", "INC-1"))
                .as("killed before it was released")
                .isInstanceOf(Ledger.Standing.Failed.class);
        now = NOW.plusMillis(2);

        ledger.park(waiting(anIncident(NOW)));

        assertThat(ledger.standing("acme", "INC-1")).isInstanceOf(Ledger.Standing.Waits.class);
    }

    @Test
    void ofAnOlderWorkersFailureWithAThousandPeopleTheFirstAreKept() {
        own();
        var missing = IntStream.range(0, 1_000)
                .mapToObj(i -> new MissingMember("p-" + i, "n".repeat(200), MissingReason.NO_CONTACT, "no contact"))
                .toList();
        written.add(WarRoomFailed.newBuilder()
                .setEventId("e")
                .setTenantId("acme")
                .setIncidentId("INC-1")
                .setDetail("nobody was found")
                .setMissing(missing)
                .setDeclaredAt(NOW)
                .setFailedAt(NOW)
                .build());

        ledger.apply(
                partition(),
                new ConsumerRecord<>("war-room-failed", 0, 0, "acme/INC-1".getBytes(UTF_8), new byte[900_000]));

        var kept = partition().failed("acme/INC-1").orElseThrow();
        assertThat(kept.value()).hasSizeLessThan(100);
        assertThat(ledger.standing("acme", "INC-1")).isInstanceOf(Ledger.Standing.Failed.class);
        assertThat((WarRoomFailed) written.getLast()).satisfies(failed -> {
            assertThat(failed.getMissing()).hasSizeBetween(30, 50);
            assertThat(failed.getMissingTotal()).isEqualTo(1_000);
        });
    }

    @Test
    void aClosedRoomIsFollowedByTheNextGeneration() {
        own();
        results.publish(opened());
        var resolution = new FollowUp.Resolution("acme", "INC-1", null, NOW.plusSeconds(30));
        results.closed(opened().room(), resolution, false, null, NOW.plusSeconds(60));
        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Closed(1, NOW.plusSeconds(30)));
        var next = anIncident(NOW.plusSeconds(90)).inGeneration(2);

        ledger.park(waiting(next));

        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Waits(waiting(next)));
        var second = new Result.Opened(
                next, PlatformKind.LARK, 7, "room-2", "INC-1 checkout down", List.of(), List.of(), NOW);
        results.publish(second);
        ledger.release(next);
        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Open(second.room(), null));
    }

    @Test
    void resultsAreForgottenWhenTheBrokerForgetsThem() {
        own();
        results.publish(opened());
        var partition = partition();

        partition.forgetResults(Instant.ofEpochMilli(-5));
        assertThat(ledger.standing("acme", "INC-1")).isInstanceOf(Ledger.Standing.Open.class);
        partition.forgetResults(Instant.now().plus(Duration.ofDays(1)));

        assertThat(ledger.standing("acme", "INC-1")).isEqualTo(new Ledger.Standing.Unknown());
    }

    private static Result failed(Incident incident) {
        return new Result.Failed(
                incident, PlatformKind.LARK, 7L, Result.Reason.NO_APP, "no app", null, List.of(), true, NOW);
    }

    private PartitionLedger partition() {
        return Objects.requireNonNull(ledger.owned().get(0));
    }

    private void own() {
        ledger.own(0).complete(null);
    }

    private void readBack(PartitionLedger partition, int position) {
        readBack(partition, position, NOW);
    }

    private void readBack(PartitionLedger partition, int position, Instant writtenAt) {
        ProducerRecord<byte[], byte[]> sent = producer.history().get(position);
        ledger.apply(
                partition,
                new ConsumerRecord<>(
                        sent.topic(),
                        0,
                        position,
                        writtenAt.toEpochMilli(),
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        sent.key(),
                        sent.value(),
                        sent.headers(),
                        Optional.empty()));
    }

    private static Result.Opened opened() {
        return new Result.Opened(
                anIncident(NOW), PlatformKind.LARK, 7, "room-1", "INC-1 checkout down", List.of(), List.of(), NOW);
    }

    /** Tried once, and again ten seconds later. */
    static Waiting waiting(Incident incident) {
        return new Waiting(
                incident,
                Waiting.Reason.THROTTLED,
                "too many calls",
                PlatformKind.LARK,
                7L,
                1,
                NOW.plusSeconds(10),
                NOW.plusSeconds(600),
                false,
                null);
    }

    static Incident anIncident(Instant declaredAt) {
        return anIncident("INC-1", declaredAt);
    }

    static Incident anIncident(String id, Instant declaredAt) {
        return new Incident(
                "acme",
                id,
                "checkout down",
                null,
                null,
                null,
                null,
                null,
                declaredAt,
                new Incident.Chat.TenantsChoice(),
                List.of(),
                List.of(new Person("p-1", "Chen", Person.Role.COMMANDER, null, "+8613800000001", null)));
    }
}
