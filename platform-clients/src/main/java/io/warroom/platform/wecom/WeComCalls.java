package io.warroom.platform.wecom;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Failure.Kind;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Calls to WeCom's interface with the app's token, and what their answers come to. */
final class WeComCalls {

    private static final Map<String, String> REGIONS = Map.of("WECOM", "https://qyapi.weixin.qq.com");
    /** The margin WxJava keeps before a token's end (WxCpDefaultConfigImpl, commit 3e48dc7). */
    private static final Duration MARGIN = Duration.ofSeconds(200);
    /** Many wrong secrets block our address, for all tenants, for an hour (error code table, 45009). */
    private static final Duration ADDRESS_BLOCK = Duration.ofHours(1);

    private static final String ADDRESS_BLOCKED =
            "WeCom blocks our address from signing in, for up to an hour, after too many wrong secrets or too many calls.";

    private static final Pattern HINT = Pattern.compile("hint: ?\\[([^\\]]{1,100})]");
    private static final Pattern FROM = Pattern.compile("from ip: ?([0-9a-fA-F.:]{2,45})");

    private static final Logger log = LoggerFactory.getLogger(WeComCalls.class);

    private final PlatformHttp http;
    private final WeComApi api;
    private final Clock clock;
    /** Until when our address may not ask for tokens, by base URL; as many as there are regions and allowed base URLs. */
    private final Map<String, Instant> addressBlocked;

    private final Tokens tokens;
    private final UnlistedCodes unlisted;
    private final RefusedSecrets refused;

    WeComCalls(PlatformHttp http, Pace pace, Clock clock, RefusedSecrets refused) {
        this(
                http,
                http.client(
                        WeComApi.class, (request, token) -> request.addRequestParameter("access_token", token), pace),
                clock,
                new ConcurrentHashMap<>(),
                new UnlistedCodes(PlatformKind.WECOM),
                refused,
                refused::signIn);
    }

    private WeComCalls(
            PlatformHttp http,
            WeComApi api,
            Clock clock,
            Map<String, Instant> addressBlocked,
            UnlistedCodes unlisted,
            RefusedSecrets refused,
            RefusedSecrets.Guard guard) {
        this.http = http;
        this.api = api;
        this.clock = clock;
        this.addressBlocked = addressBlocked;
        this.unlisted = unlisted;
        this.refused = refused;
        this.tokens =
                new Tokens(clock, app -> signIn(app, guard), why -> WeComCode.in(WeComCode.STALE_TOKEN, why.code()));
    }

    /** The same interface for one check, which signs in anew; a block of our address counts for both. */
    WeComCalls forCheck() {
        return new WeComCalls(http, api, clock, addressBlocked, unlisted, refused, refused::check);
    }

    static Credentials.WeCom credentials(App app) {
        if (app.credentials() instanceof Credentials.WeCom key) {
            return key;
        }
        throw new IllegalArgumentException("not a WeCom app");
    }

    Outcome<Boolean> signIn(App app) {
        return http.base(app, REGIONS).then(base -> tokens.with(app, token -> new Outcome.Done<>(true)));
    }

    /** A call that may change something. */
    Outcome<JsonNode> call(App app, BiFunction<WeComApi, Access, Reply> call) {
        return http.base(app, REGIONS)
                .then(base -> tokens.with(
                        app, token -> judge(call.apply(api, new Access(base, token, app.tenantId())), false)));
    }

    /** A call that reads: without an answer nothing happened. */
    Outcome<JsonNode> read(App app, BiFunction<WeComApi, Access, Reply> call) {
        return call(app, call).ofReading(Reply.UNREACHABLE_PAUSE);
    }

    private Outcome<Token> signIn(App app, RefusedSecrets.Guard guard) {
        Credentials.WeCom key = credentials(app);
        return guard.signIn(app, key.enterpriseId(), key.enterpriseKey(), () -> fetchToken(app));
    }

    private Outcome<Token> fetchToken(App app) {
        Credentials.WeCom key = credentials(app);
        return http.base(app, REGIONS).then(base -> signIn(base, key)).then(body -> {
            String token = body.path("access_token").asString("");
            return Token.isOne(token)
                    ? new Outcome.Done<>(new Token(
                            Secret.of(token),
                            Duration.ofSeconds(body.path("expires_in").asLong(7200)),
                            MARGIN))
                    : Reply.lost(new Reply.Lost("WeCom's answer holds no access token."));
        });
    }

    /** One block is a block for every tenant that signs in there: nobody asks before it is over, as asking may prolong it. */
    private Outcome<JsonNode> signIn(String base, Credentials.WeCom key) {
        Instant now = clock.instant();
        Instant until = addressBlocked.getOrDefault(base, Instant.MIN);
        if (now.isBefore(until)) {
            return new Outcome.NotYet<>(
                    new Failure(Kind.THROTTLED, ADDRESS_BLOCKED, "45009", null), Duration.between(now, until));
        }
        Outcome<JsonNode> answer =
                judge(api.signIn(Access.withoutToken(base), key.enterpriseId(), key.enterpriseKey()), true);
        if (answer instanceof Outcome.NotYet<JsonNode>(var why, var pause)
                && WeComCode.of(why.code()) == WeComCode.TOO_MANY_CALLS) {
            addressBlocked.put(base, clock.instant().plus(pause));
            log.atError()
                    .addKeyValue("platform", PlatformKind.WECOM)
                    .addKeyValue("errorCode", why.code())
                    .addKeyValue("requestId", why.requestId())
                    .log("WeCom blocks our address from signing in, for all tenants");
        }
        return answer;
    }

    private Outcome<JsonNode> judge(Reply reply, boolean signingIn) {
        return switch (reply) {
            case Reply.Held held -> Reply.held(held);
            case Reply.NotReached notReached -> Reply.notReached(notReached);
            case Reply.Lost lost -> Reply.lost(lost);
            case Reply.Answer answer -> judge(answer, signingIn);
        };
    }

    private Outcome<JsonNode> judge(Reply.Answer answer, boolean signingIn) {
        String code = answer.body().path("errcode").asString("");
        if (code.equals("0")) {
            return new Outcome.Done<>(answer.body());
        }
        if (code.isEmpty()) {
            return Reply.lost(new Reply.Lost("WeCom's answer holds no error code (HTTP " + answer.status() + ")."));
        }
        String message = answer.body().path("errmsg").asString("");
        String requestId = find(HINT, message);
        WeComCode known = WeComCode.of(code);
        if (known == null) {
            return unlisted.judge(answer.status(), code, requestId).outcome(code, requestId);
        }
        return verdict(known, signingIn, message).outcome(code, requestId);
    }

    private static Verdict verdict(WeComCode code, boolean signingIn, String message) {
        String from = find(FROM, message);
        if (code == WeComCode.ADDRESS_NOT_ALLOWED && from != null) {
            return Verdict.refuse(
                    Kind.MISCONFIGURED,
                    "Our address " + from + " is not on the app's list of trusted IPs. An administrator must add it.");
        }
        if (code == WeComCode.TOO_MANY_CALLS && signingIn) {
            return Verdict.wait(Kind.THROTTLED, ADDRESS_BLOCK, ADDRESS_BLOCKED);
        }
        if (code == WeComCode.SECRET_WRONG && !signingIn) {
            // On a business call it means a stale token (WxJava, ACCESS_TOKEN_ERROR_CODES): only a fetch judges the
            // secret.
            return WeComCode.TOKEN_INVALID.verdict();
        }
        return code.verdict();
    }

    private static @Nullable String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** The failure of an outcome that is not done for good, or null. */
    static @Nullable Failure refusal(Outcome<?> outcome) {
        return outcome instanceof Outcome.Refused<?>(var why) ? why : null;
    }
}
