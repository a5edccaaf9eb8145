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
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class FactsTest {

    private static final Saying.Member SOMEBODY = new Saying.Member("p-1", "Wei Chen", null, "COMMANDER");
    private static final Saying.Absentee NOBODY = new Saying.Absentee("p-2", "Li Na", "NOT_FOUND", "no such number");
    private static final Saying.WebLink STATUS = new Saying.WebLink("status", "https://status.example.com/");
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
        var facts = heard(List.of(record('D', 1, 1, 0), record('D', 0, 2, 700), record('U', 0, 0, 900)));

        assertThat(Said.valueIn(facts.declared()))
                .isInstanceOfSatisfying(
                        Declaration.class, it -> assertThat(it.title()).isEqualTo("title 0"));
    }

    @Test
    void anUpdateThatATopicMadeAnewRepeatsIsOneStep() {
        var note = new Update(null, null, null, "on it", List.of(), NOON);
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
                at(0, 0, 5, new Update("newer", null, null, null, List.of(), NOON)),
                at(0, 0, 3, new Update("older", "P3", null, "a note", List.of(), NOON))));
        var item = new Room("acme", "INC-1", facts).item();

        assertThat(item).containsEntry("title", "newer").containsEntry("severity", "P3");
    }

    @Test
    void onlyTheNewestUpdatesAreKept() {
        var records = new ArrayList<Heard>();
        for (int i = 0; i < Facts.UPDATES + 10; i++) {
            records.add(at(0, 0, i, new Update(null, null, null, "note " + i, List.of(), NOON.plusSeconds(i))));
        }
        Collections.shuffle(records, new Random(7));

        assertThat(heard(records).updates())
                .hasSize(Facts.UPDATES)
                .allSatisfy(said -> assertThat(said.offset()).isGreaterThanOrEqualTo(10));
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
        var declaration = new Declaration(
                "title " + offset, "P1", null, null, null, "eu", time, "LARK", List.of(STATUS), List.of(SOMEBODY));
        return at(
                era,
                partition,
                offset,
                switch (kind) {
                    case 'D' -> declaration;
                    case 'P' -> new Parking(declaration, "NO_APP", "detail " + offset, 1, time, time, null, null);
                    case 'p' -> TakenBack.PARKED;
                    case 'O' ->
                        new Opening(
                                "LARK",
                                "oc_" + offset,
                                "name",
                                1L,
                                List.of(SOMEBODY),
                                List.of(NOBODY),
                                time,
                                time,
                                List.of(message(offset)));
                    case 'o' -> TakenBack.OPENED;
                    case 'F' -> new Failing("LARK", "NO_APP", "detail", null, null, offset, List.of(), time, time);
                    case 'f' -> TakenBack.FAILED;
                    case 'C' ->
                        new Closing("LARK", "oc_" + offset, true, time, offset % 2 == 0 ? message(offset) : null);
                    case 'c' -> TakenBack.CLOSED;
                    case 'R' -> new Resolution("over " + offset, time);
                    case 'U' ->
                        new Update(
                                offset % 2 == 0 ? "updated " + offset : null,
                                offset % 3 == 0 ? "P2" : null,
                                null,
                                "note " + offset,
                                List.of(SOMEBODY),
                                time);
                    default -> throw new IllegalArgumentException("kind " + kind);
                });
    }

    private static Heard at(int era, int partition, long offset, Saying saying) {
        return new Heard("acme", "INC-1", era, partition, offset, NOON, saying);
    }
}
