package io.warroom.platform.wecom;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Failure;
import io.warroom.platform.Failure.Kind;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import io.warroom.platform.http.PlatformHttp;
import io.warroom.platform.http.Reply;
import io.warroom.platform.http.UnlistedCodes;
import io.warroom.platform.http.Verdict;
import io.warroom.platform.token.Token;
import io.warroom.platform.token.Tokens;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls to WeCom's interface with the app's token, which travels in the query: no URL leaves this class. */
final class WeComApi {

    private static final Map<String, String> REGIONS = Map.of("WECOM", "https://qyapi.weixin.qq.com");
    /** The margin WxJava keeps before a token's end (WxCpDefaultConfigImpl, commit 3e48dc7). */
    private static final Duration MARGIN = Duration.ofSeconds(200);
    /** Many wrong secrets block our address for an hour (error code table, 45009). */
    private static final Duration ADDRESS_BLOCK = Duration.ofHours(1);

    private static final Pattern HINT = Pattern.compile("hint: ?\\[([^\\]]{1,100})]");
    private static final Pattern FROM = Pattern.compile("from ip: ?([0-9a-fA-F.:]{2,45})");

    private final PlatformHttp http;
    private final Tokens tokens;
    private final UnlistedCodes unlisted = new UnlistedCodes(PlatformKind.WECOM);

    WeComApi(PlatformHttp http, Clock clock) {
        this.http = http;
        this.tokens = new Tokens(clock, this::fetchToken, why -> WeComCode.in(WeComCode.STALE_TOKEN, why.code()));
    }

    Outcome<JsonNode> post(App app, String path, Object body) {
        return base(app)
                .then(base -> tokens.with(
                        app,
                        token -> judge(
                                http.post(base + path + "?access_token=" + encode(token), Map.of(), body), false)));
    }

    Outcome<JsonNode> get(App app, String path, String name, String value) {
        return base(app)
                .then(base -> tokens.with(
                                app,
                                token -> judge(
                                        http.get(base + path + "?access_token=" + encode(token) + "&" + name + "="
                                                + encode(value)),
                                        false))
                        .ofReading(Reply.UNREACHABLE_PAUSE));
    }

    private Outcome<String> base(App app) {
        return http.base(app, REGIONS).then(base -> new Outcome.Done<>(base + "/cgi-bin/"));
    }

    private Outcome<Token> fetchToken(App app) {
        if (!(app.credentials() instanceof Credentials.WeCom key)) {
            throw new IllegalArgumentException("not a WeCom app");
        }
        return base(app)
                .then(base -> judge(
                        http.get(base + "gettoken?corpid=" + encode(key.enterpriseId()) + "&corpsecret="
                                + encode(key.enterpriseKey().reveal())),
                        true))
                .then(body -> {
                    String token = body.path("access_token").asString("");
                    return token.isBlank()
                            ? Reply.lost(new Reply.Lost("WeCom's answer holds no access token."))
                            : new Outcome.Done<>(new Token(
                                    Secret.of(token),
                                    Duration.ofSeconds(body.path("expires_in").asLong(7200)),
                                    MARGIN));
                });
    }

    private Outcome<JsonNode> judge(Reply reply, boolean signingIn) {
        return switch (reply) {
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
            return code.verdict().pausing(ADDRESS_BLOCK);
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

    private static String encode(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    /** The failure of an outcome that is not done for good, or null. */
    static @Nullable Failure refusal(Outcome<?> outcome) {
        return outcome instanceof Outcome.Refused<?>(var why) ? why : null;
    }
}
