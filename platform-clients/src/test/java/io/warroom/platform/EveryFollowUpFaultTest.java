package io.warroom.platform;

import static io.warroom.platform.FaultCases.app;
import static io.warroom.platform.FaultCases.in;
import static io.warroom.platform.FaultCases.rooms;
import static io.warroom.platform.FaultCases.tried;

import io.warroom.platform.FaultCases.Case;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Every fault on every endpoint of what follows an opening, once and for ever, each in an organisation of its own: people who
 * join, and a room that is renamed, told and dissolved. Whatever is called done is done, nobody is lost, and a notice comes once
 * at most.
 */
class EveryFollowUpFaultTest {

    private static final Notice NOTICE =
            new Notice("notice1", "INC-1 updated", List.of(new Notice.Fact("Severity", "P2")), "A fix rolls out.");
    private static final String NAME = "[Resolved] INC-1 down";

    /** What people see in the room as long as nobody renames it. */
    private static final String FIRST_NAME = "INC-1 down";

    /** Where it is read who is in. */
    private static final Set<String> READS =
            Set.of("appchat/get", "v1.0/im/sceneGroups/members/batchQuery", "GET im/v1/chats/:chat_id/members");

    static List<String> joining(PlatformKind kind) {
        return switch (kind) {
            case WECOM ->
                List.of(
                        "gettoken",
                        "user/getuserid",
                        "user/get_userid_by_email",
                        "user/get",
                        "appchat/get",
                        "appchat/update",
                        "appchat/send");
            case DINGTALK ->
                List.of(
                        "v1.0/oauth2/accessToken",
                        "topapi/v2/user/getbymobile",
                        "topapi/v2/user/get",
                        "v1.0/im/sceneGroup/member/add",
                        "v1.0/im/sceneGroups/members/batchQuery",
                        "topapi/im/chat/scencegroup/message/send_v2");
            case LARK ->
                List.of(
                        "auth/v3/tenant_access_token/internal",
                        "contact/v3/users/batch_get_id",
                        "im/v1/chats/:chat_id/members",
                        "GET im/v1/chats/:chat_id/members",
                        "im/v1/messages");
        };
    }

    static List<String> closing(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> List.of("gettoken", "appchat/update", "appchat/send");
            case DINGTALK ->
                List.of(
                        "v1.0/oauth2/accessToken",
                        "v1.0/im/sceneGroup/update",
                        "topapi/im/chat/scencegroup/message/send_v2",
                        "v1.0/im/chat/scenegroup/disband");
            case LARK ->
                List.of(
                        "auth/v3/tenant_access_token/internal",
                        "PUT im/v1/chats/:chat_id",
                        "im/v1/messages",
                        "DELETE im/v1/chats/:chat_id");
        };
    }

    static int cases(PlatformKind kind) {
        return FaultCases.of(kind, joining(kind)).size()
                + FaultCases.of(kind, closing(kind)).size();
    }

    /** One follow-up with clients that know nothing yet. */
    private record Step(Simulated world, Case one, ChatPlatform client, App app, Room room, Fixture.TestClock clock) {

        JsonNode witnessed() {
            return rooms(world, one).getFirst();
        }

        boolean mustWork() {
            return one.times() == 1 && !one.fault().equals("REFUSED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultWhilePeopleJoinLosesNobodyAndTellsOnceAtMost(PlatformKind kind) throws Exception {
        prove(kind, someOf(FaultCases.of(kind, joining(kind))), EveryFollowUpFaultTest::join);
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultWhileARoomClosesLeavesItAsTheClientSays(PlatformKind kind) throws Exception {
        prove(kind, someOf(FaultCases.of(kind, closing(kind))), EveryFollowUpFaultTest::close);
    }

    /** Every tenth in the build, which would take some minutes longer; all with {@code -Dwarroom.faults.all=true}. */
    private static List<Case> someOf(List<Case> cases) {
        return Boolean.getBoolean("warroom.faults.all")
                ? cases
                : IntStream.range(0, cases.size())
                        .filter(number -> number % 10 == 0)
                        .mapToObj(cases::get)
                        .toList();
    }

    private static void prove(PlatformKind kind, List<Case> cases, Function<Step, List<String>> followUp)
            throws Exception {
        // Given
        try (Simulated world = new Simulated()) {
            List<String> unopened = FaultCases.judged(cases, one -> {
                FaultCases.register(world, one);
                return open(world, one);
            });
            FaultCases.ask(world, cases, List.of());
            // When
            List<String> wrong = FaultCases.judged(cases, one -> follow(world, one, followUp));
            // Then
            FaultCases.assertSound(
                    world,
                    kind,
                    cases,
                    Stream.concat(unopened.stream(), wrong.stream()).toList());
        }
    }

    private static List<String> open(Simulated world, Case one) {
        var clock = new Fixture.TestClock();
        try (var platforms = FaultCases.clients(world, one, clock)) {
            ChatPlatform client = FaultCases.client(platforms, one.kind());
            App app = app(world, one);
            List<RoomUser> users = Stream.of("u1", "u2")
                    .map(id -> new RoomUser(Fixture.person(id, id, null, null), id))
                    .toList();
            RoomPlan plan = new RoomPlan("key1", app.tenantId() + " INC-1", FIRST_NAME, "u1", users);
            Outcome<Admission> opened =
                    tried(clock, () -> client.create(app, plan).then(room -> client.admit(app, room, users)));
            return opened instanceof Outcome.Done<Admission> ? List.of() : List.of(one.tenant() + ": not open");
        }
    }

    private static List<String> follow(Simulated world, Case one, Function<Step, List<String>> followUp) {
        var clock = new Fixture.TestClock();
        try (var platforms = FaultCases.clients(world, one, clock)) {
            JsonNode before = rooms(world, one).getFirst();
            Room room = new Room(
                    before.path("roomId").asString(), before.path("name").asString(), Set.of());
            Step step = new Step(world, one, FaultCases.client(platforms, one.kind()), app(world, one), room, clock);
            List<String> wrong = new ArrayList<>(followUp.apply(step));
            List<JsonNode> rooms = rooms(world, one);
            if (rooms.size() != 1) {
                wrong.add(rooms.size() + " rooms");
            }
            if (!in(rooms.getFirst()).containsAll(Set.of("u1", "u2"))) {
                wrong.add("lost somebody: in the room " + in(rooms.getFirst()));
            }
            return wrong.stream().map(why -> one.tenant() + ": " + why).toList();
        }
    }

    /** Two are in the room already, one is found by mobile, one by an id that is outside the app's range. */
    private static final List<Person> NEWCOMERS = List.of(
            Fixture.person("p1", "u1", null, null),
            Fixture.person("p2", null, null, "han@acme.example"),
            Fixture.person("p3", null, "+8613800000003", null),
            Fixture.person("p4", "hidden", null, null));

    private static List<String> join(Step step) {
        List<String> wrong = new ArrayList<>();
        Outcome<Roster> found = tried(step.clock(), () -> step.client().resolve(step.app(), NEWCOMERS));
        if (!(found instanceof Outcome.Done<Roster>(var roster))) {
            return step.mustWork() ? List.of("nobody was found: " + found) : tell(step, wrong);
        }
        Outcome<Admission> admitted =
                tried(step.clock(), () -> step.client().admit(step.app(), step.room(), roster.found()));
        Set<String> in = in(step.witnessed());
        if (admitted instanceof Outcome.Done<Admission>(var admission)) {
            Set<String> said =
                    admission.admitted().stream().map(RoomUser::platformUserId).collect(Collectors.toSet());
            if (!in.containsAll(said)) {
                wrong.add("says that " + said + " are in, where there are " + in);
            }
            // Who is in already can only be read, which the fault may forbid.
            Set<String> asked = roster.found().stream()
                    .map(RoomUser::platformUserId)
                    .collect(Collectors.toCollection(HashSet::new));
            asked.removeAll(said);
            asked.retainAll(in);
            if (!asked.isEmpty() && !READS.contains(step.one().endpoint())) {
                wrong.add("says that " + asked + " are missing, who are in");
            }
            if (step.mustWork() && !in.contains("u3") && !isThrottledLookUp(step.one())) {
                wrong.add("one fault that passes kept u3 out: " + admission);
            }
        } else if (step.mustWork()) {
            wrong.add("one fault that passes kept everybody out: " + admitted);
        }
        return tell(step, wrong);
    }

    /** A room does not wait for look-ups that WeCom allows no more of: whom it could not find is missing, and said so. */
    private static boolean isThrottledLookUp(Case one) {
        return one.fault().equals("THROTTLED") && one.endpoint().startsWith("user/get");
    }

    /** A notice whose answer never came counts as posted, as no platform but Lark would drop its repeat. */
    private static List<String> tell(Step step, List<String> wrong) {
        Outcome<Posted> told = step.client().tell(step.app(), step.room(), NOTICE);
        for (int tries = 1;
                tries < FaultCases.TRIES && told instanceof Outcome.NotYet<Posted>(var why, var pause);
                tries++) {
            step.clock().pass(pause);
            told = step.client().tell(step.app(), step.room(), NOTICE);
        }
        int notices = step.witnessed().path("messages").size();
        boolean asSaid = told instanceof Outcome.Done<Posted>
                ? notices == 1
                : told instanceof Outcome.Unknown<Posted> ? notices <= 1 : notices == 0;
        if (!asSaid) {
            wrong.add(notices + " notices after " + told);
        }
        if (step.mustWork() && !(told instanceof Outcome.Done<Posted>) && !(told instanceof Outcome.Unknown<Posted>)) {
            wrong.add("one fault that passes kept the notice away: " + told);
        }
        return wrong;
    }

    private static List<String> close(Step step) {
        List<String> wrong = new ArrayList<>();
        Outcome<String> renamed = tried(step.clock(), () -> step.client().rename(step.app(), step.room(), NAME));
        String name = step.witnessed().path("name").asString();
        boolean asSaid = renamed instanceof Outcome.Done<String>(var given)
                ? name.equals(given)
                : name.equals(NAME) || name.equals(FIRST_NAME);
        if (!asSaid) {
            wrong.add("is called " + name + " after " + renamed);
        }
        if (step.mustWork() && !(renamed instanceof Outcome.Done<String>)) {
            wrong.add("one fault that passes kept the old name: " + renamed);
        }
        tell(step, wrong);
        Outcome<Boolean> dissolved = tried(step.clock(), () -> step.client().dissolve(step.app(), step.room()));
        boolean gone = step.witnessed().path("dissolved").asBoolean();
        if (dissolved instanceof Outcome.Done<Boolean>(var done) && done != gone) {
            wrong.add("is " + (gone ? "" : "not ") + "dissolved after " + dissolved);
        }
        if (step.mustWork() && !(dissolved instanceof Outcome.Done<Boolean>)) {
            wrong.add("one fault that passes kept the room: " + dissolved);
        }
        return wrong;
    }
}
