package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.warroom.platform.ScriptedServer.Answer;
import io.warroom.platform.ScriptedServer.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers as no document has them: the documented ones, mutated by a seeded hand. Whatever comes, every operation gives an outcome,
 * and a room has an id.
 */
class FuzzedAnswersTest {

    private static final int MUTATIONS_AN_ANSWER = 60;
    private static final JsonMapper JSON = new JsonMapper();

    /** Longer than a time-out of every call that one operation makes. */
    private static final Duration HANGS = Duration.ofSeconds(30);

    private static final String OK = "{\"errcode\":0,\"errmsg\":\"ok\"}";

    /** What each endpoint of the flow answers by the documents: success first, then how it fails. */
    private static Map<String, List<String>> documented(PlatformKind kind) {
        Map<String, List<String>> answers = new LinkedHashMap<>();
        switch (kind) {
            case WECOM -> {
                String refused =
                        "{\"errcode\":%d,\"errmsg\":\"no, hint: [1700-abc], from ip: 1.2.3.4, more info at https://x\"}";
                answers.put("/cgi-bin/gettoken", List.of(token(kind), refused.formatted(40001)));
                answers.put(
                        "/cgi-bin/user/getuserid",
                        List.of("{\"errcode\":0,\"errmsg\":\"ok\",\"userid\":\"u8\"}", refused.formatted(46004)));
                answers.put(
                        "/cgi-bin/user/get_userid_by_email",
                        List.of("{\"errcode\":0,\"errmsg\":\"ok\",\"userid\":\"u9\"}", refused.formatted(60111)));
                answers.put(
                        "/cgi-bin/user/get",
                        List.of(
                                "{\"errcode\":0,\"userid\":\"u1\",\"name\":\"n\",\"department\":[1],\"status\":1}",
                                refused.formatted(60111)));
                answers.put(
                        "/cgi-bin/appchat/create",
                        List.of(Fixture.createdBody(kind), refused.formatted(86215), refused.formatted(86216)));
                answers.put(
                        "/cgi-bin/appchat/get",
                        List.of(
                                "{\"errcode\":0,\"errmsg\":\"ok\",\"chat_info\":{\"chatid\":\"key1\",\"name\":\"n\",\"owner\":\"u0\",\"userlist\":[\"u0\",\"u1\"],\"chat_type\":0}}",
                                refused.formatted(86001)));
                answers.put("/cgi-bin/appchat/update", List.of(OK, refused.formatted(86216)));
                answers.put("/cgi-bin/appchat/send", List.of(OK, refused.formatted(-1)));
            }
            case DINGTALK -> {
                String sub =
                        "{\"errcode\":88,\"sub_code\":\"%s\",\"sub_msg\":\"no\",\"errmsg\":\"ding talk error[subcode=1,submsg=no]\",\"request_id\":\"r\"}";
                String v1 =
                        "{\"code\":\"%s\",\"message\":\"no\",\"requestid\":\"r\",\"accessdenieddetail\":{\"requiredScopes\":[\"a\"]}}";
                answers.put("/v1.0/oauth2/accessToken", List.of(token(kind), v1.formatted("invalidClientIdOrSecret")));
                answers.put(
                        "/topapi/v2/user/getbymobile",
                        List.of(
                                "{\"errcode\":0,\"errmsg\":\"ok\",\"result\":{\"userid\":\"u8\"},\"request_id\":\"r\"}",
                                "{\"errcode\":60121,\"errmsg\":\"no\",\"request_id\":\"r\"}",
                                sub.formatted("60011")));
                answers.put(
                        "/topapi/v2/user/get",
                        List.of(
                                "{\"errcode\":0,\"errmsg\":\"ok\",\"result\":{\"userid\":\"u1\",\"name\":\"n\"},\"request_id\":\"r\"}",
                                "{\"errcode\":33012,\"errmsg\":\"no\",\"request_id\":\"r\"}"));
                answers.put(
                        "/v1.0/im/sceneGroup/create",
                        List.of(
                                Fixture.createdBody(kind),
                                v1.formatted("member.notFound"),
                                v1.formatted("system.error")));
                answers.put(
                        "/v1.0/im/sceneGroup/member/add",
                        List.of("{\"success\":true}", v1.formatted("permession.checkFailed")));
                answers.put(
                        "/topapi/im/chat/scencegroup/message/send_v2",
                        List.of(
                                "{\"errcode\":0,\"success\":true,\"open_msg_id\":\"36\",\"request_id\":\"r\"}",
                                "{\"errcode\":660012,\"errmsg\":\"no\",\"request_id\":\"r\"}",
                                sub.formatted("90018")));
            }
            case LARK -> {
                String refused =
                        "{\"code\":%d,\"msg\":\"no\",\"error\":{\"log_id\":\"l\",\"permission_violations\":[{\"type\":\"t\",\"subject\":\"im:chat\"}]}}";
                answers.put(
                        "/open-apis/auth/v3/tenant_access_token/internal",
                        List.of(token(kind), refused.formatted(10014)));
                answers.put(
                        "/open-apis/contact/v3/users/batch_get_id",
                        List.of(
                                "{\"code\":0,\"msg\":\"success\",\"data\":{\"user_list\":[{\"user_id\":\"u8\",\"mobile\":\"+8613800000001\"},{\"email\":\"a@b.cn\"}]}}",
                                refused.formatted(99991672)));
                answers.put(
                        "/open-apis/im/v1/chats",
                        List.of(
                                "{\"code\":0,\"msg\":\"success\",\"data\":{\"chat_id\":\"oc_1\",\"name\":\"n\",\"items\":[{\"chat_id\":\"oc_1\",\"description\":\"acme INC-1\",\"chat_status\":\"normal\"}],\"has_more\":false}}",
                                refused.formatted(232001),
                                refused.formatted(232068)));
                answers.put(
                        "/open-apis/im/v1/chats/oc_1/members",
                        List.of(
                                "{\"code\":0,\"msg\":\"success\",\"data\":{\"invalid_id_list\":[\"u1\"],\"not_existed_id_list\":[],\"pending_approval_id_list\":[],\"items\":[{\"member_id\":\"u0\"}],\"has_more\":true,\"page_token\":\"p\"}}",
                                refused.formatted(232001),
                                refused.formatted(232024)));
                answers.put(
                        "/open-apis/im/v1/messages",
                        List.of(
                                "{\"code\":0,\"msg\":\"success\",\"data\":{\"message_id\":\"om_1\"}}",
                                refused.formatted(230099)));
            }
        }
        return answers;
    }

    private static String token(PlatformKind kind) {
        return Fixture.tokenBody(kind, Fixture.TOKEN);
    }

    @ParameterizedTest
    @EnumSource
    void whateverComesIsATypedOutcomeAndARoomHasAnId(PlatformKind kind) {
        int cases = 0;
        try (var fixture = new Fixture()) {
            Map<String, List<String>> documented = documented(kind);
            for (String endpoint : documented.keySet()) {
                for (String good : documented.getOrDefault(endpoint, List.of())) {
                    for (int i = 0; i < MUTATIONS_AN_ANSWER; i++) {
                        long seed = ((long) (endpoint + good).hashCode() << 16) + i;
                        documented.forEach(
                                (other, answers) -> fixture.server.on(other, ScriptedServer.json(answers.getFirst())));
                        Answer fuzzed = mutated(good, new Random(seed));
                        fixture.server.on(endpoint, fuzzed);
                        fixture.clock.pass(Duration.ofHours(2));
                        run(fixture, kind, cases, endpoint + " seed " + seed + " " + fuzzed);
                        cases++;
                    }
                }
            }
        }
        assertThat(cases).isEqualTo(cases(kind));
    }

    static int cases(PlatformKind kind) {
        return documented(kind).values().stream().mapToInt(List::size).sum() * MUTATIONS_AN_ANSWER;
    }

    private static void run(Fixture fixture, PlatformKind kind, int revision, String what) {
        ChatPlatform client = fixture.client(kind);
        App app = Fixture.app(kind, revision, fixture.server.url());
        List<RoomUser> users = Fixture.users(3);
        RoomPlan plan = Fixture.plan(3);
        Room room = new Room("oc_1", "n", Set.of());
        List<Supplier<Outcome<?>>> operations = List.of(
                () -> client.resolve(
                        app,
                        List.of(
                                Fixture.person("p1", null, "+8613800000001", null),
                                Fixture.person("p2", null, null, "a@b.cn"))),
                () -> client.create(app, plan),
                () -> client.lookUp(app, plan),
                () -> client.admit(app, room, users),
                () -> client.post(app, room, Fixture.briefing("Down", "All of it")));
        assertTimeoutPreemptively(
                HANGS,
                () -> {
                    for (Supplier<Outcome<?>> operation : operations) {
                        Outcome<?> outcome = outcome(operation, what);
                        assertThat(outcome).as(what).isNotNull();
                        if (outcome instanceof Outcome.Done<?>(Room opened)) {
                            assertThat(opened.id()).as(what).isNotBlank();
                        }
                        if (outcome instanceof Outcome.Done<?>(Sighting.Found(Room seen))) {
                            assertThat(seen.id()).as(what).isNotBlank();
                        }
                        if (outcome instanceof Outcome.Done<?>(Roster(var found, var missing))) {
                            assertThat(found)
                                    .as(what)
                                    .allSatisfy(user ->
                                            assertThat(user.platformUserId()).isNotBlank());
                            assertThat(found.size() + missing.size()).as(what).isEqualTo(2);
                        }
                        if (outcome instanceof Outcome.Done<?>(Admission(var admitted, var missing))) {
                            assertThat(Stream.concat(
                                            admitted.stream().map(RoomUser::person),
                                            missing.stream().map(Missing::person)))
                                    .as(what)
                                    .containsExactlyInAnyOrderElementsOf(
                                            users.stream().map(RoomUser::person).toList());
                        }
                    }
                },
                what);
    }

    private static Outcome<?> outcome(Supplier<Outcome<?>> operation, String what) {
        try {
            return operation.get();
        } catch (RuntimeException escaped) {
            throw new AssertionError(what, escaped);
        }
    }

    private static Answer mutated(String good, Random random) {
        int status = random.nextInt(4) > 0
                ? 200
                : List.of(200, 201, 204, 400, 401, 403, 404, 429, 500, 503).get(random.nextInt(10));
        String type = random.nextInt(12) > 0
                ? "application/json; charset=utf-8"
                : List.of(
                                "text/html",
                                "text/plain",
                                "application/json; charset=utf-16",
                                ";;;",
                                "application/problem+json")
                        .get(random.nextInt(5));
        byte[] body = body(good, random);
        Map<String, String> headers =
                random.nextInt(10) > 0 ? Map.of() : Map.of("x-ogw-ratelimit-reset", "99999999999999999999");
        return new Answer(status, type, new String(body, StandardCharsets.ISO_8859_1), headers, Mode.BYTES);
    }

    private static byte[] body(String good, Random random) {
        byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> flipped(bytes, random);
            case 2 -> inserted(bytes, new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff, 0}, random);
            case 3 -> root(random).getBytes(StandardCharsets.UTF_8);
            case 4 -> doubled(good, random).getBytes(StandardCharsets.UTF_8);
            default -> changed(good, random).getBytes(StandardCharsets.UTF_8);
        };
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] flipped = bytes.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] inserted(byte[] bytes, byte[] strange, Random random) {
        int at = random.nextInt(bytes.length);
        byte[] all = new byte[bytes.length + strange.length];
        System.arraycopy(bytes, 0, all, 0, at);
        System.arraycopy(strange, 0, all, at, strange.length);
        System.arraycopy(bytes, at, all, at + strange.length, bytes.length - at);
        return all;
    }

    private static String root(Random random) {
        List<String> roots = List.of(
                "",
                " ",
                "null",
                "[]",
                "{}",
                "0",
                "\"0\"",
                "true",
                "[".repeat(5_000),
                "{\"a\":".repeat(2_000),
                "\uFEFF{}",
                "{\"errcode\":0}",
                "{\"code\":0}",
                "{\"code\":0,\"data\":[]}",
                "{\"errcode\":0,\"result\":null}",
                "{\"success\":false}",
                "9".repeat(5_000));
        return roots.get(random.nextInt(roots.size()));
    }

    /** One field twice, the second time otherwise. */
    private static String doubled(String good, Random random) {
        ObjectNode node = (ObjectNode) JSON.readTree(good);
        List<String> names = List.copyOf(node.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        return good.substring(0, good.length() - 1) + ",\"" + name + "\":" + strange(random) + "}";
    }

    /** One value somewhere in it otherwise, or gone. */
    private static String changed(String good, Random random) {
        JsonNode root = JSON.readTree(good);
        List<ObjectNode> objects = new ArrayList<>();
        List<ArrayNode> arrays = new ArrayList<>();
        collect(root, objects, arrays);
        String marker = "\"@@@\"";
        int which = random.nextInt(objects.size() + arrays.size());
        if (which < objects.size()) {
            ObjectNode object = objects.get(which);
            List<String> names = List.copyOf(object.propertyNames());
            if (names.isEmpty()) {
                return root.toString();
            }
            String name = names.get(random.nextInt(names.size()));
            object.remove(name);
            if (random.nextInt(6) > 0) {
                object.put(random.nextInt(10) > 0 ? name : name.toUpperCase(Locale.ROOT), "@@@");
            }
        } else {
            arrays.get(which - objects.size()).add("@@@");
        }
        return root.toString().replace(marker, strange(random));
    }

    private static void collect(JsonNode node, List<ObjectNode> objects, List<ArrayNode> arrays) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        } else if (node instanceof ArrayNode array) {
            arrays.add(array);
        }
        node.values().forEach(child -> collect(child, objects, arrays));
    }

    private static String strange(Random random) {
        List<String> values = List.of(
                "null",
                "true",
                "false",
                "\"\"",
                "\" \"",
                "\"0\"",
                "-1",
                "0",
                "1",
                "1.5",
                "1e400",
                "-1e400",
                "9223372036854775807",
                "-9223372036854775808",
                "99999999999999999999999999999999",
                "\"" + "x".repeat(9_000) + "\"",
                "\"a\\r\\nSet-Cookie: b\"",
                "\"\\u0000\\ud800\"",
                "\"\\u7fa4 \\ud83d\\ude80\"",
                "{}",
                "[]",
                "[[[[[[]]]]]]",
                "{\"a\":{\"b\":[1,null,{}]}}",
                "[null,0,\"u1\",{}]",
                "[".repeat(900) + "]".repeat(900),
                "\"../../etc\"",
                "\"oc_1?x=y#z\"",
                "NaN",
                "0x10",
                "'single'");
        return values.get(random.nextInt(values.size()));
    }
}
