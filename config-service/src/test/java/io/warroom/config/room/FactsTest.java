package io.warroom.config.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.openapi.Contract;
import io.warroom.config.room.Saying.Closing;
import io.warroom.config.room.Saying.Declaration;
import io.warroom.config.room.Saying.Failing;
import io.warroom.config.room.Saying.Opening;
import io.warroom.config.room.Saying.Parking;
import io.warroom.config.room.Saying.Resolution;
import io.warroom.config.room.Saying.TakenBack;
import io.warroom.config.room.Saying.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class FactsTest {

    private static final Saying.Member SOMEBODY = new Saying.Member("p-1", "Wei Chen", null, "COMMANDER");
    private static final Saying.Absentee NOBODY = new Saying.Absentee("p-2", "Li Na", "NOT_FOUND", "no such number");
    private static final Saying.WebLink STATUS = new Saying.WebLink("status", "https://status.example.com/");
    private static final Pattern SPACES = Pattern.compile(" ");
    private static final Instant NOON = Instant.parse("2026-10-01T12:00:00Z");

    @Test
    void inWhateverOrderAndHoweverOftenRecordsAreHeardTheFactsAreTheSame() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int history = 0; history < 200; history++) {
            var records = someHistory(random);
            var expected = heard(records);
            for (int order = 0; order < 20; order++) {
                var repeated = new ArrayList<>(records);
                for (int repeats = random.nextInt(10); repeats > 0; repeats--) {
                    repeated.add(records.get(random.nextInt(records.size())));
                }
                Collections.shuffle(repeated, random);

                assertThat(heard(repeated)).as("seed " + seed).isEqualTo(expected);
            }
        }
    }

    @Test
    void aRoomThatWasKeptBeforeMessagesWereToldHasNone() {
        var kept = RoomStore.JSON.readValue("""
                {"opened": {"partition": 0, "offset": 7, "value": {"platform": "LARK", "roomId": "oc_1", "roomName": "name",
                "appRevision": 1, "members": [], "missing": [], "declaredAt": "2026-10-01T12:00:00Z", "openedAt": "2026-10-01T12:00:02Z"}},
                "closed": {"partition": 0, "offset": 8, "value": {"platform": "LARK", "roomId": "oc_1", "dissolved": false,
                "closedAt": "2026-10-01T13:00:00Z"}}, "updates": []}""", Facts.class);

        assertThat(new Room("acme", "INC-1", kept).detail().get("messages")).isEqualTo(List.of());
    }

    @Test
    void factsAreTheSameAfterTheyWereKeptAsJson() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int history = 0; history < 200; history++) {
            var facts = heard(someHistory(random));
            var json = JsonMapper.shared().writeValueAsString(facts);

            assertThat(RoomStore.JSON.readValue(json, Facts.class))
                    .as("seed " + seed)
                    .isEqualTo(facts);
        }
    }

    @Test
    void whatWasKeptBeforeErasWereCountedIsOfTheFirst() {
        var facts = heard(List.of(record('D', 0, 7), record('U', 1, 4)));
        var json = JsonMapper.shared().writeValueAsString(facts);
        assertThat(json).contains("\"era\":0,");

        assertThat(RoomStore.JSON.readValue(json.replace("\"era\":0,", ""), Facts.class))
                .isEqualTo(facts);
    }

    @Test
    void whatATopicThatWasMadeAnewSaysCountsMoreWhereverItSaysIt() {
        var facts = heard(List.of(
                at(1, 1, 0, declaration("anew", NOON)),
                at(0, 2, 700, declaration("before", NOON)),
                record('U', 0, 0, 900)));

        assertThat(Said.valueIn(facts.declared()))
                .isInstanceOfSatisfying(
                        Declaration.class, it -> assertThat(it.title()).isEqualTo("anew"));
    }

    @Test
    void anUpdateThatATopicMadeAnewRepeatsIsOneStep() {
        var note = new Update(null, null, null, "on it", List.of(), 0, NOON);
        var facts = heard(List.of(record('D', 0, 0), at(0, 0, 1, note), at(1, 0, 0, note)));

        assertThat(new Room("acme", "INC-1", facts).detail().toString()).containsOnlyOnce("on it");
    }

    @Test
    void whateverWasHeardOfARoomIsShownAsTheApisDocumentSays() throws Exception {
        var contract = Contract.committed();
        long seed = System.nanoTime();
        var random = new Random(seed);
        var states = EnumSet.noneOf(State.class);
        for (int history = 0; history < 300; history++) {
            var room = new Room("acme", "INC-1", heard(someHistory(random)));
            if (room.state() != null) {
                states.add(room.state());
                assertThat(contract.faults("WarRoom", room.item()))
                        .as("seed " + seed)
                        .isEmpty();
                assertThat(contract.faults("WarRoomDetail", room.detail()))
                        .as("seed " + seed)
                        .isEmpty();
            }
        }
        assertThat(states).containsExactly(State.values());
    }

    @ParameterizedTest
    @CsvSource({
        "DECLARED, D",
        "WAITING, P",
        "WAITING, DP",
        "DECLARED, DPp",
        "DECLARED, Dp",
        "OPENED, O",
        "OPENED, DPO",
        "OPENED, OF",
        "OPENED, FO",
        "OPENED, OP",
        "FAILED, DPF",
        "FAILED, FDPp",
        "CLOSED, OC",
        "CLOSED, CDOF",
        "CLOSED, C",
        "DECLARED, DOo",
        ", p",
        ", U",
        ", R"
    })
    void theStateIsTheFurthestStepThatWasHeard(@Nullable State state, String history) {
        var records = new ArrayList<Heard>();
        for (int i = 0; i < history.length(); i++) {
            records.add(record(history.charAt(i), 0, i));
        }

        assertThat(new Room("acme", "INC-1", heard(records)).state()).isEqualTo(state);
    }

    @Test
    void theLastUpdateOfEachFieldCountsAndTheOthersStay() {
        var facts = heard(List.of(
                record('D', 0, 0),
                at(0, 0, 5, new Update("newer", null, null, null, List.of(), 0, NOON)),
                at(0, 0, 3, new Update("older", "P3", null, "a note", List.of(), 0, NOON))));
        var item = new Room("acme", "INC-1", facts).item();

        assertThat(item).containsEntry("title", "newer").containsEntry("severity", "P3");
    }

    @Test
    void onlyTheNewestUpdatesAreKept() {
        var records = new ArrayList<Heard>();
        for (int i = 0; i < Facts.UPDATES + 10; i++) {
            records.add(at(0, 0, i, new Update(null, null, null, "note " + i, List.of(), 0, NOON.plusSeconds(i))));
        }
        Collections.shuffle(records, new Random(7));

        assertThat(heard(records).updates())
                .hasSize(Facts.UPDATES)
                .allSatisfy(said -> assertThat(said.offset()).isGreaterThanOrEqualTo(10));
    }

    @Test
    void updatesThatFillTheBoundAreTheSameInAnyOrder() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var records = new ArrayList<Heard>();
        for (int i = 0; i < 60; i++) {
            var note = "\u652f".repeat(random.nextInt(1000));
            records.add(at(0, random.nextInt(2), i, new Update(null, null, null, note, List.of(), 0, NOON)));
        }
        var expected = heard(records);
        assertThat(expected.updates()).hasSizeLessThan(Facts.UPDATES);
        for (int order = 0; order < 50; order++) {
            Collections.shuffle(records, random);

            assertThat(heard(records)).as("seed " + seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "\"", "\u652f", "\ud83d\ude00"})
    void factsStayBelowTheirBoundWhateverIsSaid(String character) {
        var line = character.repeat(255);
        var text = character.repeat(4000);
        var id = character.repeat(128);
        var members = new ArrayList<Saying.Member>();
        var missing = new ArrayList<Saying.Absentee>();
        for (int i = 0; i < 1000; i++) {
            members.add(new Saying.Member(id, line, id, "COMMANDER"));
            missing.add(new Saying.Absentee(id, line, "NOT_FOUND", text));
        }
        var links = Collections.nCopies(20, new Saying.WebLink(line, "https://" + "a".repeat(2040)));
        var messages =
                Collections.nCopies(20, new Saying.Message("FIRST", "REFUSED", text, NOON, id, text, line, line));
        var records = new ArrayList<Heard>();
        for (int i = 0; i < 10; i++) {
            var declaration = new Declaration(
                    line, "P1", text, text, line, line, NOON.plusSeconds(i), "LARK", links, members, 1000);
            records.add(at(0, 0, i, declaration));
            records.add(at(0, 0, i, new Parking(declaration, "NO_APP", text, 1, NOON, NOON, "LARK", 1L, 1, NOON)));
        }
        records.add(
                at(0, 0, 0, new Opening("LARK", id, line, 1L, members, 1000, missing, 1000, NOON, NOON, messages, 1)));
        records.add(
                at(0, 0, 0, new Failing("LARK", "NO_APP", text, line, line, 1L, missing, 1000, NOON, NOON, 1, NOON)));
        records.add(at(0, 0, 0, new Closing("LARK", id, true, NOON, messages.getFirst(), 1)));
        records.add(at(0, 0, 0, new Resolution(text, NOON)));
        for (int i = 0; i < 1000; i++) {
            records.add(at(0, 0, i, new Update(line, "P1", text, text, members, 1000, NOON)));
        }

        var facts = heard(records);

        assertThat(JsonMapper.shared().writeValueAsBytes(facts)).hasSizeBetween(150_000, Facts.MAX_BYTES);
        var room = new Room("acme", "INC-1", facts);
        assertThat(room.item()).containsEntry("peopleIn", 1000).containsEntry("peopleMissing", 1000);
        assertThat(RoomStore.JSON.readValue(JsonMapper.shared().writeValueAsString(facts), Facts.class))
                .as("what was cut once stays as it is")
                .isEqualTo(facts);
    }

    @Test
    void usualRoomsAreKeptWhole() {
        var members = new ArrayList<Saying.Member>();
        for (int i = 0; i < 300; i++) {
            members.add(
                    new Saying.Member("p-" + i, "Wei Chen " + i, "ou_7d8a6e6df7621556ce0d21922b676706cc", "RESPONDER"));
        }
        var opening = new Opening("LARK", "oc_1", "name", 1L, members, 300, List.of(), 0, NOON, NOON, List.of(), 1);

        assertThat(new Room("acme", "INC-1", heard(List.of(at(0, 0, 0, opening)))).detail())
                .containsEntry("members", members);
    }

    @Test
    void u6DeclaringAnOpenIncidentAgainChangesNothing() {
        var facts = heard(List.of(
                at(0, 0, 0, declaration("first", NOON)),
                at(0, 0, 0, opened(1, NOON)),
                at(0, 0, 1, declaration("second", NOON.plusSeconds(600)))));
        var detail = new Room("acme", "INC-1", facts).detail();

        assertThat(detail).containsEntry("title", "first").containsEntry("declaredAt", NOON.toString());
        assertThat(events(detail)).containsExactly("DECLARED", "OPENED");
    }

    @Test
    void u6ARoomOfALaterGenerationHasItsOwnDeclaration() {
        var again = NOON.plusSeconds(3600);
        var facts = heard(List.of(
                at(0, 0, 0, declaration("first", NOON)),
                at(0, 0, 0, opened(1, NOON)),
                at(0, 0, 0, new Update("renamed", null, null, null, List.of(), 0, NOON.plusSeconds(60))),
                at(0, 0, 0, new Resolution("over", NOON.plusSeconds(70))),
                at(0, 0, 0, new Closing("LARK", "oc_1", true, NOON.plusSeconds(80), null, 1)),
                at(0, 0, 1, declaration("ignored", NOON.plusSeconds(30))),
                at(0, 0, 2, declaration("again", again)),
                at(0, 0, 3, declaration("ignored too", again.plusSeconds(5))),
                at(0, 0, 1, opened(2, again))));
        var room = new Room("acme", "INC-1", facts);

        assertThat(room.state()).isEqualTo(State.OPENED);
        assertThat(room.item())
                .containsEntry("title", "again")
                .containsEntry("generation", 2)
                .containsEntry("declaredAt", again.toString())
                .containsEntry("resolvedAt", null)
                .containsEntry("closedAt", null);
        assertThat(events(room.detail())).containsExactly("DECLARED", "OPENED");
        assertThat(room.declared()).satisfies(said -> assertThat(said.offset()).isEqualTo(2));
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSED, 1, 1, 0, 0",
        "OPENED, 1, 2, 0, 0",
        "FAILED, 1, 1, 2, 0",
        "WAITING, 1, 1, 0, 2",
        "CLOSED, 2, 2, 1, 1",
        "CLOSED, 2, 1, 2, 2",
        "OPENED, 0, 2, 2, 1",
    })
    void theStateIsThatOfTheLatestGeneration(State state, int closed, int opened, int failed, int parked) {
        var facts = Facts.NONE;
        if (closed > 0) {
            facts = facts.and(at(0, 0, 0, new Closing("LARK", "oc_1", true, NOON, null, closed)));
        }
        if (opened > 0) {
            facts = facts.and(at(0, 0, 0, opened(opened, NOON)));
        }
        if (failed > 0) {
            facts = facts.and(at(0, 0, 0, failed(failed, NOON)));
        }
        if (parked > 0) {
            facts = facts.and(at(0, 0, 0, parked(parked, NOON, NOON)));
        }

        assertThat(new Room("acme", "INC-1", facts).state()).isEqualTo(state);
    }

    @Test
    void whatIsTriedAgainAfterAFailureWaits() {
        var failed = heard(List.of(at(0, 0, 0, declaration("title", NOON)), at(0, 0, 0, failed(1, NOON))));
        var before = failed.and(at(0, 0, 0, parked(1, NOON, NOON.minusSeconds(1))));
        var retried = failed.and(at(0, 0, 0, parked(1, NOON, NOON.plusSeconds(1))));
        var declaredAgain = failed.and(at(0, 0, 0, parked(1, NOON.plusSeconds(1), NOON.minusSeconds(1))));

        assertThat(new Room("acme", "INC-1", before).state()).isEqualTo(State.FAILED);
        assertThat(new Room("acme", "INC-1", retried).state()).isEqualTo(State.WAITING);
        assertThat(new Room("acme", "INC-1", declaredAgain).state()).isEqualTo(State.WAITING);
    }

    @Test
    void t6AnOlderUpdateThatComesLaterChangesNothing() {
        var facts = heard(List.of(
                record('D', 0, 0),
                at(0, 0, 1, new Update("of ten", "P2", "x", null, List.of(), 0, NOON.plusSeconds(3600))),
                at(0, 0, 2, new Update("of nine", "P3", "y", null, List.of(), 0, NOON.plusSeconds(60)))));
        var detail = new Room("acme", "INC-1", facts).detail();

        assertThat(detail)
                .containsEntry("title", "of ten")
                .containsEntry("severity", "P2")
                .containsEntry("impact", "x");
    }

    @ParameterizedTest
    @CsvSource({
        "SENT, SENT",
        "PENDING, UNANSWERED",
        "PENDING, UNKNOWN",
        "REFUSED, REFUSED",
        "GIVEN_UP, GIVEN_UP",
        "SENT, UNANSWERED SENT",
        "PENDING, ''"
    })
    void u1ARoomTellsWhatCameOfItsFirstMessage(String expected, String states) {
        var messages = new ArrayList<Saying.Message>();
        for (var state : SPACES.splitAsStream(states).toList()) {
            if (!state.isEmpty()) {
                messages.add(new Saying.Message("FIRST", state, "text", NOON, null, null, null, null));
            }
        }
        var facts = heard(List.of(at(0, 0, 0, opened(1, NOON, messages))));

        assertThat(new Room("acme", "INC-1", facts).item()).containsEntry("firstMessage", expected);
    }

    @Test
    void u2AFailureWithoutADeclarationIsListed() {
        var failing = new Failing(
                null, "INVALID_DECLARATION", "links: too many", null, null, null, List.of(), 0, NOON, NOON, 1, NOON);
        var room = new Room("acme", "INC-1", heard(List.of(at(0, 0, 0, failing))));

        assertThat(room.state()).isEqualTo(State.FAILED);
        assertThat(room.item()).containsEntry("title", null).containsEntry("declaredAt", NOON.toString());
        assertThat(room.searchText()).contains("inc-1");
    }

    private static List<Object> events(Map<String, ?> detail) {
        var events = new ArrayList<Object>();
        if (detail.get("timeline") instanceof List<?> steps) {
            steps.forEach(step -> events.add(((Map<?, ?>) step).get("event")));
        }
        return events;
    }

    private static Declaration declaration(String title, Instant declaredAt) {
        return new Declaration(
                title, "P1", null, null, null, "eu", declaredAt, "LARK", List.of(STATUS), List.of(SOMEBODY), 1);
    }

    private static Opening opened(int generation, Instant declaredAt) {
        return opened(generation, declaredAt, List.of());
    }

    private static Opening opened(int generation, Instant declaredAt, List<Saying.Message> messages) {
        return new Opening(
                "LARK",
                "oc_" + generation,
                "name",
                1L,
                List.of(SOMEBODY),
                1,
                List.of(),
                0,
                declaredAt,
                declaredAt.plusSeconds(2),
                messages,
                generation);
    }

    private static Failing failed(int generation, Instant declaredAt) {
        return new Failing(
                "LARK",
                "NO_APP",
                "detail",
                null,
                null,
                1L,
                List.of(),
                0,
                declaredAt,
                declaredAt,
                generation,
                declaredAt);
    }

    private static Parking parked(int generation, Instant declaredAt, Instant parkedAt) {
        return new Parking(
                declaration("title", declaredAt), "NO_APP", "detail", 1, NOON, NOON, null, null, generation, parkedAt);
    }

    private static Facts heard(List<Heard> records) {
        var facts = Facts.NONE;
        for (var record : records) {
            facts = facts.and(record);
        }
        return facts;
    }

    private static List<Heard> someHistory(Random random) {
        var records = new ArrayList<Heard>();
        int size = 1 + random.nextInt(14);
        for (int i = 0; i < size; i++) {
            int era = i * 2 / size;
            records.add(record("DPpOoFfCcRU".charAt(random.nextInt(11)), era, random.nextInt(2), i));
        }
        return records;
    }

    private static Saying.Message message(long offset) {
        return new Saying.Message(
                "UPDATE", "REFUSED", "text " + offset, NOON, null, "not allowed", "230028", "req-" + offset);
    }

    private static Heard record(char kind, int partition, long offset) {
        return record(kind, 0, partition, offset);
    }

    private static Heard record(char kind, int era, int partition, long offset) {
        var time = NOON.plusSeconds(offset);
        int generation = offset / 5 % 2 == 0 ? 1 : 2;
        var declaration = declaration("title " + offset, time);
        return at(
                era,
                partition,
                offset,
                switch (kind) {
                    case 'D' -> declaration;
                    case 'P' ->
                        new Parking(
                                declaration, "NO_APP", "detail " + offset, 1, time, time, null, null, generation, time);
                    case 'p' -> TakenBack.PARKED;
                    case 'O' ->
                        new Opening(
                                "LARK",
                                "oc_" + offset,
                                "name",
                                1L,
                                List.of(SOMEBODY),
                                1,
                                List.of(NOBODY),
                                1,
                                time,
                                time,
                                List.of(message(offset)),
                                generation);
                    case 'o' -> TakenBack.OPENED;
                    case 'F' ->
                        new Failing(
                                "LARK",
                                "NO_APP",
                                "detail",
                                null,
                                null,
                                offset,
                                List.of(),
                                0,
                                time,
                                time,
                                generation,
                                time);
                    case 'f' -> TakenBack.FAILED;
                    case 'C' ->
                        new Closing(
                                "LARK",
                                "oc_" + offset,
                                true,
                                time,
                                offset % 2 == 0 ? message(offset) : null,
                                generation);
                    case 'c' -> TakenBack.CLOSED;
                    case 'R' -> new Resolution("over " + offset, time);
                    case 'U' ->
                        new Update(
                                offset % 2 == 0 ? "updated " + offset : null,
                                offset % 3 == 0 ? "P2" : null,
                                null,
                                "note " + offset,
                                List.of(SOMEBODY),
                                1,
                                NOON.plusSeconds(offset * 7 % 5));
                    default -> throw new IllegalArgumentException("kind " + kind);
                });
    }

    private static Heard at(int era, int partition, long offset, Saying saying) {
        return new Heard("acme", "INC-1", era, partition, offset, NOON, saying);
    }
}
