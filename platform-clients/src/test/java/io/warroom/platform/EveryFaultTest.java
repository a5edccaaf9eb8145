package io.warroom.platform;

import static io.warroom.platform.FaultCases.TRIES;
import static io.warroom.platform.FaultCases.app;
import static io.warroom.platform.FaultCases.goesOn;
import static io.warroom.platform.FaultCases.in;
import static io.warroom.platform.FaultCases.rooms;
import static io.warroom.platform.FaultCases.tried;

import io.warroom.platform.FaultCases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Every fault on every endpoint of the opening flow, once and for ever, each in an organisation of its own: the flow ends in a
 * documented outcome, and the witness knows of at most one room and of nothing that a platform would punish.
 */
class EveryFaultTest {

    /** What the flow came to: the room it believes in, or the failure it ended with. */
    private record Ended(@Nullable Room room, @Nullable Outcome<?> failure) {
        boolean opened() {
            return room != null && failure == null;
        }
    }

    static List<String> endpoints(PlatformKind kind) {
        return switch (kind) {
            case WECOM ->
                List.of(
                        "gettoken",
                        "user/getuserid",
                        "user/get_userid_by_email",
                        "user/get",
                        "appchat/create",
                        "appchat/get",
                        "appchat/update",
                        "appchat/send");
            case DINGTALK ->
                List.of(
                        "v1.0/oauth2/accessToken",
                        "topapi/v2/user/getbymobile",
                        "topapi/v2/user/get",
                        "v1.0/im/sceneGroup/create",
                        "v1.0/im/sceneGroup/member/add",
                        "v1.0/im/sceneGroups/members/batchQuery",
                        "topapi/im/chat/scencegroup/message/send_v2");
            case LARK ->
                List.of(
                        "auth/v3/tenant_access_token/internal",
                        "contact/v3/users/batch_get_id",
                        "im/v1/chats",
                        "GET im/v1/chats",
                        "GET im/v1/chats/search",
                        "im/v1/chats/:chat_id/members",
                        "GET im/v1/chats/:chat_id/members",
                        "im/v1/messages");
        };
    }

    static List<Case> cases(PlatformKind kind) {
        return FaultCases.of(kind, endpoints(kind));
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultOnEveryEndpointEndsInOneRoomOrAnHonestFailure(PlatformKind kind) throws Exception {
        // Given
        List<Case> cases = cases(kind);
        try (Simulated world = new Simulated()) {
            cases.forEach(one -> FaultCases.register(world, one));
            // The first answer of every create is lost, so that every opening has to look for its room.
            FaultCases.ask(
                    world,
                    cases,
                    cases.stream()
                            .map(one -> Map.<String, Object>of(
                                    "tenant",
                                    one.tenant(),
                                    "platform",
                                    kind,
                                    "endpoint",
                                    create(kind),
                                    "kind",
                                    "RESET_AFTER"))
                            .toList());
            // When
            List<String> wrong = FaultCases.judged(cases, one -> judge(world, one));
            // Then
            FaultCases.assertSound(world, kind, cases, wrong);
        }
    }

    private static String create(PlatformKind kind) {
        return Fixture.createPath(kind).replaceFirst("^/(cgi-bin/|open-apis/)?", "");
    }

    private static List<String> judge(Simulated world, Case one) {
        var clock = new Fixture.TestClock();
        App app = app(world, one);
        List<String> wrong = new ArrayList<>();
        try (var platforms = FaultCases.clients(world, one, clock)) {
            ChatPlatform client = FaultCases.client(platforms, one.kind());
            Ended ended = open(client, app, clock);
            List<JsonNode> rooms = rooms(world, one);
            if (rooms.size() > 1) {
                wrong.add(rooms.size() + " rooms");
            }
            if (ended.room() != null
                    && (rooms.size() != 1
                            || !rooms.getFirst()
                                    .path("roomId")
                                    .asString()
                                    .equals(ended.room().id()))) {
                wrong.add("believes in room " + ended.room().id() + ", there is " + rooms);
            }
            if (ended.opened() && !in(rooms.getFirst()).equals(expected(one))) {
                wrong.add("in the room: " + in(rooms.getFirst()));
            }
            if (!ended.opened() && one.times() == 1 && !one.fault().equals("REFUSED")) {
                wrong.add("one fault that passes ended the opening: " + ended.failure());
            }
            if (ended.failure() instanceof Outcome.KeyRejected<?>) {
                long before = calls(world, one);
                RoomPlan plan = new RoomPlan("key2", "INC-2", "INC-2 down", "u1", Fixture.users(3));
                if (!(client.create(app, plan) instanceof Outcome.KeyRejected) || calls(world, one) != before) {
                    wrong.add("a rejected key was tried again");
                }
            }
        }
        return wrong.stream().map(why -> one.tenant() + ": " + why).toList();
    }

    /** A room does not wait for look-ups that WeCom allows no more of: whom it could not find is missing, and said so. */
    private static Set<String> expected(Case one) {
        boolean throttled = one.fault().equals("THROTTLED") || "45009".equals(one.code());
        return throttled && one.endpoint().equals("user/getuserid") ? Set.of("u2", "u3") : Set.of("u1", "u2", "u3");
    }

    private static final List<Person> PEOPLE = Stream.of(
                    Fixture.person("p1", null, "+8613800000001", null),
                    Fixture.person("p2", null, null, "han@acme.example"),
                    Fixture.person("p3", "u3", null, null),
                    Fixture.person("p4", "hidden", null, null),
                    Fixture.person("p5", null, "+8613800000002", null))
            .toList();

    /** As a worker goes on, who waits when it is told to and looks before it creates again. */
    private static Ended open(ChatPlatform client, App app, Fixture.TestClock clock) {
        Outcome<Roster> found = tried(clock, () -> client.resolve(app, PEOPLE));
        if (!(found instanceof Outcome.Done<Roster>(var roster))) {
            return new Ended(null, found);
        }
        RoomPlan plan = new RoomPlan("key1", app.tenantId() + " INC-1", "INC-1 down", "u1", roster.found());
        Outcome<Room> made = client.create(app, plan);
        for (int tries = 1; tries < TRIES && goesOn(made); tries++) {
            if (made instanceof Outcome.NotYet<Room>(var why, var pause)) {
                clock.pass(pause);
                made = client.create(app, plan);
            } else {
                Outcome<Sighting> sighting = tried(clock, () -> client.lookUp(app, plan));
                made = sighting.then(seen -> switch (seen) {
                    case Sighting.Found(var room) -> new Outcome.Done<>(room);
                    case Sighting.Absent() -> client.create(app, plan);
                    case Sighting.RepeatCreate() -> client.create(app, plan);
                    case Sighting.Foreign() ->
                        new Outcome.Refused<>(
                                new Failure(Failure.Kind.ROOM_GONE, "a room of nobody else is foreign", null, null));
                });
            }
        }
        if (!(made instanceof Outcome.Done<Room>(var room))) {
            return new Ended(null, made);
        }
        // Whoever is in already is added once more, as after a crash.
        Room known = new Room(room.id(), room.name(), Set.of());
        Outcome<Admission> admitted = tried(clock, () -> client.admit(app, known, roster.found()));
        if (!(admitted instanceof Outcome.Done<Admission>)) {
            return new Ended(room, admitted);
        }
        Outcome<Admission> again = tried(clock, () -> client.admit(app, known, roster.found()));
        if (!(again instanceof Outcome.Done<Admission>)) {
            return new Ended(room, again);
        }
        Outcome<Posted> posted = tried(clock, () -> client.post(app, room, Fixture.briefing("Down", "All of it")));
        return new Ended(room, posted instanceof Outcome.Done<Posted> ? null : posted);
    }

    private static long calls(Simulated world, Case one) {
        return world.send("GET", "/calls?tenant=" + one.tenant(), "")
                .path("total")
                .asLong();
    }
}
