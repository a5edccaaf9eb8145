package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Who has signed in: a code is good once within five minutes, a ticket for half an hour (path/98177, 96442, 96443). */
final class SignIn {
    private static final Duration CODE_LIFE = Duration.ofMinutes(5);
    private static final String TICKET = "ticket ";
    private static final Duration TICKET_LIFE = Duration.ofMinutes(30);

    private final World world;

    SignIn(World world) {
        this.world = world;
    }

    /** A member is named even outside the app's range; anybody else is a stranger. */
    Answer who(Org org, Call call) {
        Org.SignIn known = org.signIns.get(call.query("code"));
        if (known != null && !known.used() && !known.at().plus(CODE_LIFE).isAfter(world.now())) {
            return error(42003, "code expired");
        }
        Optional<Org.SignIn> signIn = world.redeem(org, call.query("code"), CODE_LIFE);
        if (signIn.isEmpty()) {
            return error(40029, "invalid code");
        }
        String userId = signIn.get().userId();
        if (org.person(userId).isEmpty()) {
            return ok(Map.of("openid", "o_" + userId, "external_userid", "wm_" + userId));
        }
        String ticket = World.id();
        org.signIns.put(TICKET + ticket, new Org.SignIn(userId, world.now(), true));
        return ok(Map.of("userid", userId, "user_ticket", ticket));
    }

    /** The page names no code for a ticket that is none: it is refused as a code would be. */
    Answer details(Org org, Call call) {
        Org.SignIn ticket = org.signIns.get(TICKET + call.text("user_ticket"));
        Optional<Person> person =
                ticket == null || !ticket.at().plus(TICKET_LIFE).isAfter(world.now())
                        ? Optional.empty()
                        : org.person(ticket.userId());
        return person.map(one -> ok(Map.of(
                        "userid",
                        one.userId(),
                        "gender",
                        "0",
                        "avatar",
                        "",
                        "mobile",
                        one.mobile(),
                        "email",
                        one.email(),
                        "biz_mail",
                        one.email())))
                .orElseGet(() -> error(40029, "invalid user_ticket"));
    }
}
