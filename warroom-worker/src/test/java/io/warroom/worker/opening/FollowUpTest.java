package io.warroom.worker.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.Secret;
import io.warroom.worker.opening.FollowUp.Resolution;
import io.warroom.worker.opening.FollowUp.Update;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FollowUpTest {

    private static final Instant START = Instant.parse("2026-10-01T00:00:00Z");
    private static final Failure LOST = new Failure(Failure.Kind.UNREACHABLE, "no answer came", null, null);
    private static final Failure FORBIDDEN = new Failure(Failure.Kind.MISCONFIGURED, "a right is lacking", "99", "r-1");
    private static final Person CHEN = new Person("p-1", "Chen", Person.Role.COMMANDER, null, "+8613800000001", null);
    private static final Person LI = new Person("p-2", "Li", Person.Role.RESPONDER, null, "+8613800000002", null);
    private static final Person WANG = new Person("p-3", "Wang", Person.Role.RESPONDER, null, null, null);

    private final ScriptedPlatform platform = new ScriptedPlatform();
    private final RememberingLedger ledger = new RememberingLedger();
    private final List<Result> results = new ArrayList<>();
    private final List<OpenRoom> changes = new ArrayList<>();
    private final List<OpenRoom> briefings = new ArrayList<>();
    private final List<Boolean> closings = new ArrayList<>();
    private final List<Optional<Message>> lastWords = new ArrayList<>();
    private final ScriptedDirectory directory = new ScriptedDirectory(new Directory.Choice.Usable(
            new App("acme", PlatformKind.LARK, 7, "LARK", null, new Credentials.Lark("cli_1", Secret.of("s")))));
    private Instant now = START;
    private int brokerIsAway;
    private Ledger.@Nullable Standing opensAs;

    @Test
    void anUpdateLetsPeopleInRenamesTheRoomPostsAndIsTheRoomsNewResult() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);

        boolean known = opening(ClosingPolicy.RENAME)
                .follow(update("Checkout is slow", "P2", null, "A fix is rolling out", LI, WANG));

        assertThat(known).isTrue();
        assertThat(platform.calls).containsExactly("resolve", "admit", "rename", "tell");
        assertThat(platform.names).containsExactly("INC-1 Checkout is slow");
        assertThat(changes).singleElement().satisfies(room -> {
            assertThat(room.roomName()).isEqualTo("INC-1 Checkout is slow");
            assertThat(room.members()).extracting(RoomUser::person).contains(LI);
            assertThat(room.missing()).extracting(Missing::person).containsExactly(WANG);
        });
        assertThat(platform.notices).singleElement().satisfies(notice -> {
            assertThat(notice.facts())
                    .containsExactly(
                            new Notice.Fact("Title", "Checkout is slow"),
                            new Notice.Fact("Severity", "P2"),
                            new Notice.Fact("Joined", "Li"),
                            new Notice.Fact("Missing", "Wang: no mobile"));
            assertThat(notice.text()).isEqualTo("A fix is rolling out");
        });
    }

    @Test
    void anUpdateThatOnlySaysSomethingCostsOneCall() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);

        opening(ClosingPolicy.RENAME).follow(update("checkout down", null, null, "still looking"));

        assertThat(platform.calls).containsExactly("tell");
    }

    @Test
    void whatIsSaidOfARoomWithoutItsFirstMessageComesAfterThat() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom().withFirstMessage(false), null);

        boolean known = opening(ClosingPolicy.RENAME).follow(update(null, null, null, "still looking"));

        assertThat(known).as("its declaration is on its way").isFalse();
        assertThat(platform.calls).isEmpty();
    }

    @Test
    void newPeopleWhomThePlatformWouldNotLookUpForNowAreWaitedForWithoutAMessage() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.rosters.add(new Outcome.Done<>(new Roster(
                List.of(), List.of(new Missing(LI, Missing.Reason.LOOKUP_FAILED, "no more look-ups for now")))));

        opening(ClosingPolicy.RENAME).follow(update(null, null, null, null, LI));

        assertThat(platform.calls).containsExactly("resolve");
        assertThat(ledger.parked).singleElement().satisfies(waiting -> {
            assertThat(waiting.reason()).isEqualTo(Waiting.Reason.PEOPLE_NOT_FOUND);
            assertThat(waiting.words()).contains("no more look-ups");
        });
    }

    @Test
    void aTitleThatGrewRenamesTheRoom() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);

        opening(ClosingPolicy.RENAME).follow(update("checkout down in EU", null, null, null));

        assertThat(platform.names).containsExactly("INC-1 checkout down in EU");
    }

    @Test
    void whatWasDoneOnThePlatformIsNotDoneAgainWhileItsResultCannotBePublished() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        brokerIsAway = 3;

        opening(ClosingPolicy.RENAME).follow(update(null, null, null, "still looking"));

        assertThat(platform.calls).containsExactly("tell");
        assertThat(changes).hasSize(1);
    }

    @Test
    void anUpdateThatComesAgainIsPassedOver() throws Exception {
        var update = update(null, null, null, "still looking");
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        opening(ClosingPolicy.RENAME).follow(update);
        ledger.standing = new Ledger.Standing.Open(changes.getFirst(), null);

        opening(ClosingPolicy.RENAME).follow(update);

        assertThat(platform.calls).containsExactly("tell");
        assertThat(changes).hasSize(1);
    }

    @Test
    void whatCannotBeToldNowWaitsAndIsToldWhenItsTimeHasCome() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.admissions.add(new Outcome.KeyRejected<>(
                new Failure(Failure.Kind.KEY_REJECTED, "The secret is wrong.", "10014", null)));
        var opening = opening(ClosingPolicy.RENAME);

        opening.follow(update(null, null, null, "join us", LI));

        assertThat(changes).isEmpty();
        assertThat(ledger.parked).singleElement().satisfies(waiting -> {
            assertThat(waiting.reason()).isEqualTo(Waiting.Reason.KEY_REJECTED);
            assertThat(waiting.appRevision()).isEqualTo(7);
        });
        // When another key has come
        directory.choice = new Directory.Choice.Usable(
                new App("acme", PlatformKind.LARK, 8, "LARK", null, new Credentials.Lark("cli_1", Secret.of("t"))));
        assertThat(opening.hasCome(ledger.parked.getFirst())).isTrue();
        ledger.standing = new Ledger.Standing.Open(aRoom(), ledger.parked.getFirst());
        opening.resume(ledger.parked.getFirst());

        assertThat(changes)
                .singleElement()
                .satisfies(room ->
                        assertThat(room.members()).extracting(RoomUser::person).contains(LI));
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @Test
    void whatIsSaidWhileSomethingWaitsToBeToldWaitsBehindItAsOne() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.told.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        var opening = opening(ClosingPolicy.RENAME);
        opening.follow(update(null, null, null, "first"));
        ledger.standing = new Ledger.Standing.Open(aRoom(), ledger.parked.getLast());
        opening.follow(update("Slow", null, null, "second", LI));
        ledger.standing = new Ledger.Standing.Open(aRoom(), ledger.parked.getLast());
        opening.follow(new Resolution("acme", "INC-1", "a bad disk", now));
        ledger.standing = new Ledger.Standing.Open(aRoom(), ledger.parked.getLast());
        platform.calls.clear();
        platform.notices.clear();

        opening.resume(ledger.parked.getLast());

        assertThat(platform.calls).containsExactly("resolve", "admit", "rename", "tell", "rename", "tell");
        assertThat(platform.names).containsExactly("INC-1 Slow", "[Resolved] INC-1 Slow");
        assertThat(platform.notices).extracting(Notice::text).containsExactly("first\nsecond", "a bad disk");
        assertThat(closings).containsExactly(false);
    }

    @Test
    void whatCouldNotBeToldUntilItsDeadlineNamesWhoIsMissingAndClosesTheRoom() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.rosters.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        var opening = opening(ClosingPolicy.RENAME);
        opening.follow(update(null, null, null, "join us", LI));
        ledger.standing = new Ledger.Standing.Open(aRoom(), ledger.parked.getLast());
        opening.follow(new Resolution("acme", "INC-1", null, now));
        ledger.standing = new Ledger.Standing.Open(aRoom(), ledger.parked.getLast());
        now = ledger.parked.getLast().deadline();
        platform.calls.clear();
        platform.rosters.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));

        opening.resume(ledger.parked.getLast());

        assertThat(platform.calls).containsExactly("resolve");
        assertThat(changes)
                .singleElement()
                .satisfies(room -> assertThat(room.missing()).singleElement().satisfies(missing -> {
                    assertThat(missing.person().personId()).isEqualTo("p-2");
                    assertThat(missing.detail()).isEqualTo("no answer came");
                }));
        assertThat(changes.getFirst().messages()).singleElement().satisfies(message -> {
            assertThat(message.kind()).isEqualTo(Message.Kind.UPDATE);
            assertThat(message.state()).isEqualTo(Message.State.GIVEN_UP);
            assertThat(message.text()).isEqualTo("message: INC-1 updated");
            assertThat(message.detail()).isEqualTo("no answer came");
        });
        assertThat(closings).containsExactly(false);
        assertThat(lastWords)
                .singleElement()
                .satisfies(message -> assertThat(message.orElseThrow().state()).isEqualTo(Message.State.GIVEN_UP));
        assertThat(ledger.released).containsExactly("INC-1");
    }

    @ParameterizedTest
    @EnumSource(ClosingPolicy.class)
    void aResolvedIncidentsRoomIsClosedAsThePolicyHasIt(ClosingPolicy policy) throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);

        opening(policy).follow(new Resolution("acme", "INC-1", "a bad disk", now));

        assertThat(platform.calls)
                .containsExactlyElementsOf(
                        switch (policy) {
                            case KEEP -> List.of("tell");
                            case RENAME -> List.of("rename", "tell");
                            case DISSOLVE -> List.of("dissolve");
                        });
        assertThat(closings).containsExactly(policy == ClosingPolicy.DISSOLVE);
        var sent = new Message(
                Message.Kind.RESOLUTION, Message.State.SENT, "message: INC-1 resolved", now, "m-2", null, null, null);
        assertThat(lastWords).containsExactly(policy == ClosingPolicy.DISSOLVE ? Optional.empty() : Optional.of(sent));
    }

    @Test
    void aRoomThatCannotBeDissolvedIsRenamedAndItsPeopleAreTold() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.dissolutions.add(new Outcome.Refused<>(FORBIDDEN));

        opening(ClosingPolicy.DISSOLVE).follow(new Resolution("acme", "INC-1", null, now));

        assertThat(platform.calls).containsExactly("dissolve", "rename", "tell");
        assertThat(closings).containsExactly(false);
    }

    @Test
    void aRefusedStepTakesNothingElseAwayAndPeopleWhoWereRefusedAreNamed() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.admissions.add(new Outcome.Refused<>(FORBIDDEN));
        platform.renames.add(new Outcome.Refused<>(FORBIDDEN));
        platform.told.add(new Outcome.Unknown<>(LOST));

        opening(ClosingPolicy.RENAME).follow(update("Slow", null, null, null, LI));

        assertThat(platform.calls).containsExactly("resolve", "admit", "rename", "tell", "tell");
        assertThat(changes).singleElement().satisfies(room -> {
            assertThat(room.roomName()).isEqualTo("INC-1 checkout down");
            assertThat(room.missing()).singleElement().satisfies(missing -> {
                assertThat(missing.person()).isEqualTo(LI);
                assertThat(missing.detail()).isEqualTo("a right is lacking");
            });
            assertThat(room.messages())
                    .extracting(Message::kind, Message::state)
                    .containsExactly(tuple(Message.Kind.UPDATE, Message.State.SENT));
        });
    }

    @Test
    void aMessageThatIsRefusedIsKnownWithThePlatformsWordsCodeAndRequest() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        platform.told.add(new Outcome.Refused<>(FORBIDDEN));

        opening(ClosingPolicy.RENAME).follow(update(null, null, null, "still looking"));

        assertThat(changes.getFirst().messages())
                .containsExactly(new Message(
                        Message.Kind.UPDATE,
                        Message.State.REFUSED,
                        "message: INC-1 updated",
                        now,
                        null,
                        FORBIDDEN.words(),
                        FORBIDDEN.code(),
                        FORBIDDEN.requestId()));
    }

    @Test
    void aRoomsRecordHoldsItsNewestMessagesAndStaysARecord() {
        var room = aRoom();
        for (int i = 0; i < 25; i++) {
            room = room.with(message("message " + i));
        }
        assertThat(room.messages()).hasSize(20).first().isEqualTo(message("message 5"));

        for (int i = 0; i < 25; i++) {
            room = room.with(message("x".repeat(14_000)));
        }
        assertThat(room.messages()).hasSize(7);
    }

    private Message message(String text) {
        return new Message(Message.Kind.UPDATE, Message.State.SENT, text, now, null, null, null, null);
    }

    @Test
    void whatIsSaidOfAnIncidentThatWaitsForItsAppIsToldWhenItsRoomOpens() throws Exception {
        var opening = opening(ClosingPolicy.RENAME);
        var app = directory.choice;
        directory.choice = new Directory.Choice.None();
        opening.open(anIncident());
        ledger.standing = new Ledger.Standing.Waits(ledger.parked.getLast());
        opening.follow(update(null, "P1", null, "worse", LI));
        assertThat(platform.calls).isEmpty();

        // When somebody enables the app
        directory.choice = app;
        opensAs = new Ledger.Standing.Open(aRoom(), null);
        ledger.standing = null;
        opening.resume(ledger.parked.getLast());

        assertThat(platform.calls).containsExactly("resolve", "create", "admit", "post", "resolve", "admit", "tell");
        assertThat(results).singleElement().isInstanceOf(Result.Opened.class);
        assertThat(changes).hasSize(1);
    }

    @Test
    void anIncidentThatIsResolvedBeforeItsRoomCouldBeOpenedNeedsNone() throws Exception {
        var opening = opening(ClosingPolicy.RENAME);
        directory.choice = new Directory.Choice.None();
        opening.open(anIncident());
        ledger.standing = new Ledger.Standing.Waits(ledger.parked.getLast());

        opening.follow(new Resolution("acme", "INC-1", null, now));

        assertThat(results)
                .singleElement()
                .isInstanceOfSatisfying(
                        Result.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Result.Reason.RESOLVED));
        assertThat(ledger.released).containsExactly("INC-1");
        assertThat(platform.calls).isEmpty();
    }

    @Test
    void aRoomThatMayExistIsFoundAndClosedWhenItsIncidentIsResolvedMeanwhile() throws Exception {
        var opening = opening(ClosingPolicy.RENAME);
        platform.creates.add(new Outcome.Unknown<>(LOST));
        platform.sightings.add(new Outcome.NotYet<>(LOST, Duration.ofHours(1)));
        opening.open(anIncident());
        ledger.standing = new Ledger.Standing.Waits(ledger.parked.getLast());

        opening.follow(new Resolution("acme", "INC-1", null, now));

        assertThat(results).isEmpty();
        assertThat(ledger.parked.getLast().pending()).isNotNull();
        platform.calls.clear();
        opensAs = new Ledger.Standing.Open(aRoom(), null);
        ledger.standing = null;
        opening.resume(ledger.parked.getLast());
        assertThat(platform.calls).containsExactly("resolve", "lookUp", "create", "admit", "post", "rename", "tell");
        assertThat(closings).containsExactly(false);
    }

    @Test
    void anIncidentThatNobodyKnowsIsUnknownAndOneThatIsOverIsLeftAlone() throws Exception {
        var opening = opening(ClosingPolicy.RENAME);
        var update = update(null, null, null, "hello");

        assertThat(opening.follow(update)).isFalse();
        ledger.standing = new Ledger.Standing.Closed(1, now);
        assertThat(opening.follow(update)).isTrue();

        assertThat(platform.calls).isEmpty();
        assertThat(ledger.parked).isEmpty();
    }

    @Test
    void anAppThatCannotBeReadEndsItAndNamesWhoIsMissing() throws Exception {
        ledger.standing = new Ledger.Standing.Open(aRoom(), null);
        directory.choice = new Directory.Choice.Unreadable(PlatformKind.LARK, 9, "sealed with another key");

        opening(ClosingPolicy.RENAME).follow(update(null, null, null, "join", LI));

        assertThat(changes)
                .singleElement()
                .satisfies(room -> assertThat(room.missing())
                        .extracting(Missing::detail)
                        .containsExactly("sealed with another key"));
    }

    @Test
    void mergedUpdatesKeepTheContractsLimitsAndTheNewestWord() {
        var first = update("one", "P1", "few", "a".repeat(3_000), people(0, 700));
        var second = update(null, "P2", null, "b".repeat(3_000), people(400, 1_200));

        var both = first.then(second);

        assertThat(both.title()).isEqualTo("one");
        assertThat(both.severity()).isEqualTo("P2");
        assertThat(both.impact()).isEqualTo("few");
        assertThat(both.note()).hasSize(4_000).endsWith("\n" + "b".repeat(3_000));
        assertThat(both.added()).hasSize(1_000);
        assertThat(both.digests()).hasSize(2);
    }

    @Test
    void equalUpdatesHaveEqualDigestsAndOthersHaveOthers() {
        assertThat(update("a", null, null, "b", LI).digests())
                .isEqualTo(update("a", null, null, "b", LI).digests())
                .isNotEqualTo(update("a", null, "b", null, LI).digests())
                .isNotEqualTo(update("a", null, null, "b", CHEN).digests());
    }

    @Test
    void aRoomRemembersTheNewestThousandUpdates() {
        var room = aRoom();
        for (int i = 0; i < 1_100; i++) {
            room = room.told(update(null, null, null, "note " + i), room.roomName(), List.of(), List.of());
        }

        assertThat(room.updateDigests()).hasSize(1_000);
        assertThat(room.wasTold(update(null, null, null, "note 1099"))).isTrue();
    }

    @Test
    void aRoomNamesTheNewestThousandWhoAreMissing() {
        var room = aRoom();
        for (int i = 0; i < 3; i++) {
            var strangers = List.of(people(i * 600, (i + 1) * 600));
            room = room.told(
                    update(null, null, null, "note " + i),
                    room.roomName(),
                    List.of(),
                    strangers.stream()
                            .map(person -> new Missing(person, Missing.Reason.NOT_FOUND, "unknown"))
                            .toList());
        }

        assertThat(room.missing()).hasSize(1_000);
        assertThat(room.missing().getLast().person().personId()).isEqualTo("p-1799");
    }

    private static Person[] people(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Person("p-" + i, "n", Person.Role.RESPONDER, null, null, null))
                .toArray(Person[]::new);
    }

    private static Update update(
            @Nullable String title,
            @Nullable String severity,
            @Nullable String impact,
            @Nullable String note,
            Person... added) {
        return Update.of("acme", "INC-1", title, severity, impact, note, List.of(added), START);
    }

    private static OpenRoom aRoom() {
        return new OpenRoom(
                "acme",
                "INC-1",
                PlatformKind.LARK,
                7,
                "room-1",
                "INC-1 checkout down",
                List.of(new RoomUser(CHEN, "u-p-1")),
                List.of(),
                START,
                START,
                List.of(),
                List.of(),
                true);
    }

    private static Incident anIncident() {
        return new Incident(
                "acme",
                "INC-1",
                "checkout down",
                "P1",
                null,
                null,
                null,
                null,
                START,
                new Incident.Chat.TenantsChoice(),
                List.of(),
                List.of(CHEN));
    }

    private IncidentOpening opening(ClosingPolicy closing) {
        return new IncidentOpening(
                directory,
                Map.of(PlatformKind.LARK, platform),
                ledger,
                new Results() {
                    @Override
                    public void publish(Result result) {
                        results.add(result);
                        if (opensAs != null) {
                            ledger.standing = opensAs;
                        }
                    }

                    @Override
                    public void briefed(OpenRoom room) {
                        briefings.add(room);
                    }

                    @Override
                    public void changed(OpenRoom room) {
                        if (brokerIsAway-- > 0) {
                            throw new IllegalStateException("the broker is away");
                        }
                        changes.add(room);
                    }

                    @Override
                    public void closed(
                            OpenRoom room,
                            Resolution resolution,
                            boolean dissolved,
                            @Nullable Message message,
                            Instant at) {
                        closings.add(dissolved);
                        lastWords.add(Optional.ofNullable(message));
                    }
                },
                (app, revision, state, detail, code, at) -> {},
                new Clock() {
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
                },
                () -> now,
                pause -> now = now.plus(pause),
                new OpeningTimes(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofHours(24)),
                100,
                closing);
    }
}
