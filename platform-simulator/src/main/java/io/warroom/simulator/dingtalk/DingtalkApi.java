package io.warroom.simulator.dingtalk;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.PlatformApi;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** DingTalk's two API families on one base: v1.0 answers by HTTP status, the legacy one by {@code errcode} in HTTP 200. */
public final class DingtalkApi implements PlatformApi {
    /** What the gateway says, in the second place of a legacy refusal. */
    private static final Set<String> SUB_CODES =
            Set.of("40000", "40014", "42001", "60011", "60020", "90002", "90018", "90020");

    private static final String CORP_TOKEN = "v1.0/oauth2/:corpId/token";
    private static final String USER_TOKEN = "v1.0/oauth2/userAccessToken";
    private static final String ME = "v1.0/contact/users/me";
    private static final String APP_SCOPES = "v1.0/microApp/apps/:agentId/scopes";
    private static final Set<String> READ_BY_GET =
            Set.of("v1.0/im/sceneGroups/templates/robots", "v1.0/microApp/allInnerApps", APP_SCOPES, ME);
    private static final Set<String> CHANGED_BY_PUT = Set.of("v1.0/im/sceneGroups/subAdmins", "v1.0/card/instances");
    private static final String TOKEN_HEADER = "x-acs-dingtalk-access-token";
    private static final Set<String> ENDPOINTS = Set.of(
            "gettoken",
            "robot/send",
            "auth/scopes",
            "topapi/v2/user/getbymobile",
            "topapi/v2/user/get",
            "topapi/user/getbyunionid",
            "topapi/message/corpconversation/asyncsend_v2",
            "topapi/message/corpconversation/getsendresult",
            "topapi/message/corpconversation/getsendprogress",
            "topapi/message/corpconversation/recall",
            "topapi/im/chat/scenegroup/template/apply",
            "topapi/im/chat/scenegroup/template/close",
            "topapi/im/chat/scenegroup/create",
            "topapi/im/chat/scenegroup/update",
            "topapi/im/chat/scenegroup/member/add",
            "topapi/im/chat/scenegroup/member/delete",
            "topapi/im/chat/scenegroup/get",
            "topapi/im/chat/scencegroup/message/send_v2",
            "v1.0/oauth2/accessToken",
            CORP_TOKEN,
            APP_SCOPES,
            USER_TOKEN,
            ME,
            "v1.0/contact/users/search",
            "v1.0/im/sceneGroups/subAdmins",
            "v1.0/robot/groups/robots/query",
            "v1.0/robot/groupMessages/recall",
            "v1.0/robot/oToMessages/batchSend",
            "v1.0/card/instances/createAndDeliver",
            "v1.0/card/instances",
            "v1.0/im/sceneGroup/create",
            "v1.0/im/sceneGroup/update",
            "v1.0/im/sceneGroup/member/add",
            "v1.0/im/sceneGroup/member/delete",
            "v1.0/im/sceneGroups/members/batchQuery",
            "v1.0/im/sceneGroups/query",
            "v1.0/im/sceneGroups/templates/robots",
            "v1.0/microApp/allInnerApps",
            "v1.0/im/chat/scenegroup/disband",
            "v1.0/robot/groupMessages/send");

    private final World world;
    private final Gate gate;
    private final SceneGroups groups;
    private final LegacySceneGroups legacyGroups;
    private final RobotMessages messages;
    private final GroupRobot robot;
    private final WorkNotifications notifications;
    private final Cards cards;
    private final SignIn signIn;

    /** Serves the world's DingTalk organisations. */
    public DingtalkApi(World world) {
        this.world = world;
        this.gate = new Gate(world);
        this.groups = new SceneGroups(world);
        this.legacyGroups = new LegacySceneGroups(world, groups);
        this.messages = new RobotMessages(world);
        this.robot = new GroupRobot(world);
        this.notifications = new WorkNotifications(world);
        this.cards = new Cards(world);
        this.signIn = new SignIn(world);
    }

    @Override
    public String endpoint(String method, String path) {
        String endpoint = named(path.substring(1));
        return ENDPOINTS.contains(endpoint) ? endpoint : "unknown";
    }

    private static String named(String path) {
        return path.startsWith("v1.0/oauth2/") && path.endsWith("/token") && path.split("/", -1).length == 4
                ? CORP_TOKEN
                : path.startsWith("v1.0/microApp/apps/") && path.endsWith("/scopes") && path.split("/", -1).length == 5
                        ? APP_SCOPES
                        : path;
    }

    @Override
    public @Nullable Org caller(Call call) {
        return switch (call.endpoint()) {
            case "gettoken" ->
                byKey(call.query("appkey"), call.query("appsecret")).orElse(null);
            case "v1.0/oauth2/accessToken" ->
                byKey(call.text("appKey"), call.text("appSecret")).orElse(null);
            case CORP_TOKEN ->
                byKey(call.text("client_id"), call.text("client_secret")).orElse(null);
            case USER_TOKEN ->
                byKey(call.text("clientId"), call.text("clientSecret")).orElse(null);
            case "robot/send" ->
                world.webhook(Platform.DINGTALK, call.query("access_token"))
                        .map(webhook -> webhook.room.org)
                        .orElse(null);
            default -> token(call).map(World.Token::org).orElse(null);
        };
    }

    @Override
    public @Nullable Shown shown(Call call) {
        return switch (call.endpoint()) {
            case "gettoken" -> new Shown(call.query("appkey"), call.query("appsecret"));
            case "v1.0/oauth2/accessToken" -> new Shown(call.text("appKey"), call.text("appSecret"));
            case CORP_TOKEN -> new Shown(call.text("client_id"), call.text("client_secret"));
            case USER_TOKEN -> new Shown(call.text("clientId"), call.text("clientSecret"));
            default -> null;
        };
    }

    /** v1.0 says by the status what kind of refusal it is; the other family says 200, and hides what its gateway found in sub_code. A banned address gets a body of its own. */
    @Override
    public Answer refused(Call call, String code) {
        if (code.equals("1111")) {
            return banned();
        }
        if (call.path().startsWith("/v1.0/")) {
            int status = code.startsWith("Forbidden.")
                    ? 403
                    : Set.of("system.error", "unknownError", "systemInnerError").contains(code)
                            ? 500
                            : Set.of("systemBusy", "system.busy").contains(code)
                                    ? 429
                                    : code.equals("unauthorized.client") ? 401 : 400;
            return v1Error(status, code, "refused on demand");
        }
        return SUB_CODES.contains(code)
                ? legacySubError(code, "refused on demand")
                : Answer.json(
                        200,
                        Map.of(
                                "errcode",
                                code.matches("-?[0-9]{1,9}") ? (Object) Integer.valueOf(code) : code,
                                "errmsg",
                                "refused on demand",
                                "request_id",
                                World.id()),
                        true);
    }

    private static Answer banned() {
        return Answer.json(200, Map.of("status", 1111, "wait", 5, "source", "x5", "punish", "deny"), true);
    }

    @Override
    public Answer throttled(Call call) {
        Answer answer = call.path().startsWith("/v1.0/")
                ? v1Error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "too many requests")
                : legacySubError("90018", "too many requests");
        Org org = caller(call);
        return org != null && org.goes(Unsettled.RETRY_AFTER, "GIVEN") ? answer.with("Retry-After", "1") : answer;
    }

    @Override
    public Answer answer(Call call) {
        Answer answer = call.path().startsWith("/v1.0/") ? v1(call) : legacy(call);
        Org org = caller(call);
        return org != null && org.goes(Unsettled.CODES, "AS_TEXTS") ? asTexts(answer) : answer;
    }

    /** The pages write codes and flags as texts here and there. */
    private static Answer asTexts(Answer answer) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (answer.body() instanceof Map<?, ?> fields) {
            fields.forEach((name, value) -> {
                boolean written = name.equals("errcode") || name.equals("success");
                body.put(String.valueOf(name), written ? String.valueOf(value) : value);
            });
        }
        return new Answer(answer.status(), answer.contentType(), body, answer.failed(), answer.headers());
    }

    private Answer legacy(Call call) {
        String endpoint = call.endpoint();
        if (endpoint.equals("unknown")) {
            return legacyError(22, "invalid method");
        }
        if (endpoint.equals("gettoken")) {
            return byKey(call.query("appkey"), call.query("appsecret"))
                    .map(org -> {
                        World.Token token = world.token(org, "app", Duration.ZERO, true);
                        return legacyOk(Map.of("access_token", token.value(), "expires_in", 7200));
                    })
                    .orElseGet(() -> legacyError(wrongKey(call.query("appkey")), "invalid appKey or appSecret"));
        }
        if (endpoint.equals("robot/send")) {
            return robot.send(call);
        }
        if (call.query("access_token").isEmpty()) {
            return legacySubError("40000", "access_token is blank");
        }
        Optional<World.Token> token = token(call);
        if (token.isEmpty()) {
            return endpoint.startsWith("topapi/")
                    ? legacySubError("40014", "invalid access_token")
                    : legacyError(40014, "invalid access_token");
        }
        if (!token.get().expires().isAfter(world.now())) {
            return legacySubError(token.get().org().way(Unsettled.EXPIRED_TOKEN), "access_token expired");
        }
        if (call.malformed()) {
            return legacyError(40035, "invalid parameter: the body is not a JSON object");
        }
        Org org = token.get().org();
        if (!org.switches.addressAllowed()) {
            return legacySubError(
                    "60020", "request ip=" + call.from() + " not in whitelist, appKey=" + org.app("clientId"));
        }
        if (!org.switches.appState().usable()) {
            return legacyError(50003, "the app is disabled");
        }
        String permission = Gate.permission(endpoint);
        if (org.switches.withheldScopes().contains(permission) && isJudged(org, call)) {
            return legacySubError("60011", "no permission: " + permission);
        }
        switch (gate.take(org, call)) {
            case ADDRESS_BANNED -> {
                return banned();
            }
            case TOO_FAST -> {
                return throttled(call);
            }
            case MONTH_USED_UP -> {
                return legacySubError("90020", "the organisation's calls of this month are used up");
            }
            case FREE -> {}
        }
        return switch (endpoint) {
            case "auth/scopes" -> scopes(org);
            case "topapi/v2/user/getbymobile" -> byMobile(org, call.text("mobile"));
            case "topapi/v2/user/get" -> user(org, call.text("userid"));
            case "topapi/user/getbyunionid" ->
                org.visible(call.text("unionid").replaceFirst("^union-", ""))
                        .filter(_ -> call.text("unionid").startsWith("union-"))
                        .map(person -> legacyOk(Map.of("result", Map.of("contact_type", 0, "userid", person.userId()))))
                        .orElseGet(() -> legacyError(60121, "user not found"));
            case "topapi/message/corpconversation/asyncsend_v2" -> notifications.send(org, call);
            case "topapi/message/corpconversation/getsendresult" -> notifications.result(org, call);
            case "topapi/message/corpconversation/getsendprogress" -> notifications.progress(org, call);
            case "topapi/message/corpconversation/recall" -> notifications.recall(org, call);
            case "topapi/im/chat/scenegroup/template/apply", "topapi/im/chat/scenegroup/template/close" ->
                legacyGroups.template(org, call);
            case "topapi/im/chat/scenegroup/create" -> legacyGroups.create(org, call);
            case "topapi/im/chat/scenegroup/update" -> legacyGroups.update(org, call);
            case "topapi/im/chat/scenegroup/member/add" -> legacyGroups.add(org, call);
            case "topapi/im/chat/scenegroup/member/delete" -> legacyGroups.remove(org, call);
            case "topapi/im/chat/scenegroup/get" -> legacyGroups.get(org, call);
            default -> messages.sendByAssistant(org, call);
        };
    }

    /** The page does not say whose code comes first when the group is not there either. */
    private boolean isJudged(Org org, Call call) {
        String group = Stream.of("openConversationId", "open_conversation_id", "target_open_conversation_id")
                .map(call::text)
                .filter(id -> !id.isEmpty())
                .findFirst()
                .orElse("");
        return group.isEmpty() || world.room(org, group) != null || org.goes(Unsettled.PERMISSION_JUDGED, "FIRST");
    }

    private int wrongKey(String clientId) {
        List<Org> named = world.withIdentity(Platform.DINGTALK, clientId);
        return named.isEmpty() ? 40096 : named.getFirst().number(Unsettled.WRONG_KEY);
    }

    private static Answer appScopes(Org org, Call call) {
        if (!call.path().split("/", -1)[4].equals(org.app("serviceId"))) {
            return v1Error(400, "parameter.invalid", "no such agentId");
        }
        // The fields' names by the vendor's SDK 2.2.43.
        return v1Ok(Map.of(
                "result",
                Map.of(
                        "deptIds",
                        org.switches.rootVisible() ? List.of(1) : List.of(),
                        "userIds",
                        List.of(),
                        "roleIds",
                        List.of(),
                        "onlyAdminVisible",
                        false)));
    }

    /** By name, a part of it or, on demand, the whole (address-book-search-user-id). */
    private static Answer search(Org org, Call call) {
        String word = call.text("queryWord");
        int size = call.body().path("size").asInt(0);
        int offset = call.body().path("offset").asInt(-1);
        if (word.isEmpty() || size < 1 || offset < 0) {
            return v1Error(400, "parameter.invalid", "queryWord, offset and size are required");
        }
        boolean whole = call.body().path("fullMatchField").asInt(0) == 1;
        List<String> all = org.people().stream()
                .filter(Person::visible)
                .filter(person ->
                        whole ? person.name().equals(word) : person.name().contains(word))
                .map(Person::userId)
                .toList();
        int to = Math.min(all.size(), offset + size);
        return v1Ok(Map.of(
                "list", all.subList(Math.min(offset, to), to), "totalCount", all.size(), "hasMore", to < all.size()));
    }

    /** Either whole departments or people one by one (obtain-corpsecret-authorization-scope). */
    private static Answer scopes(Org org) {
        boolean whole = org.switches.rootVisible();
        List<String> people = org.people().stream()
                .filter(Person::visible)
                .map(Person::userId)
                .toList();
        return legacyOk(Map.of(
                "auth_user_field",
                List.of("name"),
                "auth_org_scopes",
                Map.of("authed_dept", whole ? List.of(1) : List.of(), "authed_user", whole ? List.of() : people)));
    }

    private static Answer byMobile(Org org, String mobile) {
        if (mobile.isBlank()) {
            return legacyError(400002, "mobile is blank");
        }
        if (!mobile.matches("[+]?[0-9-]{5,32}")) {
            return legacyError(40104, "invalid mobile");
        }
        return org.byMobile(mobile)
                .map(person -> legacyOk(Map.of("result", Map.of("userid", person.userId()))))
                .orElseGet(() -> legacyError(60121, "user not found"));
    }

    private static Answer user(Org org, String userId) {
        if (userId.isBlank()) {
            return legacyError(400002, "userid is blank");
        }
        var person = org.person(userId).orElse(null);
        if (person == null) {
            return legacyError(33012, "userid not found");
        }
        if (!person.visible()) {
            return legacyError(50002, "user outside the contact scope");
        }
        return legacyOk(Map.of("result", Map.of("userid", userId, "name", person.name(), "active", true)));
    }

    private Answer v1(Call call) {
        String endpoint = call.endpoint();
        if (endpoint.equals("unknown") || !call.method().equals(method(endpoint))) {
            return v1Error(404, "InvalidAction.NotFound", "Specified api is not found");
        }
        if (endpoint.equals("v1.0/oauth2/accessToken")) {
            return byKey(call.text("appKey"), call.text("appSecret"))
                    .map(org -> {
                        World.Token token = world.token(org, "app", Duration.ZERO, true);
                        return v1Ok(Map.of("accessToken", token.value(), "expireIn", 7200));
                    })
                    .orElseGet(() -> v1Error(400, "invalidClientIdOrSecret", "invalid clientId or clientSecret"));
        }
        if (endpoint.equals(CORP_TOKEN)) {
            return corpToken(call);
        }
        if (endpoint.equals(USER_TOKEN)) {
            return byKey(call.text("clientId"), call.text("clientSecret"))
                    .map(org -> signIn.token(org, call))
                    .orElseGet(() -> v1Error(400, "invalidClientIdOrSecret", "invalid clientId or clientSecret"));
        }
        if (!call.headers().containsKey(TOKEN_HEADER)) {
            return v1Error(400, "AuthenticationFailed.MissingParameter", "missing header " + TOKEN_HEADER);
        }
        Optional<World.Token> token =
                token(call).filter(known -> known.expires().isAfter(world.now()));
        if (token.isEmpty()) {
            return v1Error(400, "InvalidAuthentication", "invalid or expired access token");
        }
        if (call.malformed()) {
            return v1Error(400, "parameter.invalid", "the body is not a JSON object");
        }
        Org org = token.get().org();
        if (!org.switches.addressAllowed()) {
            return v1Error(403, "Forbidden.AccessDenied.IpNotInWhiteList", "request ip=" + call.from());
        }
        // By the list of codes, which names no other for v1.0 (server-api-error-codes-1).
        if (!org.switches.appState().usable()) {
            return v1Error(400, "50003", "the app is disabled");
        }
        String permission = Gate.permission(endpoint);
        if (org.switches.withheldScopes().contains(permission) && isJudged(org, call)) {
            return Answer.json(
                    403,
                    Map.of(
                            "code",
                            "Forbidden.AccessDenied.AccessTokenPermissionDenied",
                            "message",
                            "the app lacks a permission",
                            "requestid",
                            World.id(),
                            "accessdenieddetail",
                            Map.of("requiredScopes", List.of(permission))),
                    true);
        }
        switch (gate.take(org, call)) {
            case ADDRESS_BANNED -> {
                return banned();
            }
            case TOO_FAST -> {
                return throttled(call);
            }
            case MONTH_USED_UP -> {
                return v1Error(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "no calls left in this month");
            }
            case FREE -> {}
        }
        return switch (endpoint) {
            case "v1.0/im/sceneGroup/create" -> groups.create(org, call);
            case "v1.0/im/sceneGroup/update" -> groups.update(org, call);
            case "v1.0/im/sceneGroup/member/add" -> groups.add(org, call);
            case "v1.0/im/sceneGroup/member/delete" -> groups.remove(org, call);
            case "v1.0/im/sceneGroups/members/batchQuery" -> groups.members(org, call);
            case "v1.0/im/sceneGroups/query" -> groups.query(org, call);
            case "v1.0/im/sceneGroups/templates/robots" -> groups.robot(org, call);
            case "v1.0/microApp/allInnerApps" ->
                v1Ok(Map.of(
                        "appList",
                        List.of(Map.of("agentId", Long.parseLong(org.app("serviceId")), "name", "Warroom"))));
            case APP_SCOPES -> appScopes(org, call);
            case ME -> signIn.me(org, token.get());
            case "v1.0/contact/users/search" -> search(org, call);
            case "v1.0/im/sceneGroups/subAdmins" -> groups.subAdmins(org, call);
            case "v1.0/robot/groups/robots/query" -> groups.robots(org, call);
            case "v1.0/robot/groupMessages/recall" -> messages.recall(org, call);
            case "v1.0/robot/oToMessages/batchSend" -> messages.sendToPeople(org, call);
            case "v1.0/card/instances/createAndDeliver" -> cards.deliver(org, call);
            case "v1.0/card/instances" -> cards.update(org, call);
            case "v1.0/im/chat/scenegroup/disband" -> groups.disband(org, call);
            default -> messages.sendByRobot(org, call);
        };
    }

    private static String method(String endpoint) {
        return READ_BY_GET.contains(endpoint) ? "GET" : CHANGED_BY_PUT.contains(endpoint) ? "PUT" : "POST";
    }

    /** A tenant's corpId is not among its parameters: any is taken, but for one that cannot be (api-gettoken, as probed). */
    private Answer corpToken(Call call) {
        if (!call.path().substring("/v1.0/oauth2/".length()).startsWith("ding")) {
            return v1Error(500, "unknownError", "unknown error");
        }
        if (!call.text("grant_type").equals("client_credentials")) {
            return v1Error(400, "invalid.client", "grant_type must be client_credentials");
        }
        return byKey(call.text("client_id"), call.text("client_secret"))
                .map(org -> v1Ok(Map.of(
                        "access_token",
                        world.token(org, "app", Duration.ZERO, true).value(),
                        "expires_in",
                        7200)))
                .orElseGet(() -> v1Error(400, "invalid.client", "invalid client_id or client_secret"));
    }

    private Optional<Org> byKey(String clientId, String secret) {
        return world.withIdentity(Platform.DINGTALK, clientId).stream()
                .filter(org -> org.app("clientSecret").equals(secret))
                .findFirst();
    }

    private Optional<World.Token> token(Call call) {
        String value = call.path().startsWith("/v1.0/")
                ? call.headers().getOrDefault(TOKEN_HEADER, "")
                : call.query("access_token");
        boolean own = call.endpoint().equals(ME);
        return world.token(value)
                .filter(token -> token.org().platform == Platform.DINGTALK
                        && own == token.kind().startsWith(SignIn.USER));
    }

    static Answer v1Ok(Map<String, ?> body) {
        return Answer.json(200, body, false);
    }

    static Answer v1Error(int status, String code, String message) {
        return Answer.json(status, Map.of("code", code, "message", message, "requestid", World.id()), true);
    }

    static Answer legacyOk(Map<String, ?> fields) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("errcode", 0, "errmsg", "ok", "request_id", World.id()));
        body.putAll(fields);
        return Answer.json(200, body, false);
    }

    static Answer legacyError(int code, String message) {
        return Answer.json(200, Map.of("errcode", code, "errmsg", message, "request_id", World.id()), true);
    }

    static Answer legacySubError(String subCode, String why) {
        return Answer.json(
                200,
                Map.of(
                        "errcode",
                        88,
                        "sub_code",
                        subCode,
                        "sub_msg",
                        why,
                        "errmsg",
                        "ding talk error[subcode=" + subCode + ",submsg=" + why + "]",
                        "request_id",
                        World.id()),
                true);
    }
}
