package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.v1Error;
import static io.warroom.simulator.dingtalk.DingtalkApi.v1Ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A person's own token after a sign-in, and who that is (obtain-user-token, dingtalk-retrieve-user-information). */
final class SignIn {
    /** What kind of token it is; the person's id follows. */
    static final String USER = "user ";

    private static final String REFRESH = "refresh ";
    /** The page names none; the one of WeCom and Lark. */
    private static final Duration CODE_LIFE = Duration.ofMinutes(5);

    private static final Duration REFRESH_LIFE = Duration.ofDays(30);

    private final World world;

    SignIn(World world) {
        this.world = world;
    }

    /** The page names no code of v1.0 for a code or a refresh token that is none: the legacy one for it is given. */
    Answer token(Org org, Call call) {
        boolean refreshing = call.text("grantType").equals("refresh_token");
        if (!refreshing && !call.text("grantType").equals("authorization_code")) {
            return v1Error(400, "parameter.invalid", "grantType must be authorization_code or refresh_token");
        }
        Optional<Org.SignIn> signIn = refreshing
                ? world.redeem(org, REFRESH + call.text("refreshToken"), REFRESH_LIFE)
                : world.redeem(org, call.text("code"), CODE_LIFE);
        if (signIn.isEmpty() || org.person(signIn.get().userId()).isEmpty()) {
            return v1Error(400, "40078", "the code is unknown or was used");
        }
        String userId = signIn.get().userId();
        String refresh = World.id();
        org.signIns.put(REFRESH + refresh, new Org.SignIn(userId, world.now(), false));
        return v1Ok(Map.of(
                "accessToken",
                world.token(org, USER + userId, Duration.ZERO, false).value(),
                "refreshToken",
                refresh,
                "expireIn",
                7200,
                "corpId",
                "ding" + org.tenantId));
    }

    Answer me(Org org, World.Token token) {
        return org.person(token.kind().substring(USER.length()))
                .map(person -> v1Ok(Map.of(
                        "nick",
                        person.name(),
                        "unionId",
                        "union-" + person.userId(),
                        "openId",
                        "open-" + person.userId(),
                        "mobile",
                        person.mobile().replaceFirst("^[+]86", ""),
                        "stateCode",
                        "86",
                        "email",
                        person.email(),
                        "avatarUrl",
                        "")))
                .orElseGet(() -> v1Error(400, "InvalidAuthentication", "the token is a person's who has left"));
    }
}
