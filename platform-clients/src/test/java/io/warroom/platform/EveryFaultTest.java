package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every fault on every endpoint of the opening flow, once and for ever, each in an organisation of its own: the flow ends in a
 * documented outcome, and the witness knows of at most one room and of nothing that a platform would punish.
 */
class EveryFaultTest {

    /** Beyond it a case hangs: no case makes so many calls that each may take its time-out. */
    private static final Duration HANGS = Duration.ofSeconds(90);

    private static final int AT_ONCE = 64;
    private static final int TRIES = 6;
    private static final int FOR_EVER = 1_000_000;
    private static final JsonMapper JSON = new JsonMapper();

    /** What is done to which endpoint, how often. */
    record Case(
            PlatformKind kind,
            String endpoint,
            String fault,
            @Nullable String code,
            boolean acts,
            int times) {
        String tenant() {
            return (kind + " " + endpoint + " " + this.fault + (code == null ? "" : " " + code) + (acts ? " acts" : "")
                            + (times == 1 ? " once" : " for ever"))
                    .replaceAll("[^A-Za-z0-9]+", "-");
        }

        Map<String, Object> asked() {
            Map<String, Object> asked = new HashMap<>(
                    Map.of("tenant", tenant(), "platform", kind, "endpoint", endpoint, "kind", fault, "times", times));
            if (code != null) {
                asked.put("code", code);
            }
            if (acts) {
                asked.put("acts", true);
            }
            return asked;
        }
    }

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
                        "topapi/im/chat/scencegroup/message/send_v2");
            case LARK ->
                List.of(
                        "auth/v3/tenant_access_token/internal",
                        "contact/v3/users/batch_get_id",
                        "im/v1/chats",
                        "GET im/v1/chats",
                        "im/v1/chats/:chat_id/members",
                        "GET im/v1/chats/:chat_id/members",
                        "im/v1/messages");
        };
    }

    private static final List<String> SIMPLE = List.of(
            "LATENCY",
            "HANG",
            "RESET_BEFORE",
            "RESET_AFTER",
            "RESET_WITHIN",
            "DRIP",
            "HTTP_500",
            "HTTP_502_HTML",
            "HTTP_503_JSON",
            "THROTTLED",
            "TOKEN_REVOKED",
            "REDIRECT",
            "WRONG_TYPE",
            "TRUNCATED_JSON",
            "WRONG_BODY",
            "OVERSIZED");
    private static final List<String> MAY_ACT =
            List.of("HANG", "HTTP_500", "HTTP_502_HTML", "HTTP_503_JSON", "REDIRECT", "WRONG_BODY");

    /** A wrong key, a used-up quota, a stale token, a failure inside, and a code of nobody. */
    private static List<String> codes(PlatformKind kind, String endpoint) {
        return switch (kind) {
            case WECOM -> List.of("40001", "45009", "42001", "-1", "987654");
            case DINGTALK ->
                endpoint.startsWith("v1.0/")
                        ? List.of(
                                "invalidClientIdOrSecret",
                                "Forbidden.AccessDenied.ApiCountLimitForOrg",
                                "InvalidAuthentication",
                                "system.error",
                                "nobodys.code")
                        : List.of("40096", "90020", "42001", "-1", "987654");
            case LARK -> List.of("10014", "99991403", "99991663", "5000", "987654");
        };
    }

    static List<Case> cases(PlatformKind kind) {
        List<Case> cases = new ArrayList<>();
        for (String endpoint : endpoints(kind)) {
            for (int times : List.of(1, FOR_EVER)) {
                SIMPLE.forEach(fault -> cases.add(new Case(kind, endpoint, fault, null, false, times)));
                MAY_ACT.forEach(fault -> cases.add(new Case(kind, endpoint, fault, null, true, times)));
                codes(kind, endpoint)
                        .forEach(code -> cases.add(new Case(kind, endpoint, "REFUSED", code, false, times)));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultOnEveryEndpointEndsInOneRoomOrAnHonestFailure(PlatformKind kind) throws Exception {
        // Given
        List<Case> cases = cases(kind);
        try (Simulated world = new Simulated()) {
            cases.forEach(one -> register(world, one));
            // The first answer of every create is lost, so that every opening has to look for its room.
            List<Object> faults =
                    new ArrayList<>(cases.stream().map(Case::asked).toList());
            cases.forEach(one -> faults.add(
                    Map.of("tenant", one.tenant(), "platform", kind, "endpoint", create(kind), "kind", "RESET_AFTER")));
            world.send("PUT", "/faults", JSON.writeValueAsString(Map.of("faults", faults)));
            // When
            List<String> wrong = new ArrayList<>();
            List<Future<List<String>>> running = new ArrayList<>();
            var places = new Semaphore(AT_ONCE);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Case one : cases) {
                    running.add(threads.submit(() -> {
                        places.acquire();
                        try {
                            return judge(world, one);
                        } finally {
                            places.release();
                        }
                    }));
                }
                for (int i = 0; i < running.size(); i++) {
                    wrong.addAll(heard(running.get(i), cases.get(i)));
                }
            }
            // Then
            assertThat(wrong).as("of %s cases", cases.size()).isEmpty();
            assertThat(notHit(world, cases.size())).isEmpty();
            assertThat(world.send("GET", "/violations?platform=" + kind, "").path("violations"))
                    .isEmpty();
        }
    }

    private static List<String> heard(Future<List<String>> running, Case one) throws InterruptedException {
        try {
            return running.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException hangs) {
            running.cancel(true);
            return List.of(one.tenant() + ": hangs");
        } catch (ExecutionException thrown) {
            return List.of(one.tenant() + ": threw " + thrown.getCause());
        }
    }

    /** Which faults never met a call: they would prove nothing. */
    private static List<String> notHit(Simulated world, int cases) {
        return world.send("GET", "/faults", "")
                .path("faults")
                .valueStream()
                .limit(cases)
                .filter(fault -> fault.path("hits").asInt() == 0)
                .map(fault -> fault.path("tenant").asString())
                .toList();
    }

    private static String create(PlatformKind kind) {
        return Fixture.createPath(kind).replaceFirst("^/(cgi-bin/|open-apis/)?", "");
    }

    private static void register(Simulated world, Case one) {
        String app = switch (one.kind()) {
            case WECOM -> "{\"enterpriseId\":\"%s\",\"enterpriseKey\":\"s\",\"addressBookKey\":\"b\",\"serviceId\":7}";
            case DINGTALK ->
                "{\"clientId\":\"%s\",\"clientSecret\":\"s\",\"groupTemplateId\":\"template\",\"robotId\":\"robot\",\"serviceId\":42}";
            case LARK -> "{\"appId\":\"%s\",\"appSecret\":\"s\"}";
        };
        world.send("PUT", "/tenants/" + one.tenant(), """
                {"platform":"%s","app":%s,"people":[
                {"userId":"u1","name":"Li Lei","mobile":"+8613800000001"},
                {"userId":"u2","name":"Han Mei","email":"han@acme.example","mobile":"+8613800000002"},
                {"userId":"u3","name":"Lucy","mobile":"+8613800000003"},
                {"userId":"hidden","name":"Hidden","visible":false}]}""".formatted(one.kind(), app.formatted(one.tenant())));
        // So that the flow has to ask for what it asks seldom: who is in already, and which room it was.
        world.send(
                "PUT",
                "/tenants/" + one.tenant() + "/" + one.kind() + "/switches",
                one.kind() == PlatformKind.LARK
                        ? "{\"repeatedUuid\":\"ERROR\",\"existingMember\":\"ERROR\",\"badMember\":\"REFUSED_AS_PARAMETER\"}"
                        : "{}");
    }

    private static App app(Simulated world, Case one) {
        Secret secret = Secret.of("s");
        return new App(
                one.tenant(),
                one.kind(),
                1,
                world.endpoint(one.kind()),
                "u1",
                switch (one.kind()) {
                    case WECOM -> new Credentials.WeCom(one.tenant(), secret, Secret.of("b"), 7);
                    case DINGTALK -> new Credentials.DingTalk(one.tenant(), secret, "template", "robot", 42);
                    case LARK -> new Credentials.Lark(one.tenant(), secret);
                });
    }

    private static List<String> judge(Simulated world, Case one) {
        var clock = new Fixture.TestClock();
        App app = app(world, one);
        List<String> wrong = new ArrayList<>();
        try (var platforms = new ChatPlatforms(
                new PlatformSettings(
                                Duration.ofSeconds(5),
                                Duration.ofMillis(500),
                                Duration.ofMillis(600),
                                4,
                                4,
                                100_000,
                                List.of(world.endpoint(one.kind())))
                        .unpaced(),
                clock)) {
            ChatPlatform client = platforms.byKind().get(one.kind());
            if (client == null) {
                throw new AssertionError(one.kind());
            }
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

    private static boolean goesOn(Outcome<?> outcome) {
        return outcome instanceof Outcome.NotYet || outcome instanceof Outcome.Unknown;
    }

    private static <T> Outcome<T> tried(Fixture.TestClock clock, Supplier<Outcome<T>> step) {
        Outcome<T> outcome = step.get();
        for (int tries = 1; tries < TRIES && goesOn(outcome); tries++) {
            clock.pass(outcome instanceof Outcome.NotYet<T>(var why, var pause) ? pause : Duration.ofSeconds(1));
            outcome = step.get();
        }
        return outcome;
    }

    private static List<JsonNode> rooms(Simulated world, Case one) {
        return world.send("GET", "/rooms?tenant=" + one.tenant(), "")
                .path("rooms")
                .valueStream()
                .toList();
    }

    private static long calls(Simulated world, Case one) {
        return world.send("GET", "/calls?tenant=" + one.tenant(), "")
                .path("total")
                .asLong();
    }

    private static Set<String> in(JsonNode room) {
        return room.path("members")
                .valueStream()
                .map(member -> member.path("userId").asString())
                .collect(Collectors.toCollection(HashSet::new));
    }
}
