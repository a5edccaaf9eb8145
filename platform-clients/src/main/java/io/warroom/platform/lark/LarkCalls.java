package io.warroom.platform.lark;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
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
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls to Lark's open interface with the tenant access token, and what their answers come to. */
final class LarkCalls {

    private static final Map<String, String> REGIONS =
            Map.of("FEISHU", "https://open.feishu.cn", "LARK", "https://open.larksuite.com");
    /** Below 30 minutes: with more left Lark gives the same token again (tenant_access_token_internal). */
    private static final Duration MARGIN = Duration.ofMinutes(25);

    /** Only IPv4 addresses can be listed (set-ip-allowlist); how the refusal's text is put around ours is not captured. */
    private static final Pattern ADDRESS = Pattern.compile("(?<![0-9.])[0-9]{1,3}(\\.[0-9]{1,3}){3}(?![0-9.])");

    private static final long LONGEST_PAUSE_SECONDS = 3_600;

    private final PlatformHttp http;
    private final LarkApi api;
    private final Tokens tokens;
    private final UnlistedCodes unlisted;
    private final RefusedSecrets refused;
    private final Clock clock;

    LarkCalls(PlatformHttp http, Pace pace, Clock clock, RefusedSecrets refused) {
        this(
                http,
                http.client(
                        LarkApi.class, (request, token) -> request.addHeader("Authorization", "Bearer " + token), pace),
                clock,
                new UnlistedCodes(PlatformKind.LARK),
                refused,
                refused::signIn);
    }

    private LarkCalls(
            PlatformHttp http,
            LarkApi api,
            Clock clock,
            UnlistedCodes unlisted,
            RefusedSecrets refused,
            RefusedSecrets.Guard guard) {
        this.http = http;
        this.api = api;
        this.clock = clock;
        this.unlisted = unlisted;
        this.refused = refused;
        this.tokens =
                new Tokens(clock, app -> signIn(app, guard), why -> LarkCode.of(why.code()) == LarkCode.TOKEN_STALE);
    }

    /** The same interface for one check, which signs in anew. */
    LarkCalls forCheck() {
        return new LarkCalls(http, api, clock, unlisted, refused, refused::check);
    }

    Outcome<Boolean> signIn(App app) {
        return http.base(app, REGIONS).then(base -> tokens.with(app, token -> new Outcome.Done<>(true)));
    }

    /** A call that may change something. */
    Outcome<JsonNode> call(App app, BiFunction<LarkApi, Access, Reply> call) {
        return http.base(app, REGIONS)
                .then(base ->
                        tokens.with(app, token -> judge(call.apply(api, new Access(base, token, app.tenantId())))));
    }

    /** A call that reads: without an answer nothing happened. */
    Outcome<JsonNode> read(App app, BiFunction<LarkApi, Access, Reply> call) {
        return call(app, call).ofReading(Reply.UNREACHABLE_PAUSE);
    }

    /** JSON as text, as a message's content wants it. */
    String write(Object value) {
        return http.write(value);
    }

    private static Credentials.Lark credentials(App app) {
        if (app.credentials() instanceof Credentials.Lark key) {
            return key;
        }
        throw new IllegalArgumentException("not a Lark app");
    }

    private Outcome<Token> signIn(App app, RefusedSecrets.Guard guard) {
        Credentials.Lark key = credentials(app);
        return guard.signIn(app, key.appId(), key.appSecret(), () -> fetchToken(app));
    }

    private Outcome<Token> fetchToken(App app) {
        Credentials.Lark key = credentials(app);
        return http.base(app, REGIONS)
                .then(base ->
                        judge(api.signIn(Access.withoutToken(base), new LarkBody.SignIn(key.appId(), key.appSecret()))))
                .then(body -> {
                    String token = body.path("tenant_access_token").asString("");
                    return Token.isOne(token)
                            ? new Outcome.Done<>(new Token(
                                    Secret.of(token),
                                    Duration.ofSeconds(body.path("expire").asLong(7200)),
                                    MARGIN))
                            : Reply.lost(new Reply.Lost("Lark's answer holds no access token."));
                });
    }

    private Outcome<JsonNode> judge(Reply reply) {
        return switch (reply) {
            case Reply.Held held -> Reply.held(held);
            case Reply.NotReached notReached -> Reply.notReached(notReached);
            case Reply.Lost lost -> Reply.lost(lost);
            case Reply.Answer answer -> judge(answer);
        };
    }

    private Outcome<JsonNode> judge(Reply.Answer answer) {
        String code = answer.body().path("code").asString("");
        if (code.equals("0")) {
            return new Outcome.Done<>(answer.body());
        }
        if (code.isEmpty()) {
            return Reply.lost(new Reply.Lost("Lark's answer holds no code (HTTP " + answer.status() + ")."));
        }
        String requestId = requestId(answer);
        LarkCode known = LarkCode.of(code);
        Verdict verdict;
        if (known != null) {
            verdict = known == LarkCode.SCOPE_MISSING
                    ? namingScopes(answer)
                    : known == LarkCode.ADDRESS_NOT_ALLOWED ? namingAddress(answer) : known.verdict();
        } else {
            verdict = unlisted.judge(answer.status(), code, requestId);
        }
        if (verdict.kind() == Kind.THROTTLED) {
            verdict = verdict.pausing(pause(answer, verdict.pause()));
        }
        return verdict.outcome(code, requestId);
    }

    /** The answer names the scopes of which any one would do (server-error-codes). */
    private static Verdict namingScopes(Reply.Answer answer) {
        List<String> names = answer.body()
                .path("error")
                .path("permission_violations")
                .valueStream()
                .map(violation -> violation.path("subject").asString(""))
                .filter(name -> name.matches("[A-Za-z0-9_.:-]{1,80}"))
                .limit(10)
                .toList();
        Verdict verdict = LarkCode.SCOPE_MISSING.verdict();
        return names.isEmpty()
                ? verdict
                : verdict.saying("The app misses a scope; any one of these would do, in a published version: "
                        + String.join(", ", names) + ".");
    }

    private static Verdict namingAddress(Reply.Answer answer) {
        Verdict verdict = LarkCode.ADDRESS_NOT_ALLOWED.verdict();
        Matcher address = ADDRESS.matcher(answer.body().path("msg").asString(""));
        return address.find()
                ? verdict.saying("Our address " + address.group()
                        + " is not on the app's IP list. Add it in the developer console.")
                : verdict;
    }

    /** The gateway says how many seconds to wait (rate-limits). */
    private static Duration pause(Reply.Answer answer, Duration otherwise) {
        String reset = answer.headers().getOrDefault("x-ogw-ratelimit-reset", "");
        return reset.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Math.clamp(Long.parseLong(reset), 1, LONGEST_PAUSE_SECONDS))
                : otherwise;
    }

    private static @Nullable String requestId(Reply.Answer answer) {
        String logId = answer.headers().get("x-tt-logid");
        if (logId == null) {
            logId = answer.headers().get("x-request-id");
        }
        if (logId == null) {
            String inBody = answer.body().path("error").path("log_id").asString("");
            logId = inBody.isEmpty() ? null : inBody;
        }
        return logId;
    }
}
