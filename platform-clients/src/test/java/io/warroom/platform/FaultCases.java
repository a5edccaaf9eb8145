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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Faults on endpoints, each in an organisation of its own on one simulator, and what is tried under them. */
final class FaultCases {
    /** Beyond it a case hangs: no case makes so many calls that each may take its time-out. */
    private static final Duration HANGS = Duration.ofMinutes(5);

    private static final int AT_ONCE = 64;
    static final int TRIES = 6;
    private static final int FOR_EVER = 1_000_000;
    /** The platform acts when the client has given the call up already, and perhaps looked or called again. */
    private static final String LATE = "LATE";
    /** A sound call that takes longer is made again, five times: no machine is so slow. */
    private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(1);

    private static final Duration LATER_THAN_PATIENCE = LITTLE_PATIENCE.multipliedBy(2);
    private static final Duration MUCH_PATIENCE = Duration.ofSeconds(30);
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
            boolean late = fault.equals(LATE);
            Map<String, Object> asked = new HashMap<>(Map.of(
                    "tenant",
                    tenant(),
                    "platform",
                    kind,
                    "endpoint",
                    endpoint,
                    "kind",
                    late ? "LATENCY" : fault,
                    "times",
                    times));
            if (late || fault.equals("LATENCY")) {
                asked.put("millis", late ? LATER_THAN_PATIENCE.toMillis() : 100);
            }
            if (code != null) {
                asked.put("code", code);
            }
            if (acts) {
                asked.put("acts", true);
            }
            return asked;
        }
    }

    private FaultCases() {}

    private static final List<String> SIMPLE = List.of(
            "LATENCY",
            LATE,
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
    /** Faults that end when the client has had enough. */
    private static final Set<String> HANGING = Set.of(LATE, "HANG", "DRIP");

    /** Where Lark takes one call at a time: of one that was given up nobody can know when it is over. */
    private static final Set<String> OVERLAPPING =
            Set.of("im/v1/chats/:chat_id/members", "GET im/v1/chats/:chat_id/members");

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

    /** Every fault on each of the endpoints, once and for ever. */
    static List<Case> of(PlatformKind kind, List<String> endpoints) {
        List<Case> cases = new ArrayList<>();
        for (String endpoint : endpoints) {
            for (int times : List.of(1, FOR_EVER)) {
                SIMPLE.stream()
                        .filter(fault -> !fault.equals(LATE) || !OVERLAPPING.contains(endpoint))
                        .forEach(fault -> cases.add(new Case(kind, endpoint, fault, null, false, times)));
                MAY_ACT.forEach(fault -> cases.add(new Case(kind, endpoint, fault, null, true, times)));
                codes(kind, endpoint)
                        .forEach(code -> cases.add(new Case(kind, endpoint, "REFUSED", code, false, times)));
            }
        }
        return cases;
    }

    /** Judges all of them at once, as many as there are places. */
    static List<String> judged(List<Case> cases, Function<Case, List<String>> judge) throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        List<Future<List<String>>> running = new ArrayList<>();
        var places = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Case one : cases) {
                running.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        return judge.apply(one);
                    } finally {
                        places.release();
                    }
                }));
            }
            for (int i = 0; i < running.size(); i++) {
                wrong.addAll(heard(running.get(i), cases.get(i)));
            }
        }
        return wrong;
    }

    /** Makes the simulator do what the cases ask for, and more. */
    static void ask(Simulated world, List<Case> cases, List<Map<String, Object>> more) {
        List<Object> faults = new ArrayList<>(cases.stream().map(Case::asked).toList());
        faults.addAll(more);
        world.send("PUT", "/faults", JSON.writeValueAsString(Map.of("faults", faults)));
    }

    /** Nothing was wrong, every fault met a call, and the witness knows of no violation. */
    static void assertSound(Simulated world, PlatformKind kind, List<Case> cases, List<String> wrong) {
        assertThat(wrong).as("of %s cases", cases.size()).isEmpty();
        assertThat(notHit(world, cases.size())).isEmpty();
        assertThat(world.send("GET", "/violations?platform=" + kind, "").path("violations"))
                .isEmpty();
    }

    /**
     * Clients with time of their own: with little patience where a call must hang until the client gives it up, else with so much
     * that none is given up.
     */
    static ChatPlatforms clients(Simulated world, Case one, Fixture.TestClock clock) {
        Duration patience = HANGING.contains(one.fault()) ? LITTLE_PATIENCE : MUCH_PATIENCE;
        return new ChatPlatforms(
                new PlatformSettings(
                                MUCH_PATIENCE, patience, patience, 4, 4, 100_000, List.of(world.endpoint(one.kind())))
                        .unpaced(),
                clock);
    }

    static ChatPlatform client(ChatPlatforms platforms, PlatformKind kind) {
        ChatPlatform client = platforms.byKind().get(kind);
        if (client == null) {
            throw new AssertionError(kind);
        }
        return client;
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

    static void register(Simulated world, Case one) {
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
                        ? "{\"repeatedUuid\":\"ERROR\",\"chatList\":\"INCOMPLETE\",\"existingMember\":\"ERROR\",\"badMember\":\"REFUSED_AS_PARAMETER\"}"
                        : "{\"existingMember\":\"ERROR\"}");
    }

    static App app(Simulated world, Case one) {
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

    static boolean goesOn(Outcome<?> outcome) {
        return outcome instanceof Outcome.NotYet || outcome instanceof Outcome.Unknown;
    }

    static <T> Outcome<T> tried(Fixture.TestClock clock, Supplier<Outcome<T>> step) {
        Outcome<T> outcome = step.get();
        for (int tries = 1; tries < TRIES && goesOn(outcome); tries++) {
            clock.pass(outcome instanceof Outcome.NotYet<T>(var why, var pause) ? pause : Duration.ofSeconds(1));
            outcome = step.get();
        }
        return outcome;
    }

    static List<JsonNode> rooms(Simulated world, Case one) {
        return world.send("GET", "/rooms?tenant=" + one.tenant(), "")
                .path("rooms")
                .valueStream()
                .toList();
    }

    static Set<String> in(JsonNode room) {
        return room.path("members")
                .valueStream()
                .map(member -> member.path("userId").asString())
                .collect(Collectors.toCollection(HashSet::new));
    }
}
