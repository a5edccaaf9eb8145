package io.warroom.simulator;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Fault;
import io.warroom.simulator.witness.Faults;
import io.warroom.simulator.witness.Faults.Hit;
import io.warroom.simulator.witness.Journal;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.PlatformApi;
import io.warroom.simulator.witness.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A platform's calls: each is judged, broken where a fault was asked for, and noted. Safe for any number of threads. */
final class PlatformCalls {
    private final World world;
    private final Faults faults;
    private final CountDownLatch closed;

    /** One call while it runs; {@code overlaps} says whether there are more of its kind than may be. */
    private record Turn(
            Platform platform,
            PlatformApi api,
            Call call,
            @Nullable Org caller,
            Instant began,
            Hit hit,
            PlatformApi.Together together,
            boolean overlaps) {}

    PlatformCalls(World world, Faults faults, CountDownLatch closed) {
        this.world = world;
        this.faults = faults;
        this.closed = closed;
    }

    void answer(Platform platform, PlatformApi api, Call call, Response response, Callback callback)
            throws InterruptedException {
        Turn turn;
        Answer answer = null;
        synchronized (world) {
            turn = begin(platform, api, call);
            if (turn.hit().isNone()) {
                answer = whole(turn);
            }
        }
        if (turn.hit().isNone()) {
            Sending.answer(response, callback, answer, null, this::pause, 0);
            return;
        }
        Fault fault = turn.hit().fault();
        pause(turn.hit().late());
        synchronized (world) {
            answer = whole(turn);
        }
        if (fault != null && fault.kind() == Fault.Kind.HANG) {
            pause(turn.hit().millis());
        }
        Sending.answer(
                response, callback, answer, fault, this::pause, turn.hit().millis());
    }

    private Turn begin(Platform platform, PlatformApi api, Call call) {
        Instant began = world.now();
        Org caller = api.caller(call);
        Hit hit = faults.take(began, caller, platform, call.endpoint());
        PlatformApi.Together together = api.together(call, caller);
        boolean overlaps = world.journal.begin(together.name()) > together.most();
        if (overlaps && together.punished() && caller != null) {
            world.violation(caller, Journal.Offence.PARALLEL_MEMBER_CALLS, call.path());
        }
        return new Turn(platform, api, call, caller, began, hit, together, overlaps);
    }

    private @Nullable Answer whole(Turn turn) {
        try {
            return judge(turn);
        } finally {
            world.journal.end(turn.together().name());
        }
    }

    /** Gives null when the connection is to be cut with no answer. */
    private @Nullable Answer judge(Turn turn) {
        Fault fault = turn.hit().fault();
        if (fault != null && fault.kind() == Fault.Kind.TOKEN_REVOKED && turn.caller() != null) {
            world.revoke(turn.caller());
        }
        Answer truth = fault == null || fault.acts() ? truth(turn) : null;
        Answer said = fault == null ? truth : said(fault, turn, truth);
        world.count(
                turn.platform(),
                turn.call().endpoint(),
                turn.caller() == null ? meant(turn) : turn.caller(),
                said,
                turn.began(),
                fault == null ? (turn.hit().late() > 0 ? Fault.Kind.LATENCY : null) : fault.kind());
        return said;
    }

    /** What the platform answers when nothing is in its way. */
    private Answer truth(Turn turn) {
        Org caller = turn.caller();
        if (turn.overlaps() && caller != null && caller.switches.limits()) {
            return turn.api().overlapping(turn.call(), caller);
        }
        long effects = world.effects();
        Answer answer = turn.api().answer(turn.call());
        if (caller != null && world.effects() > effects) {
            world.effect(caller, turn.call());
        }
        PlatformApi.Shown shown = turn.api().shown(turn.call());
        if (shown != null && caller == null && !shown.identity().isEmpty()) {
            world.wrongSecret(meant(turn), turn.platform(), shown);
        }
        return answer;
    }

    private static @Nullable Answer said(Fault fault, Turn turn, @Nullable Answer truth) {
        return switch (fault.kind()) {
            case LATENCY, DRIP, RESET_WITHIN, TOKEN_REVOKED, TRUNCATED_JSON, OVERSIZED -> truth;
            case WRONG_TYPE -> truth == null ? null : truth.typed("text/html");
            case HANG, RESET_BEFORE, RESET_AFTER -> null;
            case HTTP_500 -> Answer.text(500, "internal server error");
            case HTTP_502_HTML ->
                new Answer(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>", true);
            case HTTP_503_JSON -> Answer.json(503, Map.of("message", "no healthy upstream"), true);
            case THROTTLED -> turn.api().throttled(turn.call());
            case REFUSED -> turn.api().refused(turn.call(), fault.code());
            case REDIRECT -> Answer.text(302, "moved").with("Location", fault.location());
            case WRONG_BODY -> new Answer(200, "application/json", "{\"unfinished\": [", true);
        };
    }

    /** Whom a call with a wrong secret is about, where only one can be meant. */
    private @Nullable Org meant(Turn turn) {
        PlatformApi.Shown shown = turn.api().shown(turn.call());
        List<Org> named = shown == null ? List.of() : world.withIdentity(turn.platform(), shown.identity());
        return named.size() == 1 ? named.getFirst() : null;
    }

    private void pause(long millis) throws InterruptedException {
        if (millis > 0 && closed.await(millis, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the simulator is closed");
        }
    }
}
