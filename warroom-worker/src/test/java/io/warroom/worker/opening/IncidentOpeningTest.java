package io.warroom.worker.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.Secret;
import io.warroom.platform.Sighting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentOpeningTest {

    private static final Failure LOST = new Failure(Failure.Kind.UNREACHABLE, "no answer came", null, null);
    private static final Failure BUSY = new Failure(Failure.Kind.THROTTLED, "too many calls", "45009", "r-1");
    private static final Failure FORBIDDEN = new Failure(Failure.Kind.REFUSED, "the name is refused", "60011", "r-1");
    private static final Person COMMANDER =
            new Person("p-1", "Chen", Person.Role.COMMANDER, null, "+8613800000001", null);
    private static final Person RESPONDER =
            new Person("p-2", "Li", Person.Role.RESPONDER, null, "+8613800000002", null);
    private static final Person STRANGER = new Person("p-3", "Wang", Person.Role.RESPONDER, null, null, null);

    private final ScriptedPlatform platform = new ScriptedPlatform();
    private final List<Result> results = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-10-01T00:00:00Z");
    private final ScriptedDirectory directory = new ScriptedDirectory(usable(7));
    private final RememberingLedger ledger = new RememberingLedger();
    private final List<String> health = new ArrayList<>();
    private final List<OpenRoom> briefed = new ArrayList<>();
    private final List<OpenRoom> changes = new ArrayList<>();
    private int brokerIsAway;
    private int refusals;
    private final Instant begun = now;
    private Duration passed = Duration.ZERO;
    private Duration clockJumps = Duration.ZERO;
    private InTurn.Work meanwhile = () -> {};
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private final IncidentOpening opening = opening(100);

    @Test
    void theResultNamesWhoIsInAndWhoIsMissingAndTheRevisionThatOpenedTheRoom() throws Exception {
        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(results).singleElement().isInstanceOfSatisfying(Result.Opened.class, opened -> {
            assertThat(opened.roomId()).isEqualTo("room-1");
            assertThat(opened.appRevision()).isEqualTo(7);
            assertThat(opened.members()).extracting(RoomUser::person).containsExactly(COMMANDER, RESPONDER);
            assertThat(opened.missing()).extracting(Missing::person).containsExactly(STRANGER);
        });
        assertThat(platform.calls).containsExactly("resolve", "create", "admit", "post");
    }

    @Test
    void anAnswerThatNeverCameIsLookedUpBeforeAnythingIsCreatedAgain() throws Exception {
        platform.creates.add(new Outcome.Unknown<>(LOST));
        platform.sightings.add(
                new Outcome.Done<>(new Sighting.Found(new Room("room-9", "n", Set.of("u-p-1", "u-p-2")))));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("resolve", "create", "lookUp", "post");
        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Opened.class,
                        opened -> assertThat(opened.roomId()).isEqualTo("room-9"));
    }

    @Test
    void aRoomThatTheLookUpDoesNotFindIsCreatedUnderTheSameKey() throws Exception {
        platform.creates.add(new Outcome.Unknown<>(LOST));
        platform.sightings.add(new Outcome.Done<>(new Sighting.Absent()));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("resolve", "create", "lookUp", "create", "admit", "post");
        assertThat(platform.plans.get(0)).isEqualTo(platform.plans.get(1));
    }

    @Test
    void onlyAForeignRoomLeadsToTheNextKey() throws Exception {
        platform.creates.add(new Outcome.Refused<>(new Failure(Failure.Kind.ROOM_GONE, "foreign", "86008", null)));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.plans).extracting(RoomPlan::key).hasSize(2).doesNotHaveDuplicates();
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
    }

    @Test
    void aRoomThatAKilledWorkerMadeIsFoundThoughItsCreateIsRefusedForGoodNow() throws Exception {
        platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        platform.sightings.add(
                new Outcome.Done<>(new Sighting.Found(new Room("room-9", "n", Set.of("u-p-1", "u-p-2")))));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("resolve", "create", "lookUp", "post");
        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Opened.class,
                        opened -> assertThat(opened.roomId()).isEqualTo("room-9"));
    }

    @ParameterizedTest
    @MethodSource("looksThatShowNoRoom")
    void aCreateThatIsRefusedForGoodEndsTheIncidentWithItsReasonWhenNoRoomIsSeen(Outcome<Sighting> look)
            throws Exception {
        platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        platform.sightings.add(look);

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("resolve", "create", "lookUp");
        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.words()).isEqualTo(FORBIDDEN.words()));
    }

    static List<Outcome<Sighting>> looksThatShowNoRoom() {
        return List.of(
                new Outcome.Done<>(new Sighting.Absent()),
                new Outcome.Done<>(new Sighting.RepeatCreate()),
                new Outcome.Refused<>(new Failure(Failure.Kind.MISCONFIGURED, "may not look", "48002", null)));
    }

    @ParameterizedTest
    @MethodSource("looksThatCameToNothing")
    void anIncidentWhoseCreateIsRefusedFailsOnlyWhenItWasPossibleToLook(Outcome<Sighting> look) throws Exception {
        platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        platform.sightings.add(look);
        open(anIncident(new Incident.Chat.TenantsChoice()));
        var waiting = ledger.parked.getLast();
        assertThat(results).isEmpty();
        assertThat(waiting.roomMayExist()).isTrue();
        directory.choice = usable(8);
        platform.creates.add(new Outcome.Refused<>(FORBIDDEN));
        platform.calls.clear();

        opening.resume(waiting);

        assertThat(platform.calls).containsExactly("resolve", "lookUp", "create");
        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.words()).isEqualTo(FORBIDDEN.words()));
    }

    static List<Outcome<Sighting>> looksThatCameToNothing() {
        return List.of(
                new Outcome.Unknown<>(LOST),
                new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)),
                new Outcome.KeyRejected<>(new Failure(Failure.Kind.KEY_REJECTED, "wrong secret", "40001", null)));
    }

    @Test
    void thePlatformsPauseIsKept() throws Exception {
        platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(pauses)
                .singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75)));
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
    }

    @Test
    void aPlatformThatStaysAwayIsWaitedForWithItsReasonAndAfterTheDeadlineTheIncidentFails() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));
        }

        open(anIncident(new Incident.Chat.TenantsChoice()));

        var waiting = ledger.parked.getLast();
        assertThat(results).isEmpty();
        assertThat(waiting.reason()).isEqualTo(Waiting.Reason.THROTTLED);
        assertThat(waiting.words()).isEqualTo(BUSY.words());
        assertThat(waiting.nextTryAt()).isAfterOrEqualTo(now.plusSeconds(60));
        now = waiting.deadline();
        opening.resume(waiting);
        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Result.Reason.PLATFORM_UNAVAILABLE));
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1H", "PT0S", "PT1H"})
    void aClockThatJumpsMakesNobodyTryLongerOrShorter(Duration jumps) throws Exception {
        clockJumps = jumps;
        for (int i = 0; i < 1_000; i++) {
            platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));
        }

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(passed).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
        assertThat(ledger.parked.getLast().nextTryAt()).isAfterOrEqualTo(now.plusSeconds(60));
    }

    @Test
    void aClockThatIsSetAheadWhileAnIncidentIsTriedLetsItsTimeNotRunOut() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));
        }
        open(anIncident(new Incident.Chat.TenantsChoice()));
        clockJumps = Duration.ofHours(1);

        opening.resume(ledger.parked.getLast());

        assertThat(results).isEmpty();
        assertThat(ledger.parked.getLast().deadline()).isBetween(now, now.plus(Duration.ofMinutes(10)));
    }

    @Test
    void atItsDeadlineAnIncidentIsTriedOnceMoreAndARoomThatMayExistIsFound() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.Unknown<>(LOST));
            platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofSeconds(60)));
        }
        open(anIncident(new Incident.Chat.TenantsChoice()));
        var waiting = ledger.parked.getLast();
        platform.sightings.clear();
        platform.sightings.add(new Outcome.Done<>(new Sighting.Found(new Room("room-7", "found", Set.of()))));
        now = waiting.deadline().plusSeconds(60);

        opening.resume(waiting);

        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Opened.class,
                        opened -> assertThat(opened.roomId()).isEqualTo("room-7"));
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @Test
    void nobodyFailsInTheLineOfItsOwnTenantAndTheTimeBeginsWithTheFirstTry() throws Exception {
        var narrow = opening(1);
        takeAPlace(narrow, "INC-1", () -> narrow.open(anIncident("INC-2", new Incident.Chat.TenantsChoice())));
        var waiting = ledger.parked.getLast();
        assertThat(waiting.attempts()).isZero();
        assertThat(waiting.nextTryAt())
                .isEqualTo(waiting.deadline().minus(Duration.ofMinutes(10)).plusSeconds(1));
        results.clear();
        now = waiting.deadline().plusSeconds(60);

        takeAPlace(narrow, "INC-3", () -> narrow.resume(waiting));

        var again = ledger.parked.getLast();
        assertThat(results).extracting(result -> result.incident().incidentId()).containsExactly("INC-3");
        assertThat(again.attempts()).isZero();
        assertThat(again.deadline()).isAfter(now.plus(Duration.ofMinutes(8)));
        narrow.resume(again);
        assertThat(results)
                .last()
                .isInstanceOfSatisfying(
                        Result.Opened.class,
                        opened -> assertThat(opened.incident().incidentId()).isEqualTo("INC-2"));
    }

    /** While an incident waits for its platform, holding a place. */
    private void takeAPlace(IncidentOpening narrow, String incidentId, InTurn.Work work) throws InterruptedException {
        platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(1)));
        meanwhile = work;
        narrow.open(anIncident(incidentId, new Incident.Chat.TenantsChoice()));
    }

    @Test
    void aFreshTokenThatIsRefusedIsWaitedForAndIsNotTheIncidentsEnd() throws Exception {
        var refused = new Failure(Failure.Kind.TOKEN_REFUSED, "fresh token refused", "40014", null);
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.NotYet<>(refused, Duration.ofSeconds(60)));
        }

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(results).isEmpty();
        assertThat(ledger.parked.getLast().reason()).isEqualTo(Waiting.Reason.PLATFORM_UNAVAILABLE);
        assertThat(ledger.parked.getLast().words()).isEqualTo("fresh token refused");
    }

    @Test
    void aRejectedKeyIsNeverTriedAgainUntilANewOneComes() throws Exception {
        platform.creates.add(
                new Outcome.KeyRejected<>(new Failure(Failure.Kind.KEY_REJECTED, "wrong secret", "40001", null)));

        open(anIncident(new Incident.Chat.TenantsChoice()));
        open(anIncident("INC-2", new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("resolve", "create");
        assertThat(results).isEmpty();
        assertThat(ledger.parked).hasSize(2).allSatisfy(waiting -> {
            assertThat(waiting.reason()).isEqualTo(Waiting.Reason.KEY_REJECTED);
            assertThat(waiting.appRevision()).isEqualTo(7);
            assertThat(opening.hasCome(waiting)).isFalse();
        });
        assertThat(health).containsExactly("KEY_REJECTED at 7");

        directory.choice = usable(8);
        assertThat(ledger.parked).allMatch(opening::hasCome);
        for (Waiting waiting : List.copyOf(ledger.parked)) {
            opening.resume(waiting);
        }
        assertThat(results).hasSize(2).allSatisfy(result -> assertThat(result).isInstanceOf(Result.Opened.class));
        assertThat(ledger.released).containsExactly("INC-1", "INC-2");
        assertThat(health).containsExactly("KEY_REJECTED at 7", "HEALTHY at 8");
    }

    @Test
    void aKeyThatAnotherWorkerSawRejectedIsNotTried() throws Exception {
        open(anIncident("INC-0", new Incident.Chat.TenantsChoice())); // works before
        platform.calls.clear();
        opening.learn(new Waiting(
                anIncident("INC-1", new Incident.Chat.TenantsChoice()),
                Waiting.Reason.KEY_REJECTED,
                "wrong secret",
                PlatformKind.LARK,
                7L,
                1,
                now,
                now.plusSeconds(60),
                false,
                null));

        open(anIncident("INC-2", new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).isEmpty();
        assertThat(ledger.parked.getLast().words()).isEqualTo("wrong secret");
    }

    @Test
    void aRoomThatMayExistIsLookedUpFirstWhenTheIncidentIsTriedAgain() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.Unknown<>(LOST));
            platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofMinutes(1)));
        }
        open(anIncident(new Incident.Chat.TenantsChoice()));
        var waiting = ledger.parked.getLast();
        assertThat(waiting.roomMayExist()).isTrue();
        platform.calls.clear();
        platform.sightings.clear();
        platform.sightings.add(
                new Outcome.Done<>(new Sighting.Found(new Room("room-9", "n", Set.of("u-p-1", "u-p-2")))));

        opening.resume(waiting);

        assertThat(platform.calls).containsExactly("resolve", "lookUp", "post");
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
    }

    @Test
    void whatHasItsResultIsRepeatedWithoutACallAndWhatWaitsIsLeftToWait() throws Exception {
        ledger.standing = new Ledger.Standing.Closed(1, now);
        open(anIncident(new Incident.Chat.TenantsChoice()));
        ledger.standing = new Ledger.Standing.Waits(parked(anIncident(new Incident.Chat.TenantsChoice())));
        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).isEmpty();
        assertThat(results).isEmpty();
        assertThat(ledger.repeated).containsExactly("INC-1");
    }

    @Test
    void aBoundPersonIsNotLookedUpAndAGivenIdCountsBeforeABinding() throws Exception {
        directory.bound.put("acme/LARK/p-3", "ou_bound");
        directory.bound.put("acme/LARK/p-4", "ou_stale");
        directory.bound.put("acme/WECOM/p-2", "elsewhere");
        var given = new Person("p-4", "Zhao", Person.Role.RESPONDER, "ou_given", null, null);

        open(new Incident(
                "acme",
                "INC-1",
                "down",
                null,
                null,
                null,
                null,
                null,
                now,
                new Incident.Chat.TenantsChoice(),
                List.of(),
                List.of(COMMANDER, RESPONDER, STRANGER, given)));

        assertThat(platform.asked)
                .extracting(Person::personId, Person::platformUserId)
                .containsExactly(
                        tuple("p-1", null), tuple("p-2", null), tuple("p-3", "ou_bound"), tuple("p-4", "ou_given"));
    }

    @Test
    void anAppWhosePlatformDoesNotAnswerIsLeftAloneForAWhileAndThenAskedByOneIncident() {
        var circuits = new Circuits(clock);
        for (int i = 0; i < 5; i++) {
            assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isTrue();
            circuits.unanswered("acme", PlatformKind.LARK);
        }

        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isFalse();
        assertThat(circuits.places("acme", PlatformKind.LARK)).isZero();
        assertThat(circuits.mayCall("acme", PlatformKind.WECOM)).isTrue();
        assertThat(circuits.mayCall("other", PlatformKind.LARK)).isTrue();
        now = now.plusSeconds(30);
        assertThat(circuits.places("acme", PlatformKind.LARK)).isOne();
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isTrue();
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isFalse();
        assertThat(circuits.places("acme", PlatformKind.LARK)).isZero();
        circuits.unanswered("acme", PlatformKind.LARK);
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isFalse();
        now = now.plusSeconds(30);
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isTrue();
        assertThat(circuits.answered("acme", PlatformKind.LARK))
                .as("others wait for this")
                .isTrue();
        assertThat(circuits.answered("acme", PlatformKind.LARK)).isFalse();
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isTrue();
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isTrue();
    }

    @Test
    void whoWaitsForAnAppThatIsLeftAloneIsLetInWhenItAnswersAgainOrWhenItsTimeIsOver() throws Exception {
        leaveTheAppAlone();
        var waiting = ledger.parked.getLast();
        assertThat(opening.places(waiting)).isZero();
        assertThat(opening.answersAgain()).isNull();
        now = waiting.deadline();
        assertThat(opening.places(waiting)).isPositive();
        now = waiting.deadline().minusSeconds(1);
        passed = passed.plusSeconds(30);
        assertThat(opening.places(waiting)).as("one may ask").isOne();

        platform.creates.clear();
        open(anIncident("INC-9", new Incident.Chat.TenantsChoice()));

        assertThat(results).extracting(result -> result.incident().incidentId()).containsExactly("INC-9");
        assertThat(opening.answersAgain()).isEqualTo(new AppId("acme", PlatformKind.LARK));
        assertThat(opening.answersAgain()).isNull();
        assertThat(opening.places(waiting)).isGreaterThan(1);
    }

    @Test
    void aLimitThatHoldsACallBackSaysNothingOfAPlatformThatDidNotAnswer() throws Exception {
        leaveTheAppAlone();
        passed = passed.plusSeconds(30);
        platform.creates.clear();
        platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofMinutes(6)));

        open(anIncident("INC-9", new Incident.Chat.TenantsChoice()));

        assertThat(opening.answersAgain()).isNull();
        assertThat(opening.places(ledger.parked.getLast()))
                .as("the next one asks it")
                .isOne();
    }

    private void leaveTheAppAlone() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            platform.creates.add(new Outcome.NotYet<>(LOST, Duration.ofMinutes(6)));
            open(anIncident("INC-" + i, new Incident.Chat.TenantsChoice()));
        }
    }

    @Test
    void whoIsToldWhenToComeBackDoesNotStayAwayForLongerEachTime() throws Exception {
        var impatient = opening(100, Duration.ofMillis(500));
        for (int i = 0; i < 4; i++) {
            platform.creates.add(new Outcome.NotYet<>(LOST, Duration.ZERO));
        }
        platform.creates.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(5)));
        impatient.open(anIncident(new Incident.Chat.TenantsChoice()));
        for (int i = 0; i < 3; i++) {
            impatient.resume(ledger.parked.getLast());
        }
        assertThat(Duration.between(now, ledger.parked.getLast().nextTryAt()))
                .as("nobody tells")
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75));

        impatient.resume(ledger.parked.getLast());

        assertThat(ledger.parked.getLast().attempts()).isEqualTo(5);
        assertThat(Duration.between(now, ledger.parked.getLast().nextTryAt()))
                .isBetween(Duration.ofSeconds(10), Duration.ofMillis(12_500));
    }

    @Test
    void anIncidentOfAnAppThatIsLeftAloneIsParkedWithoutACall() throws Exception {
        for (int i = 0; i < 500; i++) {
            platform.creates.add(new Outcome.Unknown<>(LOST));
            platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofMinutes(1)));
        }
        for (int i = 0; i < 5; i++) {
            open(anIncident("INC-" + i, new Incident.Chat.TenantsChoice()));
        }
        platform.calls.clear();

        open(anIncident("INC-9", new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).isEmpty();
        assertThat(ledger.parked.getLast().reason()).isEqualTo(Waiting.Reason.PLATFORM_UNAVAILABLE);
    }

    @Test
    void aTenantsManyIncidentsDoNotTakeEveryPlace() {
        var lanes = new Lanes(2);

        assertThat(lanes.enter("acme")).isTrue();
        assertThat(lanes.enter("acme")).isTrue();
        assertThat(lanes.enter("acme")).isFalse();
        assertThat(lanes.enter("other")).isTrue();
        lanes.leave("acme");
        assertThat(lanes.enter("acme")).isTrue();
    }

    @Test
    void aMessageThatFailsNeverTakesTheRoomAwayFromItsResult() throws Exception {
        platform.posts.add(new Outcome.Refused<>(new Failure(Failure.Kind.REFUSED, "content", "230028", null)));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
        assertThat(firstMessage().state()).isEqualTo(Message.State.REFUSED);
        assertThat(firstMessage().platformCode()).isEqualTo("230028");
    }

    @Test
    void aRoomWhoseWorkerWasKilledBeforeItsFirstMessageGetsItFromTheNextOne() throws Exception {
        open(anIncident(new Incident.Chat.TenantsChoice()));
        var killed = ((Result.Opened) results.getFirst()).room();
        briefed.clear();
        platform.calls.clear();
        ledger.standing = new Ledger.Standing.Open(killed, null);

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("post");
        assertThat(firstMessage().state()).isEqualTo(Message.State.SENT);
        assertThat(firstMessage().text()).isEqualTo("first message: checkout down");
        assertThat(firstMessage().messageId()).isEqualTo("m-1");
        // And no other, once that is noted.
        ledger.standing = new Ledger.Standing.Open(killed.withFirstMessage(true), null);
        open(anIncident(new Incident.Chat.TenantsChoice()));
        assertThat(platform.calls).containsExactly("post");
        assertThat(ledger.repeated).containsExactly("INC-1");
    }

    @Test
    void aFirstMessageThatThePlatformDoesNotTakeForNowIsSentLater() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.posts.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));
        }

        open(anIncident(new Incident.Chat.TenantsChoice()));

        var room = ((Result.Opened) results.getFirst()).room();
        var waiting = ledger.parked.getLast();
        assertThat(waiting.reason()).isEqualTo(Waiting.Reason.THROTTLED);
        assertThat(briefed).isEmpty();
        platform.posts.clear();
        platform.calls.clear();
        ledger.standing = new Ledger.Standing.Open(room, waiting);
        opening.resume(waiting);
        assertThat(platform.calls).containsExactly("post");
        assertThat(firstMessage().state()).isEqualTo(Message.State.SENT);
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @Test
    void aFirstMessageThatIsNeverTakenIsGivenUpAtItsDeadline() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.posts.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));
        }
        open(anIncident(new Incident.Chat.TenantsChoice()));
        var waiting = ledger.parked.getLast();
        ledger.standing = new Ledger.Standing.Open(((Result.Opened) results.getFirst()).room(), waiting);
        now = waiting.deadline();

        opening.resume(waiting);

        assertThat(firstMessage().state()).as("nobody tries it again").isEqualTo(Message.State.GIVEN_UP);
        assertThat(firstMessage().text()).isEqualTo("first message: checkout down");
        assertThat(firstMessage().detail()).isEqualTo(BUSY.words());
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @Test
    void peopleWhoAreNotLetInForNowAreNamedAndJoinLater() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.admissions.add(new Outcome.NotYet<>(BUSY, Duration.ofSeconds(60)));
        }

        open(anIncident(new Incident.Chat.TenantsChoice()));

        var room = ((Result.Opened) results.getFirst()).room();
        assertThat(room.missing())
                .filteredOn(one -> one.reason() == Missing.Reason.LOOKUP_FAILED)
                .extracting(Missing::person)
                .containsExactly(COMMANDER, RESPONDER);
        assertThat(briefed).as("whoever looks finds the message").hasSize(1);
        var waiting = ledger.parked.getLast();
        platform.admissions.clear();
        platform.calls.clear();
        ledger.standing = new Ledger.Standing.Open(room.withFirstMessage(true), waiting);
        opening.resume(waiting);
        assertThat(platform.calls).containsExactly("resolve", "admit", "tell");
        assertThat(changes).singleElement().satisfies(changed -> {
            assertThat(changed.members()).extracting(RoomUser::person).containsExactly(COMMANDER, RESPONDER);
            assertThat(changed.missing()).extracting(Missing::person).containsExactly(STRANGER);
        });
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @Test
    void nothingIsDoneAgainOnThePlatformBecauseTheBrokerIsAway() throws Exception {
        brokerIsAway = 10;

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).containsExactly("resolve", "create", "admit", "post");
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
    }

    @Test
    void troubleOfOursIsNotThePlatforms() {
        var circuits = new Circuits(clock);
        for (int i = 0; i < 5; i++) {
            circuits.unanswered("acme", PlatformKind.LARK);
        }
        now = now.plusSeconds(30);
        assertThat(circuits.mayCall("acme", PlatformKind.LARK)).isTrue();

        circuits.untold("acme", PlatformKind.LARK);

        assertThat(circuits.mayCall("acme", PlatformKind.LARK))
                .as("the next one asks it")
                .isTrue();
    }

    @Test
    void anIncidentThatIsDeclaredAnewWhileItWaitsIsTriedAtOnceAndItsTimeBeginsAnew() throws Exception {
        directory.choice = new Directory.Choice.None();
        open(anIncident(new Incident.Chat.TenantsChoice()));
        var before = ledger.parked.getLast();
        now = now.plusSeconds(3_600);

        open(declaredAt(now, anIncident(new Incident.Chat.TenantsChoice())));

        assertThat(ledger.parked).hasSize(2);
        assertThat(ledger.parked.getLast().deadline())
                .isEqualTo(before.deadline().plusSeconds(3_600));
        assertThat(ledger.parked.getLast().incident().declaredAt()).isEqualTo(now);
        directory.choice = usable(1);
        now = now.plusSeconds(60);
        open(declaredAt(now, anIncident(new Incident.Chat.TenantsChoice())));
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @Test
    void aRoomThatMayExistIsLookedForWhereItMayBeWhateverIsActiveNow() throws Exception {
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.Unknown<>(LOST));
            platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofMinutes(1)));
        }
        open(anIncident(new Incident.Chat.TenantsChoice()));

        opening.resume(ledger.parked.getLast());

        assertThat(directory.chosen).containsExactly(Optional.empty(), Optional.of(PlatformKind.LARK));
    }

    @Test
    void aForeignRoomUnderTheFirstKeyDoesNotHideThatTheNextMayExist() throws Exception {
        platform.creates.add(new Outcome.Refused<>(new Failure(Failure.Kind.ROOM_GONE, "foreign", "86008", null)));
        for (int i = 0; i < 100; i++) {
            platform.creates.add(new Outcome.Unknown<>(LOST));
            platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofMinutes(1)));
        }
        open(anIncident(new Incident.Chat.TenantsChoice()));
        platform.creates.clear();
        platform.sightings.clear();
        platform.calls.clear();
        platform.sightings.add(new Outcome.Done<>(new Sighting.Foreign()));
        platform.sightings.add(
                new Outcome.Done<>(new Sighting.Found(new Room("room-2", "n", Set.of("u-p-1", "u-p-2")))));

        opening.resume(ledger.parked.getLast());

        assertThat(platform.calls).containsExactly("resolve", "lookUp", "lookUp", "post");
    }

    @Test
    void anIncidentWithoutAnAppWaitsForItAndSaysWhatToDo() throws Exception {
        directory.choice = new Directory.Choice.None();

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(platform.calls).isEmpty();
        assertThat(results).isEmpty();
        var waiting = ledger.parked.getLast();
        assertThat(waiting.reason()).isEqualTo(Waiting.Reason.NO_APP);
        assertThat(waiting.words()).contains("acme", "Enable");
        assertThat(opening.hasCome(waiting)).isFalse();
        directory.choice = usable(1);
        assertThat(opening.hasCome(waiting)).isTrue();
    }

    @Test
    void peopleWhomThePlatformWouldNotLookUpAreLookedUpLaterBeforeTheIncidentFailsForThem() throws Exception {
        var throttled = new Missing(COMMANDER, Missing.Reason.LOOKUP_FAILED, "no more look-ups for now");
        platform.rosters.add(new Outcome.Done<>(new Roster(List.of(), List.of(throttled))));
        platform.rosters.add(
                new Outcome.Done<>(new Roster(List.of(new RoomUser(RESPONDER, "u-p-2")), List.of(throttled))));
        platform.creates.add(
                new Outcome.Refused<>(new Failure(Failure.Kind.TOO_FEW_PEOPLE, "a room needs two", "86216", null)));

        open(anIncident(new Incident.Chat.TenantsChoice()));
        var nobody = ledger.parked.getLast();
        opening.resume(nobody);
        var tooFew = ledger.parked.getLast();
        assertThat(results).isEmpty();
        opening.resume(tooFew);

        assertThat(List.of(nobody, tooFew)).allSatisfy(waiting -> {
            assertThat(waiting.reason()).isEqualTo(Waiting.Reason.PEOPLE_NOT_FOUND);
            assertThat(waiting.words()).contains("no more look-ups");
        });
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
    }

    @Test
    void anIncidentAtWhichTheWorkerFailsEndsWithWhatIsKnownOfItAndOneThatHasEndedIsLeftAlone() throws Exception {
        opening.giveUp(anIncident(new Incident.Chat.TenantsChoice()), "Workers failed at it: a bug.");
        ledger.standing = new Ledger.Standing.WithoutChat();
        opening.giveUp(anIncident(new Incident.Chat.TenantsChoice()), "again");

        assertThat(results).singleElement().isInstanceOfSatisfying(Result.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Result.Reason.UNKNOWN);
            assertThat(failed.words()).contains("a bug", "declare the incident again");
        });
        assertThat(platform.calls).isEmpty();
    }

    @Test
    void anIncidentThatWantsNoChatIsAnsweredWithoutACall() throws Exception {
        open(anIncident(new Incident.Chat.None()));

        assertThat(platform.calls).isEmpty();
        assertThat(results).singleElement().isInstanceOf(Result.WithoutChat.class);
    }

    @Test
    void peopleWhoWereNotLetInAreNamed() throws Exception {
        platform.admissions.add(
                new Outcome.Refused<>(new Failure(Failure.Kind.REFUSED, "chat is full", "232013", null)));

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(results).singleElement().isInstanceOfSatisfying(Result.Opened.class, opened -> {
            assertThat(opened.members()).isEmpty();
            assertThat(opened.missing()).extracting(Missing::person).contains(COMMANDER, RESPONDER, STRANGER);
        });
    }

    @Test
    void anIncidentBeyondItsTenantsLimitsFailsWithWhatToDo() throws Exception {
        ledger.isFull = true;
        directory.choice = new Directory.Choice.None();

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(results).singleElement().isInstanceOfSatisfying(Result.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Result.Reason.LIMIT_EXCEEDED);
            assertThat(failed.words()).contains("declare it again", "has no mobile app enabled");
        });
    }

    @Test
    void aResultThatIsRefusedForGoodEndsInASmallFailure() throws Exception {
        refusals = 10;

        open(anIncident(new Incident.Chat.TenantsChoice()));

        assertThat(results).singleElement().isInstanceOfSatisfying(Result.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Result.Reason.UNKNOWN);
            assertThat(failed.words()).contains("max.message.bytes");
        });
        assertThat(platform.calls)
                .as("one room, however often its result is refused")
                .containsOnlyOnce("create");
    }

    @Test
    void equalIncidentsHaveEqualKeysAndOthersHaveOthers() {
        var one = anIncident(new Incident.Chat.TenantsChoice());

        assertThat(RoomPlans.key("room", "acme", "INC-1", 1))
                .isEqualTo(RoomPlans.plan(one, 1, List.of(new RoomUser(COMMANDER, "u-1")))
                        .key())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(RoomPlans.key("room", "acme", "INC-1", 2))
                .isNotEqualTo(RoomPlans.key("briefing", "acme", "INC-1", 1));
    }

    private Message firstMessage() {
        assertThat(briefed).hasSize(1);
        assertThat(briefed.getFirst().messages()).hasSize(1);
        return briefed.getFirst().messages().getFirst();
    }

    private IncidentOpening opening(int perTenant) {
        return opening(perTenant, Duration.ofMinutes(5));
    }

    private IncidentOpening opening(int perTenant, Duration patience) {
        return new IncidentOpening(
                directory,
                Map.of(PlatformKind.LARK, platform),
                ledger,
                new Results() {
                    @Override
                    public void publish(Result result) {
                        if (refusals-- > 0) {
                            throw new UnpublishableException("too large", null);
                        }
                        if (brokerIsAway-- > 0) {
                            throw new IllegalStateException("the broker is away");
                        }
                        results.add(result);
                    }

                    @Override
                    public void briefed(OpenRoom room) {
                        briefed.add(room);
                    }

                    @Override
                    public void changed(OpenRoom room) {
                        changes.add(room);
                    }

                    @Override
                    public void closed(
                            OpenRoom room,
                            FollowUp.Resolution resolution,
                            boolean dissolved,
                            @Nullable Message message,
                            Instant at) {
                        throw new AssertionError("nothing was resolved");
                    }
                },
                (app, revision, state, detail, code, at) -> health.add(state + " at " + revision),
                clock,
                () -> begun.plus(passed),
                pause -> {
                    pauses.add(pause);
                    passed = passed.plus(pause);
                    now = now.plus(pause).plus(clockJumps);
                    var others = meanwhile;
                    meanwhile = () -> {};
                    others.run();
                },
                new OpeningTimes(patience, Duration.ofMinutes(10), Duration.ofHours(24)),
                perTenant,
                ClosingPolicy.RENAME);
    }

    private void open(Incident incident) throws InterruptedException {
        opening.open(incident);
    }

    private Waiting parked(Incident incident) {
        return new Waiting(
                incident,
                Waiting.Reason.THROTTLED,
                "too many calls",
                PlatformKind.LARK,
                7L,
                1,
                now.plusSeconds(10),
                now.plusSeconds(600),
                false,
                null);
    }

    private static Directory.Choice usable(long revision) {
        return new Directory.Choice.Usable(new App(
                "acme", PlatformKind.LARK, revision, "LARK", null, new Credentials.Lark("cli_1", Secret.of("s"))));
    }

    private static Incident declaredAt(Instant time, Incident one) {
        return new Incident(
                one.tenantId(),
                one.incidentId(),
                one.title(),
                one.severity(),
                one.description(),
                one.impact(),
                one.service(),
                one.region(),
                time,
                one.chat(),
                one.links(),
                one.people());
    }

    private static Incident anIncident(Incident.Chat chat) {
        return anIncident("INC-1", chat);
    }

    private static Incident anIncident(String id, Incident.Chat chat) {
        return new Incident(
                "acme",
                id,
                "checkout down",
                "P1",
                null,
                null,
                null,
                null,
                Instant.parse("2026-10-01T00:00:00Z"),
                chat,
                List.of(),
                List.of(RESPONDER, COMMANDER, STRANGER));
    }
}
