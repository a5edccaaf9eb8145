package io.warroom.platform.dingtalk;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import io.warroom.platform.http.Access;
import io.warroom.platform.http.PlatformHttp;
import io.warroom.platform.http.Reply;
import io.warroom.platform.http.UnlistedCodes;
import io.warroom.platform.http.Verdict;
import io.warroom.platform.pace.Pace;
import io.warroom.platform.token.RefusedSecrets;
import io.warroom.platform.token.Token;
import io.warroom.platform.token.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Calls to DingTalk's two interfaces, v1.0 and topapi, with the app's one token. */
final class DingTalkCalls {

    private static final Map<String, String> API =
            Map.of("DINGTALK", "https://api.dingtalk.com", "DINGTALK_INTERNATIONAL", "https://api.dingtalk.io");
    private static final Map<String, String> LEGACY =
            Map.of("DINGTALK", "https://oapi.dingtalk.com", "DINGTALK_INTERNATIONAL", "https://oapi.dingtalk.io");
    /** Advised by server-api-calling-guide, 2026-08-22. */
    private static final Duration MARGIN = Duration.ofMinutes(10);
    /** The refusal names the address that called; how the page's text is put around it is not captured. */
    private static final Pattern ADDRESS = Pattern.compile("(?<![0-9.])[0-9]{1,3}(\\.[0-9]{1,3}){3}(?![0-9.])");

    private static final Logger log = LoggerFactory.getLogger(DingTalkCalls.class);

    private final PlatformHttp http;
    private final DingTalkApi api;
    private final DingTalkLegacyApi legacyApi;
    /** Until when our address may not call, by the app's endpoint; as many as there are regions and allowed base URLs. */
    private final Map<String, Ban> bans;

    private final Tokens tokens;
    private final UnlistedCodes unlisted;
    private final RefusedSecrets refused;
    private final Clock clock;

    DingTalkCalls(PlatformHttp http, Pace pace, Clock clock, RefusedSecrets refused) {
        this(
                http,
                http.client(
                        DingTalkApi.class,
                        (request, token) -> request.addHeader("x-acs-dingtalk-access-token", token),
                        pace),
                http.client(
                        DingTalkLegacyApi.class,
                        (request, token) -> request.addRequestParameter("access_token", token),
                        pace),
                new ConcurrentHashMap<>(),
                clock,
                new UnlistedCodes(PlatformKind.DINGTALK),
                refused,
                refused::signIn);
    }

    private record Ban(Failure why, Instant until) {}

    private DingTalkCalls(
            PlatformHttp http,
            DingTalkApi api,
            DingTalkLegacyApi legacyApi,
            Map<String, Ban> bans,
            Clock clock,
            UnlistedCodes unlisted,
            RefusedSecrets refused,
            RefusedSecrets.Guard guard) {
        this.http = http;
        this.api = api;
        this.legacyApi = legacyApi;
        this.bans = bans;
        this.clock = clock;
        this.unlisted = unlisted;
        this.refused = refused;
        this.tokens = new Tokens(
                clock, app -> signIn(app, guard), why -> DingTalkCode.of(why.code()) == DingTalkCode.TOKEN_STALE);
    }

    /** The same interfaces for one check, which signs in anew; a ban of our address counts for both. */
    DingTalkCalls forCheck() {
        return new DingTalkCalls(http, api, legacyApi, bans, clock, unlisted, refused, refused::check);
    }

    Outcome<Boolean> signIn(App app) {
        return http.base(app, API).then(base -> tokens.with(app, token -> new Outcome.Done<>(true)));
    }

    static Credentials.DingTalk credentials(App app) {
        if (app.credentials() instanceof Credentials.DingTalk key) {
            return key;
        }
        throw new IllegalArgumentException("not a DingTalk app");
    }

    /** A call to v1.0. */
    Outcome<JsonNode> v1(App app, BiFunction<DingTalkApi, Access, Reply> call) {
        return http.base(app, API)
                .then(base -> tokens.with(
                        app,
                        token -> unlessBanned(
                                app, () -> judge(call.apply(api, new Access(base, token, app.tenantId()))))));
    }

    /** A call to v1.0 that changes a group: its page documents {@code success}, and an answer without it is none. */
    Outcome<JsonNode> change(App app, BiFunction<DingTalkApi, Access, Reply> call) {
        return v1(app, call)
                .then(body -> "true".equals(field(body, "success", "succ"))
                        ? new Outcome.Done<>(body)
                        : Reply.lost(new Reply.Lost("DingTalk's answer does not say that it succeeded.")));
    }

    /** A call to the older interface. */
    Outcome<JsonNode> legacy(App app, BiFunction<DingTalkLegacyApi, Access, Reply> call) {
        return http.base(app, LEGACY)
                .then(base -> tokens.with(
                        app,
                        token -> unlessBanned(
                                app,
                                () -> judgeLegacy(call.apply(legacyApi, new Access(base, token, app.tenantId()))))));
    }

    /** JSON as text, as {@code msg_param_map} wants it. */
    String write(Object value) {
        return http.write(value);
    }

    private Outcome<Token> signIn(App app, RefusedSecrets.Guard guard) {
        Credentials.DingTalk key = credentials(app);
        return guard.signIn(app, key.clientId(), key.clientSecret(), () -> fetchToken(app));
    }

    private Outcome<Token> fetchToken(App app) {
        Credentials.DingTalk key = credentials(app);
        return http.base(app, API)
                .then(base -> unlessBanned(
                        app,
                        () -> judge(api.signIn(
                                Access.withoutToken(base),
                                new DingTalkBody.SignIn(key.clientId(), key.clientSecret())))))
                .then(body -> {
                    String token = body.path("accessToken").asString("");
                    return Token.isOne(token)
                            ? new Outcome.Done<>(new Token(
                                    Secret.of(token),
                                    Duration.ofSeconds(body.path("expireIn").asLong(7200)),
                                    MARGIN))
                            : Reply.lost(new Reply.Lost("DingTalk's answer holds no access token."));
                });
    }

    /** One ban is a ban for every tenant that calls there: nobody calls before it is over, as calling may prolong it. */
    private Outcome<JsonNode> unlessBanned(App app, Supplier<Outcome<JsonNode>> call) {
        Ban ban = bans.get(app.endpoint());
        Instant now = clock.instant();
        if (ban != null && now.isBefore(ban.until())) {
            return new Outcome.NotYet<>(ban.why(), Duration.between(now, ban.until()));
        }
        Outcome<JsonNode> answer = call.get();
        if (answer instanceof Outcome.NotYet<JsonNode>(var why, var pause)
                && DingTalkCode.of(why.code()) == DingTalkCode.ADDRESS_BANNED) {
            Ban next = new Ban(why, clock.instant().plus(pause));
            // Calls that were under way when it began are refused, too: it is said once.
            if (Objects.equals(bans.put(app.endpoint(), next), ban)) {
                log.atError()
                        .addKeyValue("platform", PlatformKind.DINGTALK)
                        .addKeyValue("errorCode", why.code())
                        .log("DingTalk blocks our address, for all tenants");
            }
        }
        return answer;
    }

    /** Success has its errcode, too. */
    private Outcome<JsonNode> judgeLegacy(Reply reply) {
        return judge(reply)
                .then(body -> field(body, "errcode", "errcode") == null
                        ? Reply.lost(new Reply.Lost("DingTalk's answer holds no error code."))
                        : new Outcome.Done<>(body));
    }

    private Outcome<JsonNode> judge(Reply reply) {
        return switch (reply) {
            case Reply.Held held -> Reply.held(held);
            case Reply.NotReached notReached -> Reply.notReached(notReached);
            case Reply.Lost lost -> Reply.lost(lost);
            case Reply.Answer answer -> {
                String code = code(answer);
                if (code == null) {
                    yield answer.body().isObject()
                            ? new Outcome.Done<>(answer.body())
                            : Reply.lost(new Reply.Lost("DingTalk's answer is no JSON object."));
                }
                String requestId = field(answer.body(), "requestid", "request_id");
                DingTalkCode known = DingTalkCode.of(code);
                yield (known != null ? verdict(known, answer) : unlisted.judge(answer.status(), code, requestId))
                        .outcome(code, requestId);
            }
        };
    }

    /** v1.0 says which permission it wanted (add-api-permission), both say which address called. */
    private static Verdict verdict(DingTalkCode code, Reply.Answer answer) {
        if (code == DingTalkCode.ADDRESS_NOT_ALLOWED) {
            return namingAddress(code.verdict(), answer.body());
        }
        if (code != DingTalkCode.PERMISSION_MISSING) {
            return code.verdict();
        }
        List<String> names = new ArrayList<>();
        answer.body().properties().stream()
                .filter(field -> field.getKey().equalsIgnoreCase("accessdenieddetail"))
                .flatMap(field -> field.getValue().path("requiredScopes").valueStream())
                .map(name -> name.asString(""))
                .filter(name -> name.matches("[A-Za-z0-9_.:-]{1,80}"))
                .limit(10)
                .forEach(names::add);
        return names.isEmpty()
                ? code.verdict()
                : code.verdict().saying("The app misses the permission " + String.join(", ", names) + ".");
    }

    private static Verdict namingAddress(Verdict verdict, JsonNode body) {
        String said = field(body, "sub_msg", "message");
        Matcher address = ADDRESS.matcher(said == null ? "" : said);
        return address.find()
                ? verdict.saying("Our address " + address.group()
                        + " is not on the app's IP list. Add it in the developer console.")
                : verdict;
    }

    /** The code of a failure, or null for success. topapi: a sub_code says more than errcode 88; v1.0: a code is a failure. */
    private static @Nullable String code(Reply.Answer answer) {
        JsonNode body = answer.body();
        String legacy = field(body, "errcode", "errcode");
        if (legacy != null && !legacy.equals("0")) {
            String sub = field(body, "sub_code", "sub_code");
            return legacy.equals("88") && sub != null ? sub : legacy;
        }
        String code = field(body, "code", "code");
        if (code != null && !code.equals("0")) {
            return code;
        }
        if (body.has("punish")) {
            return field(body, "status", "status");
        }
        if (answer.status() >= 400 || "false".equals(field(body, "success", "succ"))) {
            return "HTTP " + answer.status();
        }
        return null;
    }

    /** DingTalk writes field names in several cases. */
    private static @Nullable String field(JsonNode body, String name, String otherName) {
        for (var entry : body.properties()) {
            String key = entry.getKey().toLowerCase(Locale.ROOT);
            if ((key.equals(name) || key.equals(otherName)) && entry.getValue().isValueNode()) {
                String value = entry.getValue().asString("");
                if (!value.isEmpty()) {
                    return value;
                }
            }
        }
        return null;
    }
}
