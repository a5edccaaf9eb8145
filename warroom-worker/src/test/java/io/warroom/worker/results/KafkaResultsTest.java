package io.warroom.worker.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.warroom.event.EventClasses;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import io.warroom.platform.Missing;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.worker.contract.OpenRooms;
import io.warroom.worker.opening.FollowUp;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.Message;
import io.warroom.worker.opening.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaResultsTest {

    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

    private static final Message FIRST =
            new Message(Message.Kind.FIRST, Message.State.SENT, "**checkout down**", NOW, "om_1", null, null, null);

    private final List<ProducerRecord<String, SpecificRecord>> published = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KafkaResults results = new KafkaResults(published::add, "", Clock.systemUTC(), meters);

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @Test
    void theResultIsMarkedUntilTheRoomHasItsFirstMessageAndStaysTheSameEvent() {
        var opened = opened(NOW.minusSeconds(2));

        results.publish(opened);
        var briefed = opened.room().with(FIRST);
        results.briefed(briefed);

        assertThat(published).hasSize(2);
        assertThat(published.getFirst().headers().lastHeader("warroom-unbriefed"))
                .isNotNull();
        assertThat(published.getLast().headers().lastHeader("warroom-unbriefed"))
                .isNull();
        assertThat(published.getLast().headers().lastHeader("ce_id"))
                .isEqualTo(published.getFirst().headers().lastHeader("ce_id"));
        assertThat(OpenRooms.of((WarRoomOpened) published.getLast().value())).contains(briefed);
        assertThat(((WarRoomOpened) published.getLast().value()).getRoomId()).hasToString("room-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z"})
    void aTimeOfDeclarationThatIsNoTimeIsNotMeasuredAndHindersNothing(Instant declaredAt) {
        results.publish(opened(declaredAt));

        assertThat(published).hasSize(1);
        assertThat(meters.find("warroom.declared.to.opened").timer()).isNull();
    }

    @Test
    void theTimeFromDeclarationToRoomIsMeasured() {
        results.publish(opened(NOW.minus(Duration.ofSeconds(3))));

        assertThat(meters.get("warroom.declared.to.opened").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
    }

    @Test
    void aFailureNamesTheFirstWhoAreMissingAndHowManyThereAre() {
        var incident = opened(NOW).incident();
        var missing = IntStream.range(0, 1_000)
                .mapToObj(i -> new Missing(
                        new Person("p-" + i, "\u540d".repeat(255), Person.Role.RESPONDER, null, null, null),
                        Missing.Reason.NOT_FOUND,
                        "Lark has no user with it."))
                .toList();

        results.publish(new Result.Failed(
                incident, null, null, Result.Reason.TOO_FEW_PEOPLE, "nobody", null, missing, false, NOW));

        var failed = (WarRoomFailed) published.getLast().value();
        assertThat(failed.getMissing()).hasSize(20);
        assertThat(failed.getMissingTotal()).isEqualTo(1_000);
    }

    @Test
    void messagesAreCountedByKindAndState() {
        results.briefed(opened(NOW).room().with(FIRST));

        assertThat(meters.get("warroom.messages")
                        .tags("kind", "FIRST", "state", "SENT")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theEndOfARoomSaysWhatWasSaidInIt() {
        var room = opened(NOW).room();

        var resolution = new FollowUp.Resolution("acme", "INC-1", null, NOW);
        results.closed(room, resolution, false, FIRST, NOW);
        results.closed(room, resolution, true, null, NOW);

        assertThat(((WarRoomClosed) published.getFirst().value()).getMessage().getText())
                .isEqualTo(FIRST.text());
        assertThat(((WarRoomClosed) published.getLast().value()).getMessage()).isNull();
    }

    private static Result.Opened opened(Instant declaredAt) {
        var incident = new Incident(
                "acme",
                "INC-1",
                "checkout down",
                null,
                null,
                null,
                null,
                null,
                declaredAt,
                new Incident.Chat.TenantsChoice(),
                List.of(),
                List.of());
        return new Result.Opened(
                incident, PlatformKind.LARK, 7, "room-1", "INC-1 checkout down", List.of(), List.of(), NOW);
    }
}
