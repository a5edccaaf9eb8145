package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.PlatformKind;
import io.warroom.worker.opening.Message.Kind;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Posts what is known of an incident into its room, and notes on the room's result that this was done: a room whose worker was
 * killed before that gets its message from the next one. Killed in between, it gets it twice, which is better than never. Safe
 * for concurrent use.
 */
final class FirstMessage {

    private final AppGate gate;
    private final Results results;
    private final Messenger messenger;
    private final Supplier<Patience> patience;
    private final UntilSafe untilSafe;

    /** @param patience a new one for each attempt */
    FirstMessage(AppGate gate, Results results, Messenger messenger, Supplier<Patience> patience, UntilSafe untilSafe) {
        this.gate = gate;
        this.results = results;
        this.messenger = messenger;
        this.patience = patience;
        this.untilSafe = untilSafe;
    }

    /** Posts it into a room that was opened before. */
    Attempt post(OpenRoom room, Incident incident) throws InterruptedException {
        return gate.attempt(room.tenantId(), room.platform(), false, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform platform) throws InterruptedException {
                var wait = post(app, platform, room, incident, patience.get());
                if (wait.isEmpty()) {
                    gate.opensRooms(app);
                }
                return wait.<Attempt>map(until -> until).orElseGet(Attempt.Ended::new);
            }

            @Override
            public Attempt unreadable(PlatformKind platform, long revision, String words) throws InterruptedException {
                return gate.unreadable(room.tenantId(), platform, revision, words, false);
            }
        });
    }

    /** Posts it now; what to wait for, where that is of use. A message that is refused never takes the room away. */
    Optional<Attempt.MustWait> post(App app, ChatPlatform platform, OpenRoom room, Incident incident, Patience patient)
            throws InterruptedException {
        var briefing = briefing(room, incident);
        return switch (messenger.say(
                app,
                room,
                Kind.FIRST,
                platform.textOf(briefing),
                patient,
                () -> platform.post(app, room.onPlatform(), briefing))) {
            case Messenger.Said.Wait(var until) -> Optional.of(until);
            case Messenger.Said.Ended(var message) -> {
                untilSafe.run(() -> results.briefed(room.with(message)));
                yield Optional.empty();
            }
        };
    }

    /** Its time is over: the room stays without it. */
    void giveUp(OpenRoom room, Incident incident, String words) throws InterruptedException {
        var text = gate.clientOf(room.platform()).textOf(briefing(room, incident));
        var message = messenger.giveUp(room, Kind.FIRST, text, words);
        untilSafe.run(() -> results.briefed(room.with(message)));
    }

    private static Briefing briefing(OpenRoom room, Incident incident) {
        return new Briefing(
                RoomPlans.key("briefing", room.tenantId(), room.incidentId(), room.generation()),
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
}
