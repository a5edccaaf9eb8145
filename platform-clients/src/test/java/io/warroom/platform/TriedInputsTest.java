package io.warroom.platform;

import static io.warroom.platform.Fixture.done;
import static io.warroom.platform.Fixture.why;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Person.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Inputs from public reports that came out wrong once, each by its number, against the simulator. */
class TriedInputsTest {

    private final Simulated world = new Simulated();

    @AfterEach
    void close() {
        world.close();
    }

    private ChatPlatform client(PlatformKind kind) {
        return Fixture.client(world.platforms, kind);
    }

    private static Person person(String id, Role role, @Nullable String mobile) {
        return new Person(id, "Name of " + id, role, null, mobile, null);
    }

    private static RoomUser user(String id) {
        return new RoomUser(Fixture.person(id, id, null, null), id);
    }

    private static RoomPlan plan(List<RoomUser> users) {
        return plan("acme INC-1", users);
    }

    private static RoomPlan plan(String marker, List<RoomUser> users) {
        return new RoomPlan("key1", marker, "INC-1 down", users.getFirst().platformUserId(), users);
    }

    private Room open(PlatformKind kind, RoomPlan plan) {
        return done(client(kind).create(world.app(kind), plan));
    }

    private Admission admitTheRest(PlatformKind kind, Room room, List<RoomUser> users) {
        List<RoomUser> rest = users.stream()
                .filter(user -> !room.presentUserIds().contains(user.platformUserId()))
                .toList();
        return done(client(kind).admit(world.app(kind), room, rest));
    }

    private List<String> members(PlatformKind kind) {
        JsonNode room = world.rooms(kind).getFirst();
        return room.path("members")
                .valueStream()
                .map(member -> member.isObject() ? member.path("userId").asString() : member.asString())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void t8OnePlatformUserUnderTwoPersonIdsIsInOnce(PlatformKind kind) {
        Roster roster = done(client(kind)
                .resolve(
                        world.app(kind),
                        List.of(
                                person("bob", Role.RESPONDER, "+8613800000001"),
                                person("a1", Role.RESPONDER, "+8613800000002"),
                                person("a2", Role.COMMANDER, "+8613800000002"),
                                person("a3", Role.COMMUNICATIONS, "+8613800000002"))));
        assertThat(roster.missing()).isEmpty();
        assertThat(roster.found())
                .extracting(found -> found.person().personId())
                .containsExactly("bob", "a2");
    }

    @Test
    void t9DefaultOwnerIsTheSecondPersonThatWeComNeeds() {
        open(PlatformKind.WECOM, plan(List.of(user("u2"))));
        assertThat(members(PlatformKind.WECOM)).containsExactlyInAnyOrder("u1", "u2");
        assertThat(world.rooms(PlatformKind.WECOM).getFirst().path("ownerId").asString())
                .isEqualTo("u2");
    }

    @Test
    void t9DefaultOwnerStepsInForAPersonWhomWeComRefuses() {
        open(PlatformKind.WECOM, plan(List.of(user("u2"), user("nobody"))));
        assertThat(members(PlatformKind.WECOM)).containsExactlyInAnyOrder("u1", "u2");
    }

    @Test
    void t9DefaultOwnerWhoIsNobodyLeavesTooFewPeople() {
        App app = world.app(Simulated.credentials(PlatformKind.WECOM), "nobody");
        Outcome<Room> made = client(PlatformKind.WECOM).create(app, plan(List.of(user("u2"))));
        assertThat(made).isInstanceOf(Outcome.Refused.class);
        assertThat(why(made).kind()).isEqualTo(Failure.Kind.TOO_FEW_PEOPLE);
        assertThat(why(made).words()).contains("nobody");
    }

    @ParameterizedTest
    @EnumSource
    void t10RoomTakesAsManyPeopleAsFitAndTheRestIsRoomFull(PlatformKind kind) {
        int people = kind == PlatformKind.DINGTALK ? 1_200 : 300;
        int fit = kind == PlatformKind.DINGTALK ? 1_000 : 137;
        List<String> crowd = new ArrayList<>();
        IntStream.range(0, people).forEach(i -> crowd.add("{\"userId\":\"m" + i + "\",\"name\":\"Member " + i + "\"}"));
        world.people(kind, String.join(",", crowd));
        world.switches(kind, "{\"groupCap\":137}");
        List<RoomUser> users =
                IntStream.range(0, people).mapToObj(i -> user("m" + i)).toList();

        Room room = open(kind, plan(users));
        Admission rest = admitTheRest(kind, room, users);

        assertThat(members(kind)).hasSize(fit);
        assertThat(rest.missing())
                .hasSize(people - fit)
                .allSatisfy(one -> assertThat(one.reason()).isEqualTo(Missing.Reason.ROOM_FULL));
        long calls = world.send("GET", "/calls?platform=" + kind, "")
                .path("calls")
                .valueStream()
                .mapToLong(count -> count.path("count").asLong())
                .sum();
        assertThat(calls).isLessThan(25);
    }

    @ParameterizedTest
    @EnumSource
    void t13KeptIdThatThePlatformRefusesIsLookedUpAgainOnce(PlatformKind kind) {
        List<Person> asked = List.of(
                person("ann", Role.COMMANDER, "+8613800000001"), person("bob", Role.RESPONDER, "+8613800000002"));
        done(client(kind).resolve(world.app(kind), asked));
        world.people(kind, """
                {"userId":"u1","name":"Ann","mobile":"+8613800000001"},
                {"userId":"u9","name":"Bob","mobile":"+8613800000002"}""");

        List<RoomUser> users =
                done(client(kind).resolve(world.app(kind), asked)).found();
        assertThat(users).extracting(RoomUser::platformUserId).contains("u2");
        Room room = open(kind, plan(users));
        Admission rest = admitTheRest(kind, room, users);

        assertThat(members(kind)).containsExactlyInAnyOrder("u1", "u9");
        assertThat(rest.missing()).isEmpty();
        assertThat(rest.admitted()).extracting(RoomUser::platformUserId).contains("u9");
        assertThat(done(client(kind).resolve(world.app(kind), asked)).found())
                .extracting(RoomUser::platformUserId)
                .containsExactly("u1", "u9");
    }

    @ParameterizedTest
    @EnumSource
    void t13KeptIdWithoutAnotherOneLeavesItsPersonMissing(PlatformKind kind) {
        List<Person> asked = List.of(
                person("ann", Role.COMMANDER, "+8613800000001"),
                person("cid", Role.RESPONDER, "+8613800000003"),
                person("bob", Role.RESPONDER, "+8613800000002"));
        List<RoomUser> users =
                done(client(kind).resolve(world.app(kind), asked)).found();
        world.people(kind, """
                {"userId":"u1","name":"Ann","mobile":"+8613800000001"},
                {"userId":"u3","name":"Cid","mobile":"+8613800000003"}""");
        Room room = open(kind, plan(users));
        assertThat(admitTheRest(kind, room, users).missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+852-91230001", "+85291230001"})
    void t14DingTalkFindsANumberInBothOfItsSpellings(String stored) {
        world.people(
                PlatformKind.DINGTALK,
                "{\"userId\":\"u7\",\"name\":\"Kit\",\"mobile\":\"" + stored
                        + "\"},{\"userId\":\"u8\",\"name\":\"Sam\",\"mobile\":\"+1-4155550100\"}");
        Roster roster = done(client(PlatformKind.DINGTALK)
                .resolve(
                        world.app(PlatformKind.DINGTALK),
                        List.of(
                                person("kit", Role.COMMANDER, "+85291230001"),
                                person("sam", Role.RESPONDER, "+1 (415) 555-0100"))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("u7", "u8");
        assertThat(world.calls(PlatformKind.DINGTALK, "topapi/v2/user/getbymobile"))
                .isEqualTo(stored.contains("-") ? 2 : 3);
    }

    @Test
    void t16LostAnswerIsFoundHoweverLongTheIncidentsIdIs() {
        var kind = PlatformKind.LARK;
        world.switches(kind, "{\"repeatedUuid\":\"ERROR\"}");
        world.faults("""
                {"platform":"LARK","endpoint":"im/v1/chats","kind":"RESET_AFTER","times":1}""");
        String id = "INC-" + "1".repeat(116);
        RoomPlan plan = plan("Warroom acme/" + id, List.of(user("u1")));

        assertThat(client(kind).create(world.app(kind), plan)).isInstanceOf(Outcome.Unknown.class);

        assertThat(done(client(kind).lookUp(world.app(kind), plan)))
                .isInstanceOfSatisfying(
                        Sighting.Found.class,
                        found -> assertThat(found.room().id())
                                .isEqualTo(world.rooms(kind)
                                        .getFirst()
                                        .path("roomId")
                                        .asString()));
        var nextGeneration = new RoomPlan("key2", plan.marker(), plan.name(), "u1", plan.users());
        assertThat(done(client(kind).lookUp(world.app(kind), nextGeneration)))
                .isInstanceOf(Sighting.RepeatCreate.class);
    }
}
