package io.warroom.worker.opening;

import static io.warroom.worker.opening.OpeningTestBed.START;
import static io.warroom.worker.opening.OpeningTestBed.anIncident;
import static io.warroom.worker.opening.OpeningTestBed.resolution;
import static io.warroom.worker.opening.OpeningTestBed.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.Room;
import io.warroom.platform.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredAgainTest {

    private static final Failure LOST = new Failure(Failure.Kind.UNREACHABLE, "no answer came", null, null);
    private static final Failure GONE = new Failure(Failure.Kind.ROOM_GONE, "the room was dissolved", "232009", null);
    private static final Failure REFUSED = new Failure(Failure.Kind.REFUSED, "the name is refused", "1", null);

    private final OpeningTestBed bed = new OpeningTestBed();

    enum State {
        UNKNOWN,
        WAITS,
        FAILED,
        OPEN,
        GONE,
        CLOSED
    }

    enum Event {
        REPLAY,
        LATER,
        RETRY,
        EARLIER_UPDATE,
        UPDATE,
        EARLIER_RESOLUTION,
        RESOLUTION
    }

    @ParameterizedTest(name = "{0} + {1} = {2}")
    @CsvSource({
        // state, event, calls, state after, generation after
        "UNKNOWN, REPLAY, resolve create admit post, Open, 1",
        "UNKNOWN, RETRY, resolve lookUp create admit post, Open, 1",
        "UNKNOWN, UPDATE, '', Unknown, 0",
        "UNKNOWN, RESOLUTION, '', Unknown, 0",
        "WAITS, REPLAY, '', Waits, 1",
        "WAITS, LATER, resolve create admit post, Open, 1",
        "WAITS, RETRY, resolve create admit post, Open, 1",
        "WAITS, EARLIER_UPDATE, '', Waits, 1",
        "WAITS, EARLIER_RESOLUTION, '', Waits, 1",
        "WAITS, RESOLUTION, '', Failed, 1",
        "FAILED, REPLAY, '', Failed, 1",
        "FAILED, LATER, resolve create admit post, Open, 1",
        "FAILED, RETRY, resolve lookUp create admit post, Open, 1",
        "FAILED, UPDATE, '', Failed, 1",
        "OPEN, REPLAY, '', Open, 1",
        "OPEN, LATER, admit, Open, 1",
        "OPEN, RETRY, '', Open, 1",
        "OPEN, EARLIER_UPDATE, '', Open, 1",
        "OPEN, UPDATE, tell, Open, 1",
        "OPEN, EARLIER_RESOLUTION, '', Open, 1",
        "OPEN, RESOLUTION, rename tell, Closed, 1",
        "GONE, REPLAY, '', Open, 1",
        "GONE, LATER, admit resolve create admit post, Open, 2",
        "CLOSED, REPLAY, '', Closed, 1",
        "CLOSED, LATER, resolve create admit post, Open, 2",
        "CLOSED, RETRY, '', Closed, 1",
        "CLOSED, UPDATE, '', Closed, 1",
        "CLOSED, RESOLUTION, '', Closed, 1",
    })
    void u6_eachEventHasOneMeaningInEachState(State state, Event event, String calls, String after, int generation)
            throws Exception {
        reach(state);
        bed.platform.calls.clear();
        bed.now = bed.now.plus(Duration.ofMinutes(1));

        send(event);

        assertThat(String.join(" ", bed.platform.calls)).isEqualTo(calls);
        assertThat(bed.store.standing.getClass().getSimpleName()).isEqualTo(after);
        assertThat(generation()).isEqualTo(generation);
    }

    private void reach(State state) throws InterruptedException {
        var app = bed.directory.choice;
        switch (state) {
            case UNKNOWN -> {}
            case WAITS -> {
                bed.directory.choice = new Directory.Choice.None();
                bed.opening.open(anIncident(START));
                bed.directory.choice = app;
            }
            case FAILED -> {
                bed.platform.creates.add(new Outcome.Refused<>(REFUSED));
                bed.opening.open(anIncident(START));
            }
            case OPEN -> bed.opening.open(anIncident(START));
            case GONE -> {
                bed.opening.open(anIncident(START));
                bed.platform.admissions.add(new Outcome.Refused<>(GONE));
            }
            case CLOSED -> {
                bed.opening.open(anIncident(START));
                bed.opening.follow(resolution(START.plusSeconds(30)));
            }
        }
    }

    private void send(Event event) throws InterruptedException {
        var before = START.minusSeconds(1);
        switch (event) {
            case REPLAY -> bed.opening.open(anIncident(START));
            case LATER -> bed.opening.open(anIncident(bed.now));
            case RETRY -> bed.opening.open(new Declaration(anIncident(START), bed.now, bed.now));
            case EARLIER_UPDATE -> bed.opening.follow(update(before, "Old", null, "old"));
            case UPDATE -> bed.opening.follow(update(bed.now, null, null, "new"));
            case EARLIER_RESOLUTION -> bed.opening.follow(resolution(before));
            case RESOLUTION -> bed.opening.follow(resolution(bed.now));
        }
    }

    private int generation() {
        return switch (bed.store.standing) {
            case Ledger.Standing.Unknown() -> 0;
            case Ledger.Standing.Waits(var waiting) -> waiting.incident().generation();
            case Ledger.Standing.Open(var room, var untold) -> room.generation();
            case Ledger.Standing.Failed failed -> failed.generation();
            case Ledger.Standing.Closed closed -> closed.generation();
            case Ledger.Standing.WithoutChat() -> 0;
        };
    }

    @Test
    void theNextRoomHasAKeyAndAMarkerOfItsOwn() throws Exception {
        reach(State.CLOSED);
        bed.platform.creates.add(new Outcome.Refused<>(GONE));

        bed.now = bed.now.plusSeconds(60);
        bed.opening.open(anIncident(bed.now));

        assertThat(bed.platform.plans).extracting(plan -> plan.key()).doesNotHaveDuplicates();
        assertThat(bed.platform.plans)
                .extracting(plan -> plan.marker())
                .containsExactly("Warroom acme/INC-1", "Warroom acme/INC-1 (2)", "Warroom acme/INC-1 (2)");
    }

    @Test
    void aReplayOfEverythingChangesNothing() throws Exception {
        var second = START.plusSeconds(10);
        var third = START.plusSeconds(60);
        bed.opening.open(anIncident(START));
        bed.opening.open(anIncident(second));
        bed.opening.follow(update(START.plusSeconds(20), null, null, "still looking"));
        bed.opening.follow(resolution(START.plusSeconds(30)));
        bed.opening.open(anIncident(third));
        bed.opening.follow(update(START.plusSeconds(70), null, null, "again"));
        bed.platform.calls.clear();

        for (Instant declaredAt : List.of(START, second)) {
            bed.opening.open(anIncident(declaredAt));
        }
        bed.opening.follow(update(START.plusSeconds(20), null, null, "still looking"));
        bed.opening.follow(resolution(START.plusSeconds(30)));
        bed.opening.open(anIncident(third));
        bed.opening.follow(update(START.plusSeconds(70), null, null, "again"));

        assertThat(bed.platform.calls).isEmpty();
        assertThat(bed.room().generation()).isEqualTo(2);
    }

    @Test
    void aDeclarationWhileItsRoomIsOpenIsAReplayOnceThatIsClosed() throws Exception {
        bed.opening.open(anIncident(START));
        bed.opening.open(anIncident(START.plusSeconds(10)));
        bed.opening.follow(resolution(START.plusSeconds(30)));
        bed.platform.calls.clear();

        bed.opening.open(anIncident(START.plusSeconds(10)));

        assertThat(bed.platform.calls).isEmpty();
        assertThat(bed.repeated).last().isEqualTo("Closed");
    }

    @Test
    void aFailureRemembersThatItsRoomMayExist() throws Exception {
        for (int i = 0; i < 100; i++) {
            bed.platform.creates.add(new Outcome.Unknown<>(LOST));
            bed.platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        }
        bed.opening.open(anIncident(START));
        bed.now = bed.parked().deadline();
        bed.opening.resume(bed.parked());
        assertThat(bed.results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.roomMayExist()).isTrue());
        bed.platform.creates.clear();
        bed.platform.sightings.clear();
        bed.platform.sightings.add(new Outcome.Done<>(new Sighting.Found(new Room("room-9", "n", Set.of("u-p-1")))));
        bed.platform.calls.clear();

        bed.opening.open(anIncident(bed.now));

        assertThat(bed.platform.calls).containsExactly("resolve", "lookUp", "post");
        assertThat(bed.room().roomId()).isEqualTo("room-9");
    }

    @Test
    void theFirstTryOfAnOldRecordLooksForTheRoomFirst() throws Exception {
        bed.now = START.plus(Duration.ofMinutes(6));

        bed.opening.open(new Declaration(anIncident(START), START, null));

        assertThat(bed.platform.calls).containsExactly("resolve", "lookUp", "create", "admit", "post");
    }

    @Test
    void aResolutionThatWaitsDoesNotCloseARoomThatIsDeclaredAgain() throws Exception {
        bed.opening.open(anIncident(START));
        bed.platform.renames.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        bed.opening.follow(resolution(START.plusSeconds(30)));
        assertThat(bed.parked().pending()).isNotNull();

        bed.opening.open(anIncident(START.plusSeconds(60)));

        assertThat(bed.store.waiting(anIncident(START))).isEmpty();
        assertThat(bed.store.standing).isInstanceOf(Ledger.Standing.Open.class);
    }

    @Test
    void peopleWhoWereAddedWhileItWaitedComeToTheNextDeclaration() throws Exception {
        var app = bed.directory.choice;
        bed.directory.choice = new Directory.Choice.None();
        bed.opening.open(anIncident(START));
        bed.opening.follow(update(START.plusSeconds(1), "Worse", "P1", "old", OpeningTestBed.LI));
        bed.directory.choice = app;
        bed.now = START.plusSeconds(60);

        bed.opening.open(anIncident(bed.now));

        assertThat(bed.platform.names).isEmpty();
        assertThat(bed.platform.notices)
                .singleElement()
                .satisfies(notice -> assertThat(notice.text()).isNull());
        assertThat(bed.room().members())
                .extracting(member -> member.person().name())
                .containsExactly("Chen", "Li");
    }
}
