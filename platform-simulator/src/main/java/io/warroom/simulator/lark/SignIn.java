package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A person's own token after a sign-in, and who that is (get-user-access-token, user_info). */
final class SignIn {
    private static final String USER = "user ";
    private static final Duration CODE_LIFE = Duration.ofMinutes(5);

    private final World world;

    SignIn(World world) {
        this.world = world;
    }

    /** Says whether it is a person's own. */
    static boolean isUsers(World.Token token) {
        return token.kind().startsWith(USER);
    }

    Answer token(Call call) {
        List<Org> named = world.withIdentity(Platform.LARK, call.text("client_id"));
        Org org = named.stream()
                .filter(one -> one.app("appSecret").equals(call.text("client_secret")))
                .findFirst()
                .orElse(null);
        if (org == null) {
            return error(20002, "the client secret is invalid");
        }
        String code = call.text("code");
        if (!call.text("grant_type").equals("authorization_code")) {
            return error(20001, "grant_type must be authorization_code");
        }
        Org.SignIn known = org.signIns.get(code);
        if (known == null) {
            return error(20003, "the authorization code is not found");
        }
        if (known.used()) {
            return error(20065, "the authorization code has been used");
        }
        Optional<Org.SignIn> signIn = world.redeem(org, code, CODE_LIFE);
        if (signIn.isEmpty()) {
            return error(20004, "the authorization code has expired");
        }
        String userId = signIn.get().userId();
        if (org.visible(userId).isEmpty()) {
            return error(20010, "the user is outside the app's availability");
        }
        return Answer.json(
                200,
                Map.of(
                        "code",
                        0,
                        "access_token",
                        world.token(org, USER + userId, Duration.ZERO, false).value(),
                        "expires_in",
                        7200,
                        "token_type",
                        "Bearer",
                        "scope",
                        "auth:user.id:read"),
                false);
    }

    /** Refused in HTTP 200, unlike all else (user_info). */
    Answer who(Optional<World.Token> token) {
        Optional<Person> person = token.filter(
                        known -> isUsers(known) && known.expires().isAfter(world.now()))
                .flatMap(known -> known.org().person(known.kind().substring(USER.length())));
        if (person.isEmpty()) {
            return Answer.json(200, Map.of("code", 20005, "msg", "the user access token is invalid"), true);
        }
        Person one = person.get();
        return ok(Map.of(
                "name",
                one.name(),
                "en_name",
                one.name(),
                "avatar_url",
                "",
                "open_id",
                one.userId(),
                "union_id",
                IdType.write(IdType.UNION_ID, one.userId()),
                "email",
                one.email(),
                "mobile",
                one.mobile(),
                "tenant_key",
                token.map(known -> known.org().tenantId).orElse("")));
    }
}
