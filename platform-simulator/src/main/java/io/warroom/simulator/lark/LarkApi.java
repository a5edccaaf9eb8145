package io.warroom.simulator.lark;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.PlatformApi;
import io.warroom.simulator.witness.Switches;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lark's {@code /open-apis}: the token endpoint fails in HTTP 200, all others in HTTP 400 with a code. */
public final class LarkApi implements PlatformApi {
    private static final String TOKEN = "auth/v3/tenant_access_token/internal";
    private static final String HOOK = "bot/v2/hook/:token";
    private static final String USER_TOKEN = "authen/v2/oauth/token";
    private static final String USER_INFO = "authen/v1/user_info";
    private static final String UNKNOWN = "unknown";
    private static final String BASE = "/open-apis/";
    private static final String CHATS = "im/v1/chats/";
    private static final String MESSAGES = "im/v1/messages/";
    private static final String HOOKS = "bot/v2/hook/";

    private final World world;
    private final Chats chats;
    private final ChatMembers members;
    private final Messages messages;
    private final GroupRobot robot;
    private final ChatActions actions;
    private final MessageActions onMessages;
    private final SignIn signIn;

    /** Serves the world's Lark organisations. */
    public LarkApi(World world) {
        this.world = world;
        this.chats = new Chats(world);
        this.members = new ChatMembers(world);
        this.messages = new Messages(world);
        this.robot = new GroupRobot(world);
        this.actions = new ChatActions(world);
        this.onMessages = new MessageActions(world);
        this.signIn = new SignIn(world);
    }

    @Override
    public String endpoint(String method, String path) {
        if (!path.startsWith(BASE)) {
            return UNKNOWN;
        }
        String rest = path.substring(BASE.length());
        String named = rest;
        if (rest.equals(CHATS + "search")) {
            named = rest;
        } else if (rest.startsWith(MESSAGES)) {
            int end = rest.indexOf('/', MESSAGES.length());
            named = MESSAGES + ":message_id" + (end < 0 ? "" : rest.substring(end));
        } else if (rest.startsWith(CHATS)) {
            int end = rest.indexOf('/', CHATS.length());
            named = CHATS + ":chat_id" + (end < 0 ? "" : rest.substring(end));
        } else if (rest.startsWith(HOOKS)) {
            named = rest.indexOf('/', HOOKS.length()) < 0 ? HOOK : UNKNOWN;
        }
        return switch (method + " " + named) {
            case "POST " + TOKEN,
                    "POST " + USER_TOKEN,
                    "POST " + HOOK,
                    "POST im/v1/chats",
                    "POST im/v1/chats/:chat_id/members",
                    "POST im/v1/chats/:chat_id/link",
                    "POST im/v1/chats/:chat_id/managers/add_managers",
                    "POST im/v1/chats/:chat_id/top_notice/put_top_notice",
                    "POST im/v1/pins",
                    "POST im/v1/messages",
                    "POST contact/v3/users/batch_get_id" -> named;
            case "GET im/v1/chats",
                    "GET im/v1/chats/search",
                    "GET im/v1/chats/:chat_id",
                    "GET im/v1/chats/:chat_id/members/is_in_chat",
                    "PATCH im/v1/messages/:message_id",
                    "PATCH im/v1/messages/:message_id/urgent_app",
                    "PATCH im/v1/messages/:message_id/urgent_sms",
                    "PATCH im/v1/messages/:message_id/urgent_phone",
                    "PUT im/v1/chats/:chat_id",
                    "DELETE im/v1/chats/:chat_id",
                    "GET im/v1/chats/:chat_id/members",
                    "DELETE im/v1/chats/:chat_id/members" -> method + " " + named;
            case "GET " + USER_INFO,
                    "GET bot/v3/info",
                    "GET application/v6/scopes",
                    "GET application/v6/applications/me" -> named;
            default -> UNKNOWN;
        };
    }

    @Override
    public @Nullable Org caller(Call call) {
        if (call.endpoint().equals(TOKEN)) {
            return world.withIdentity(Platform.LARK, call.text("app_id")).stream()
                    .filter(org -> org.app("appSecret").equals(call.text("app_secret")))
                    .findFirst()
                    .orElse(null);
        }
        if (call.endpoint().equals(HOOK)) {
            Webhook webhook = robot.of(call);
            return webhook == null ? null : webhook.room.org;
        }
        return token(call).map(World.Token::org).orElse(null);
    }

    @Override
    public @Nullable Shown shown(Call call) {
        return call.endpoint().equals(TOKEN) ? new Shown(call.text("app_id"), call.text("app_secret")) : null;
    }

    /** Members of one chat are changed by one call at a time (chat-members/create). */
    @Override
    public Together together(Call call, @Nullable Org caller) {
        return call.endpoint().endsWith("im/v1/chats/:chat_id/members")
                        && !call.method().equals("GET")
                ? new Together("lark/" + named(call, CHATS), 1, true)
                : Together.FREE;
    }

    @Override
    public Answer overlapping(Call call, Org caller) {
        return chatLimited(caller, "the chat is being changed by another call");
    }

    private static Answer chatLimited(Org org, String why) {
        Answer answer = error(232019, why);
        return org.goes(Unsettled.CHAT_RESET, "GIVEN") ? answer.with("x-ogw-ratelimit-reset", "2") : answer;
    }

    /** Tokens and group robots are refused in HTTP 200, limits in 429, all else in 400. */
    @Override
    public Answer refused(Call call, String code) {
        int number = Integer.parseInt(code);
        if (Set.of(99991400, 99991403, 99991406).contains(number)) {
            return Answer.json(429, Map.of("code", number, "msg", "refused on demand"), true);
        }
        Org org = number == 232019 ? caller(call) : null;
        if (org != null) {
            return chatLimited(org, "refused on demand");
        }
        return Set.of(TOKEN, HOOK).contains(call.endpoint())
                ? Answer.json(200, Map.of("code", number, "msg", "refused on demand"), true)
                : error(number, "refused on demand");
    }

    @Override
    public Answer throttled(Call call) {
        Org org = caller(call);
        Answer answer = limited(Duration.ofSeconds(1), 50);
        return org != null && org.goes(Unsettled.RETRY_AFTER, "GIVEN") ? answer.with("Retry-After", "1") : answer;
    }

    private static Answer limited(Duration wait, int most) {
        return Answer.json(429, Map.of("code", 99991400, "msg", "request trigger frequency limit"), true)
                .with("x-ogw-ratelimit-limit", String.valueOf(most))
                .with("x-ogw-ratelimit-reset", String.valueOf(Math.max(1, wait.toSeconds())));
    }

    @Override
    public Answer answer(Call call) {
        String endpoint = call.endpoint();
        if (endpoint.equals(UNKNOWN)) {
            return Answer.text(404, "404 page not found");
        }
        if (endpoint.equals(TOKEN)) {
            return giveToken(call);
        }
        if (endpoint.equals(HOOK)) {
            return robot.send(call);
        }
        if (endpoint.equals(USER_TOKEN)) {
            return signIn.token(call);
        }
        if (endpoint.equals(USER_INFO)) {
            return signIn.who(token(call));
        }
        if (!call.headers().getOrDefault("authorization", "").startsWith("Bearer ")) {
            return error(99991661, "Missing access token for authorization");
        }
        if (!call.headers().getOrDefault("authorization", "").matches("Bearer [tu]-.*")) {
            return error(99991671, "access token must begin with t- or u-");
        }
        Optional<World.Token> token =
                token(call).filter(known -> known.expires().isAfter(world.now()) && !SignIn.isUsers(known));
        if (token.isEmpty()) {
            return error(99991663, "Invalid access token for authorization");
        }
        if (call.malformed()) {
            return error(9499, "Bad Request");
        }
        Org org = token.get().org();
        if (!org.switches.addressAllowed()) {
            return error(99991401, "ip " + call.from() + " is denied by app setting");
        }
        if (!org.switches.appState().usable()) {
            if (endpoint.equals("application/v6/scopes")
                    && org.switches.appState() == Switches.AppState.NOT_INSTALLED) {
                return error(212100, "the app is not installed in the tenant");
            }
            if (endpoint.startsWith("im/")) {
                return error(232034, "the app is not installed or not enabled in the tenant");
            }
        }
        Answer botless = org.switches.botOn() ? null : botless(org, endpoint);
        if (botless != null) {
            return botless;
        }
        Answer lacking = Scopes.refusal(org, endpoint);
        if (lacking != null) {
            return lacking;
        }
        if (!IdType.known(call)) {
            return error(99992402, "field validation failed: user_id_type or member_id_type");
        }
        if (IdType.of(call) == IdType.USER_ID && !Scopes.granted(org, Scopes.EMPLOYEE_ID)) {
            return Scopes.lacking(List.of(Scopes.EMPLOYEE_ID));
        }
        return org.switches.limits() ? limited(org, endpoint, call) : take(org, endpoint, call);
    }

    /** An app whose bot ability is off makes no chats and writes no messages (232025, 230006). */
    private static @Nullable Answer botless(Org org, String endpoint) {
        if (endpoint.equals("bot/v3/info") && !org.goes(Unsettled.BOT_OFF, "ANSWERED")) {
            return error(org.goes(Unsettled.BOT_OFF, "CODE_11205") ? 11205 : 11240, "the app has no bot");
        }
        if (endpoint.equals("im/v1/messages")) {
            return error(230006, "the bot ability is not activated");
        }
        return endpoint.contains("im/v1/chats") ? error(232025, "the bot ability is not activated") : null;
    }

    /** Refused calls, and calls about contacts, are not counted against the month of the Standard plan. */
    private Answer limited(Org org, String endpoint, Call call) {
        Duration wait = org.meter.take(world.now(), endpoint, 1, 50, Duration.ofSeconds(1));
        if (!wait.isZero()) {
            return limited(wait, 50);
        }
        wait = org.meter.take(world.now(), endpoint, 1, 1_000, Duration.ofMinutes(1));
        if (!wait.isZero()) {
            return limited(wait, 1_000);
        }
        boolean free = endpoint.startsWith("contact/");
        int most = org.goes(Unsettled.CALLS_A_MONTH, "NONE") ? Integer.MAX_VALUE : org.number(Unsettled.CALLS_A_MONTH);
        if (!free && !org.meter.leftThisMonth(world.now(), "calls", most)) {
            return Answer.json(429, Map.of("code", 99991403, "msg", "the tenant's monthly quota is used up"), true);
        }
        Answer answer = take(org, endpoint, call);
        if (!free && !answer.failed()) {
            org.meter.takeThisMonth(world.now(), "calls", most);
        }
        return answer;
    }

    private Answer take(Org org, String endpoint, Call call) {
        String chatId = named(call, CHATS);
        return switch (endpoint) {
            case "im/v1/chats" -> chats.create(org, call);
            case "GET im/v1/chats" -> chats.list(org, call);
            case "GET im/v1/chats/:chat_id" -> chats.get(org, chatId, call);
            case "PUT im/v1/chats/:chat_id" -> chats.update(org, chatId, call);
            case "DELETE im/v1/chats/:chat_id" -> chats.dissolve(org, chatId);
            case "im/v1/chats/:chat_id/members" -> members.add(org, chatId, call);
            case "GET im/v1/chats/:chat_id/members" -> members.list(org, chatId, call);
            case "DELETE im/v1/chats/:chat_id/members" -> members.remove(org, chatId, call);
            case "GET im/v1/chats/search" -> actions.search(org, call);
            case "GET im/v1/chats/:chat_id/members/is_in_chat" -> actions.isIn(org, chatId);
            case "im/v1/chats/:chat_id/managers/add_managers" -> actions.addManagers(org, chatId, call);
            case "im/v1/chats/:chat_id/link" -> actions.link(org, chatId, call);
            case "im/v1/chats/:chat_id/top_notice/put_top_notice" -> actions.putOnTop(org, chatId, call);
            case "im/v1/pins" -> onMessages.pin(org, call);
            case "PATCH im/v1/messages/:message_id" -> onMessages.change(org, named(call, MESSAGES), call);
            case "PATCH im/v1/messages/:message_id/urgent_app",
                    "PATCH im/v1/messages/:message_id/urgent_sms",
                    "PATCH im/v1/messages/:message_id/urgent_phone" ->
                onMessages.buzz(org, named(call, MESSAGES), call);
            case "im/v1/messages" -> messages.send(org, call);
            case "contact/v3/users/batch_get_id" -> findPeople(org, call);
            case "bot/v3/info" ->
                Answer.json(
                        200,
                        Map.of(
                                "code",
                                0,
                                "msg",
                                "ok",
                                "bot",
                                Map.of(
                                        "activate_status",
                                        org.switches.appState().activateStatus,
                                        "app_name",
                                        "Warroom",
                                        "avatar_url",
                                        "",
                                        "ip_white_list",
                                        List.of(),
                                        "open_id",
                                        "ou_bot")),
                        false);
            case "application/v6/applications/me" ->
                ok(Map.of(
                        "app",
                        Map.of(
                                "app_id",
                                org.app("appId"),
                                "status",
                                org.switches.appState().usable() ? 1 : 0)));
            default ->
                ok(Map.of(
                        "scopes",
                        Scopes.ALL.stream()
                                .map(scope ->
                                        Map.of("scope_name", scope, "grant_status", Scopes.granted(org, scope) ? 1 : 2))
                                .toList()));
        };
    }

    /** Gives the path's part behind what it begins with, up to the next slash. */
    private static String named(Call call, String beginning) {
        String prefix = BASE + beginning;
        if (!call.path().startsWith(prefix)) {
            return "";
        }
        int end = call.path().indexOf('/', prefix.length());
        return end < 0 ? call.path().substring(prefix.length()) : call.path().substring(prefix.length(), end);
    }

    private Answer giveToken(Call call) {
        if (call.text("app_id").isEmpty() || call.text("app_secret").isEmpty()) {
            return Answer.json(200, Map.of("code", 10003, "msg", "invalid param"), true);
        }
        Org org = caller(call);
        if (org == null) {
            boolean known =
                    !world.withIdentity(Platform.LARK, call.text("app_id")).isEmpty();
            if (!known) {
                return Answer.json(200, Map.of("code", 10014, "msg", "app id not exists"), true);
            }
            String[] way = world.withIdentity(Platform.LARK, call.text("app_id"))
                    .getFirst()
                    .way(Unsettled.WRONG_SECRET)
                    .split("_", -1);
            return Answer.json(
                    Integer.parseInt(way[3]),
                    Map.of("code", Integer.parseInt(way[1]), "msg", "app secret invalid"),
                    true);
        }
        if (org.switches.appState() == Switches.AppState.DISABLED && org.goes(Unsettled.DISABLED_APP, "CODE_10014")) {
            return Answer.json(200, Map.of("code", 10014, "msg", "app unavailable"), true);
        }
        if (org.goes(Unsettled.REPEATED_TOKEN, "NEW")) {
            world.forgetToken(org, "app", false);
        }
        World.Token token = world.token(org, "app", Duration.ofMinutes(30), false);
        long left = Duration.between(world.now(), token.expires()).toSeconds();
        return Answer.json(
                200, Map.of("code", 0, "msg", "ok", "tenant_access_token", token.value(), "expire", left), false);
    }

    private Optional<World.Token> token(Call call) {
        String header = call.headers().getOrDefault("authorization", "");
        return header.startsWith("Bearer ")
                ? world.token(header.substring(7)).filter(token -> token.org().platform == Platform.LARK)
                : Optional.empty();
    }

    private static Answer findPeople(Org org, Call call) {
        JsonNode emails = call.body().path("emails");
        JsonNode mobiles = call.body().path("mobiles");
        if (emails.size() > 50 || mobiles.size() > 50) {
            return error(99992402, "field validation failed: at most 50");
        }
        boolean resigned = call.body().path("include_resigned").asBoolean(false);
        IdType type = IdType.of(call);
        List<Map<String, String>> rows = new ArrayList<>();
        for (JsonNode email : emails.values()) {
            rows.add(row(type, "email", email.asString(""), org.byEmail(email.asString(""), resigned)));
        }
        for (JsonNode mobile : mobiles.values()) {
            rows.add(row(type, "mobile", mobile.asString(""), org.byMobile(mobile.asString(""), resigned)));
        }
        return ok(Map.of("user_list", rows));
    }

    private static Map<String, String> row(IdType type, String field, String asked, Optional<Person> person) {
        Map<String, String> row = new HashMap<>(Map.of(field, asked));
        person.ifPresent(found -> row.put("user_id", IdType.write(type, found.userId())));
        return row;
    }

    static Answer ok(Map<String, ?> data) {
        return Answer.json(200, Map.of("code", 0, "msg", "success", "data", data), false);
    }

    static Answer error(int code, String why) {
        String logId = World.id();
        return Answer.json(400, Map.of("code", code, "msg", why, "error", Map.of("log_id", logId)), true)
                .with("X-Tt-Logid", logId);
    }
}
