package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.worker.opening.Patience.Settled;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts what is known of an incident into its room, and notes on the room's result that this was done: a room whose worker was
 * killed before that gets its message from the next one. Killed in between, it gets it twice, which is better than never. Safe
 * for concurrent use.
 */
final class FirstMessage {

    private static final Logger log = LoggerFactory.getLogger(FirstMessage.class);

    private final AppGate gate;
    private final Results results;
    private final Supplier<Patience> patience;
    private final UntilSafe untilSafe;

    /** @param patience a new one for each attempt */
    FirstMessage(AppGate gate, Results results, Supplier<Patience> patience, UntilSafe untilSafe) {
        this.gate = gate;
        this.results = results;
        this.patience = patience;
        this.untilSafe = untilSafe;
    }

    /** Posts it into a room that was opened before. */
    Attempt post(OpenRoom room, Incident incident) throws InterruptedException {
        return gate.attempt(room.tenantId(), room.platform(), false, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform platform) throws InterruptedException {
                return post(app, platform, room, incident, patience.get())
                        .<Attempt>map(wait -> wait)
                        .orElseGet(Attempt.Ended::new);
            }

            @Override
            public Attempt unreadable(PlatformKind platform, long revision, String words) throws InterruptedException {
                giveUp(room, words);
                return new Attempt.Ended();
            }
        });
    }

    /** Posts it now; what to wait for, where that is of use. A message that is refused never takes the room away. */
    Optional<Attempt.MustWait> post(App app, ChatPlatform platform, OpenRoom room, Incident incident, Patience patient)
            throws InterruptedException {
        var posted = patient.settle(() -> switch (platform.post(app, room.onPlatform(), briefing(room, incident))) {
            // Perhaps it arrived: it is not sent again, as no platform but Lark would drop the repeat.
            case Outcome.Unknown<Posted>(var why) -> {
                said(room, why.words(), why, "No answer came to the room's first message, which is not sent again");
                yield new Outcome.Done<>(new Posted(null));
            }
            case Outcome<Posted> known -> known;
        });
        if (posted instanceof Settled.GivenUp<Posted>(var why, var pause)) {
            var wait = gate.mayPass(app, why, pause, false);
            if (wait.isPresent()) {
                return wait;
            }
            said(room, why.words(), why, "The room is open, its first message was not taken");
        }
        untilSafe.run(() -> results.briefed(room));
        return Optional.empty();
    }

    /** Its time is over: the room stays without it. */
    void giveUp(OpenRoom room, String words) throws InterruptedException {
        said(room, words, null, "The room is open, its first message could not be sent in time");
        untilSafe.run(() -> results.briefed(room));
    }

    private static Briefing briefing(OpenRoom room, Incident incident) {
        return new Briefing(
                RoomPlans.key("briefing", incident.tenantId(), incident.incidentId(), 1),
                incident.incidentId(),
                incident.title(),
                incident.severity(),
                incident.impact(),
                incident.service(),
                incident.region(),
                incident.description(),
                incident.declaredAt(),
                incident.people(),
                room.missing(),
                incident.links());
    }

    private static void said(OpenRoom room, String words, @Nullable Failure why, String what) {
        log.atWarn()
                .addKeyValue("tenant", room.tenantId())
                .addKeyValue("platform", room.platform())
                .addKeyValue("incidentId", room.incidentId())
                .addKeyValue("roomId", room.roomId())
                .addKeyValue("errorCode", why == null ? null : why.code())
                .addKeyValue("requestId", why == null ? null : why.requestId())
                .addKeyValue("why", words)
                .log(what);
    }
}
