package io.warroom.simulator.wecom;

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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** WeCom's {@code /cgi-bin}: HTTP 200 always, the truth is in {@code errcode}. */
public final class WecomApi implements PlatformApi {
    private static final String WEBHOOK_UPLOAD = "webhook/upload_media";
    private static final Set<String> ENDPOINTS = Set.of(
            "gettoken",
            "user/getuserid",
            "user/get_userid_by_email",
            "user/get",
            "user/list_id",
            "agent/get",
            "appchat/create",
            "appchat/get",
            "appchat/update",
            "appchat/send",
            "message/send",
            "message/recall",
            "agent/list",
            "get_api_domain_ip",
            "media/upload",
            "auth/getuserinfo",
            "auth/getuserdetail",
            "webhook/send",
            WEBHOOK_UPLOAD);

    private static final String BASE = "/cgi-bin/";

    private final World world;
    private final Limits limits;
    private final Groups groups;
    private final DirectMessages direct;
    private final GroupRobot robot;
    private final Media media;
    private final SignIn signIn;

    /** Serves the world's WeCom organisations. */
    public WecomApi(World world) {
        this.world = world;
        this.limits = new Limits(world);
        this.media = new Media(world);
        this.signIn = new SignIn(world);
        this.groups = new Groups(world, limits, media);
        this.direct = new DirectMessages(world, limits, media);
        this.robot = new GroupRobot(world, limits, media);
    }

    @Override
    public String endpoint(String method, String path) {
        String endpoint = path.startsWith(BASE) ? path.substring(BASE.length()) : "";
        return ENDPOINTS.contains(endpoint) ? endpoint : "unknown";
    }

    @Override
    public @Nullable Org caller(Call call) {
        if (call.endpoint().equals("gettoken")) {
            return organisation(call).filter(org -> !kind(org, call).isEmpty()).orElse(null);
        }
        if (call.endpoint().startsWith("webhook/")) {
            return world.webhook(Platform.WECOM, call.query("key"))
                    .map(webhook -> webhook.room.org)
                    .orElse(null);
        }
        return world.token(call.query("access_token"))
                .map(World.Token::org)
                .filter(org -> org.platform == Platform.WECOM)
                .orElse(null);
    }

    @Override
    public @Nullable Shown shown(Call call) {
        return call.endpoint().equals("gettoken") ? new Shown(call.query("corpid"), call.query("corpsecret")) : null;
    }

    @Override
    public Together together(Call call, @Nullable Org caller) {
        int most = caller == null ? 0 : caller.number(Unsettled.MOST_AT_ONCE);
        return caller == null || most == 0
                ? Together.FREE
                : new Together("wecom/" + caller.tenantId + "/" + call.endpoint(), most, false);
    }

    @Override
    public Answer overlapping(Call call, Org caller) {
        return hinted(error(45033, "concurrency limit exceeded"), call);
    }

    @Override
    public Answer refused(Call call, String code) {
        return hinted(error(Integer.parseInt(code), "refused on demand"), call);
    }

    @Override
    public Answer throttled(Call call) {
        return tooOften();
    }

    @Override
    public Answer answer(Call call) {
        return hinted(judge(call), call);
    }

    /** Every refusal says which request it was, from where, and where to read about its code. */
    private static Answer hinted(Answer answer, Call call) {
        if (!answer.failed() || !(answer.body() instanceof Map<?, ?> body)) {
            return answer;
        }
        Object code = Objects.requireNonNull(body.get("errcode"), "errcode");
        String more = body.get("errmsg") + ", hint: [" + World.id() + "], from ip: " + call.from()
                + ", more info at https://open.work.weixin.qq.com/devtool/query?e=" + code;
        return Answer.json(answer.status(), Map.of("errcode", code, "errmsg", more), true)
                .with("error-code", String.valueOf(code))
                .with("error-msg", String.valueOf(body.get("errmsg")));
    }

    private Answer judge(Call call) {
        String endpoint = call.endpoint();
        if (endpoint.equals("gettoken")) {
            return token(call);
        }
        if (endpoint.equals("webhook/send")) {
            return robot.send(call);
        }
        if (endpoint.equals(WEBHOOK_UPLOAD)) {
            return robot.upload(call);
        }
        if (call.query("access_token").isEmpty()) {
            return error(41001, "access_token missing");
        }
        Optional<World.Token> token =
                world.token(call.query("access_token")).filter(known -> known.org().platform == Platform.WECOM);
        if (token.isEmpty()) {
            return error(40014, "invalid access_token");
        }
        if (call.malformed()) {
            return error(47001, "data format error. Warning: wrong json format.");
        }
        if (call.escaped()) {
            return error(40033, "invalid request character, no \\uxxxx characters");
        }
        Org org = token.get().org();
        if (!token.get().expires().isAfter(world.now())) {
            return error(org.number(Unsettled.EXPIRED_TOKEN), "access_token expired");
        }
        boolean contacts = token.get().kind().equals("contacts");
        if (contacts ? !forContacts(org, endpoint) : endpoint.equals("user/list_id")) {
            return error(48002, "api forbidden");
        }
        if (!org.switches.addressAllowed()) {
            return error(60020, "not allow to access from your ip");
        }
        if (!org.switches.appState().usable() && !contacts && !endpoint.equals("agent/get")) {
            return error(50003, "app is disabled");
        }
        if (!org.switches.rootVisible() && endpoint.startsWith("appchat/")) {
            return error(org.number(Unsettled.NARROW_RANGE), "no privilege to access/modify contact/party/agent");
        }
        // However little is asked of it: who leaves it in a program is to be noticed (error table, 45009).
        if (call.query("debug").equals("1") && !limits.takeDebugging(org, endpoint)) {
            return throttled(call);
        }
        if (org.switches.limits() && !(limits.takeFrom(call.from(), endpoint) && limits.take(org, endpoint))) {
            return throttled(call);
        }
        return switch (endpoint) {
            case "user/getuserid" ->
                call.text("mobile").matches("\\+?[0-9-]{5,32}")
                        ? person(org, endpoint, org.byMobile(call.text("mobile")))
                        : error(60103, "invalid mobile");
            case "user/get_userid_by_email" ->
                call.text("email").matches("[^@]+@[^@]+")
                        ? person(org, endpoint, org.byEmail(call.text("email")))
                        : error(60105, "invalid email");
            case "user/get" ->
                org.visible(call.query("userid"))
                        .map(person -> ok(Map.of(
                                "userid",
                                person.userId(),
                                "name",
                                person.name(),
                                "department",
                                List.of(1),
                                "main_department",
                                1,
                                "status",
                                1)))
                        .orElseGet(() -> org.person(call.query("userid")).isEmpty()
                                ? error(org.number(Unsettled.UNKNOWN_USERID), "userid not found")
                                : error(
                                        Groups.code(org, Unsettled.INVISIBLE_MEMBER),
                                        "no privilege to access the member"));
            case "user/list_id" -> listed(org, call);
            case "agent/get" -> agent(org, call.query("agentid"));
            case "appchat/create" -> groups.create(org, call);
            case "appchat/get" -> groups.get(org, call);
            case "appchat/update" -> groups.update(org, call);
            case "appchat/send" -> groups.send(org, call);
            case "message/send" -> direct.send(org, call);
            case "message/recall" -> direct.recall(org, call);
            case "auth/getuserinfo" -> signIn.who(org, call);
            case "auth/getuserdetail" -> signIn.details(org, call);
            case "media/upload" -> media.upload(org, call);
            case "agent/list" ->
                ok(Map.of(
                        "agentlist",
                        List.of(Map.of("agentid", Long.parseLong(org.app("serviceId")), "name", "Warroom"))));
            case "get_api_domain_ip" -> ok(Map.of("ip_list", List.of("127.0.0.1")));
            default -> Answer.text(404, "404 page not found");
        };
    }

    /** What the contacts-sync secret may do: list people's ids, and perhaps look people up. */
    private static boolean forContacts(Org org, String endpoint) {
        boolean looksUp = endpoint.equals("user/getuserid") || endpoint.equals("user/get_userid_by_email");
        return endpoint.equals("user/list_id") || (looksUp && org.goes(Unsettled.CONTACTS_TOKEN, "MAY_LOOK_UP"));
    }

    private static Answer listed(Org org, Call call) {
        int limit = call.body().path("limit").asInt(10_000);
        if (limit < 1 || limit > 10_000) {
            return error(40058, "limit must be from 1 to 10000");
        }
        String cursor = call.text("cursor");
        if (!cursor.matches("\\d{0,9}")) {
            return error(40058, "invalid cursor");
        }
        List<Person> people = List.copyOf(org.people());
        int from = Math.min(cursor.isEmpty() ? 0 : Integer.parseInt(cursor), people.size());
        int to = Math.min(from + limit, people.size());
        return ok(Map.of(
                "next_cursor",
                to < people.size() ? String.valueOf(to) : "",
                "dept_user",
                people.subList(from, to).stream()
                        .map(person -> Map.of("userid", person.userId(), "department", 1))
                        .toList()));
    }

    /** An app sees itself alone; another's number and a number of nobody are not told apart by the page's examples. */
    private static Answer agent(Org org, String agentId) {
        if (!agentId.matches("\\d{1,18}")) {
            return error(40056, "invalid agentid");
        }
        if (!agentId.equals(org.app("serviceId"))) {
            return error(301002, "no permission for this agentid");
        }
        return ok(Map.of(
                "agentid",
                Long.parseLong(agentId),
                "name",
                "Warroom",
                "close",
                org.switches.appState().usable() ? 0 : 1,
                "allow_partys",
                Map.of("partyid", List.of(org.switches.rootVisible() ? 1 : 2))));
    }

    private Answer token(Call call) {
        if (world.blocked(call.from())) {
            world.askedWhileBlocked(Platform.WECOM, call.from());
            return error(45009, "api freq out of limit");
        }
        if (call.query("corpid").isEmpty()) {
            return error(41002, "corpid missing");
        }
        if (call.query("corpsecret").isEmpty()) {
            return error(41004, "corpsecret missing");
        }
        Optional<Org> org = organisation(call);
        if (org.isEmpty()) {
            return error(40013, "invalid corpid");
        }
        String kind = kind(org.get(), call);
        if (kind.isEmpty()) {
            world.wrongSecret(call.from());
            return error(40001, "invalid credential");
        }
        if (!org.get().goes(Unsettled.REPEATED_TOKEN, "SAME")) {
            world.forgetToken(org.get(), kind, org.get().goes(Unsettled.REPEATED_TOKEN, "NEW_ALONE"));
        }
        World.Token token = world.token(org.get(), kind, Duration.ZERO, false);
        long left = Duration.between(world.now(), token.expires()).toSeconds();
        return ok(Map.of("access_token", token.value(), "expires_in", left));
    }

    private Optional<Org> organisation(Call call) {
        List<Org> sameId = world.withIdentity(Platform.WECOM, call.query("corpid"));
        return sameId.stream()
                .filter(org -> !kind(org, call).isEmpty())
                .findFirst()
                .or(() -> sameId.stream().findFirst());
    }

    /** Says which of the organisation's two secrets the call shows, or nothing for neither. */
    private static String kind(Org org, Call call) {
        String secret = call.query("corpsecret");
        if (secret.isEmpty()) {
            return "";
        }
        return secret.equals(org.app("enterpriseKey"))
                ? "app"
                : secret.equals(org.app("addressBookKey")) ? "contacts" : "";
    }

    private Answer person(Org org, String endpoint, Optional<Person> person) {
        if (limits.lookUpsBlocked(org, endpoint)) {
            return tooOften();
        }
        if (person.isEmpty()) {
            limits.missed(org, endpoint);
            return error(org.number(Unsettled.UNKNOWN_PERSON), "no such user");
        }
        return ok(Map.of("userid", person.get().userId()));
    }

    static Answer ok(Map<String, ?> fields) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("errcode", 0, "errmsg", "ok"));
        body.putAll(fields);
        return Answer.json(200, body, false);
    }

    static Answer tooOften() {
        return error(45009, "api freq out of limit");
    }

    static Answer error(int code, String why) {
        return Answer.json(200, Map.of("errcode", code, "errmsg", why), true);
    }
}
