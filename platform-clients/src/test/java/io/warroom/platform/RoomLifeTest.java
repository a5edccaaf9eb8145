package io.warroom.platform;

import static io.warroom.platform.Fixture.done;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What becomes of a room after it was opened, with the simulator as witness. */
class RoomLifeTest {

    private static final RoomUser LI = user("u1");
    private static final RoomUser HAN = user("u2");

    private final Simulated simulated = new Simulated();

    @AfterEach
    void close() {
        simulated.close();
    }

    @ParameterizedTest
    @EnumSource
    void aNoticeIsReadInTheRoomWithItsFactsAndItsText(PlatformKind kind) {
        var room = open(kind);

        done(client(kind)
                .tell(
                        simulated.app(kind),
                        room,
                        new Notice(
                                "notice1",
                                "INC-1 updated",
                                List.of(new Notice.Fact("Severity", "P2"), new Notice.Fact("Joined", "Han Mei")),
                                "A fix is rolling out.\nIt takes @all an hour.")));

        assertThat(witnessed(kind).path("messages").toString())
                .contains("INC-1 updated", "P2", "Han Mei", "A fix is rolling out.", "It takes \uff20all an hour.");
    }

    /** Line by line: a card has the title, without its stars, in its header. */
    @ParameterizedTest
    @EnumSource
    void theTextThatIsToldOfAMessageIsTheOneInTheRoom(PlatformKind kind) {
        var room = open(kind);
        var briefing = Fixture.briefing("Checkout [is] *down* @all", "Nobody can pay.");
        var notice =
                new Notice("notice1", "INC-1 updated", List.of(new Notice.Fact("Severity", "P2")), "A fix.\nSoon.");

        done(client(kind).post(simulated.app(kind), room, briefing));
        done(client(kind).tell(simulated.app(kind), room, notice));

        var messages = witnessed(kind).path("messages");
        for (int i = 0; i < 2; i++) {
            var text = i == 0 ? client(kind).textOf(briefing) : client(kind).textOf(notice);
            var lines = text.lines().map(String::strip).toList();
            assertThat(messages.get(i).toString())
                    .contains(lines.getFirst().replace("*", ""))
                    .contains(lines.subList(1, lines.size()));
        }
    }

    /** WeCom refuses a body with an escaped character in it, and half of a pair cannot be written at all. */
    @ParameterizedTest
    @EnumSource
    void charactersOfAnyKindAreTakenInNamesAndMessages(PlatformKind kind) {
        String odd = "\u652f\u4ed8 \ud83d\udd25\u0007\u0000\u001b[31m\ud83d!";
        Room room = done(client(kind)
                .create(simulated.app(kind), new RoomPlan("key1", "acme INC-1", odd, "u1", List.of(LI, HAN))));

        done(client(kind).post(simulated.app(kind), room, Fixture.briefing(odd, "all\u0001\n of it " + odd)));
        done(client(kind).tell(simulated.app(kind), room, new Notice("notice1", odd, List.of(), odd + "\n" + odd)));
        done(client(kind).rename(simulated.app(kind), room, odd + "2"));

        assertThat(witnessed(kind).path("name").asString()).isEqualTo("\u652f\u4ed8 \ud83d\udd25   [31m\ufffd!2");
        assertThat(witnessed(kind).path("messages")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void aRoomIsRenamedAndTheNameIsCutToThePlatformsLimit(PlatformKind kind) {
        var room = open(kind);

        String given = done(client(kind).rename(simulated.app(kind), room, "INC-1 " + "\ud83d\udd25".repeat(100)));

        assertThat(given)
                .startsWith("INC-1 \ud83d\udd25")
                .hasSizeLessThan(150)
                .satisfies(name -> assertThat(name.codePointCount(0, name.length()))
                        .isEqualTo(
                                switch (kind) {
                                    case WECOM -> 50;
                                    case DINGTALK -> 30;
                                    case LARK -> 60;
                                }));
        assertThat(witnessed(kind).path("name").asString()).isEqualTo(given);
        assertThat(done(client(kind).rename(simulated.app(kind), room, "INC-1")))
                .isEqualTo("INC-1");
    }

    @ParameterizedTest
    @EnumSource
    void aRoomIsDissolvedAndOnceMoreWhereThePlatformCan(PlatformKind kind) {
        var room = open(kind);
        boolean can = kind != PlatformKind.WECOM;

        assertThat(done(client(kind).dissolve(simulated.app(kind), room))).isEqualTo(can);
        assertThat(done(client(kind).dissolve(simulated.app(kind), room))).isEqualTo(can);

        assertThat(witnessed(kind).path("dissolved").asBoolean()).isEqualTo(can);
    }

    private Room open(PlatformKind kind) {
        return done(client(kind)
                .create(
                        simulated.app(kind),
                        new RoomPlan("key1", "acme INC-1", "INC-1 checkout down", "u1", List.of(LI, HAN))));
    }

    private ChatPlatform client(PlatformKind kind) {
        var client = simulated.platforms.byKind().get(kind);
        if (client == null) {
            throw new AssertionError(kind);
        }
        return client;
    }

    private JsonNode witnessed(PlatformKind kind) {
        return simulated.rooms(kind).getFirst();
    }

    private static RoomUser user(String id) {
        return new RoomUser(new Person(id, id, Person.Role.RESPONDER, id, null, null), id);
    }
}
