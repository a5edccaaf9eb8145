package io.warroom.worker.opening;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.platform.Room;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.worker.opening.Patience.Settled;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the room of one incident, top to bottom: choose the app, resolve people, create or find the room, admit the rest,
 * publish the result, post the briefing. Everything it does may be done again for the same incident. Safe for concurrent use.
 */
final class Opening {

    private static final Logger log = LoggerFactory.getLogger(Opening.class);

    private final AppGate gate;
    private final Directory directory;
    private final Results results;
    private final Clock clock;
    private final Supplier<Patience> patience;

    /** @param patience a new one for each attempt */
    Opening(AppGate gate, Directory directory, Results results, Clock clock, Supplier<Patience> patience) {
        this.gate = gate;
        this.directory = directory;
        this.results = results;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Tries it once, with the app that is right now.
     *
     * @param roomMayExist a create was sent whose answer never came
     */
    Attempt attempt(Incident incident, boolean roomMayExist) throws InterruptedException {
        if (incident.chat() instanceof Incident.Chat.None) {
            return ended(new Result.WithoutChat(incident, clock.instant()));
        }
        return gate.attempt(incident.tenantId(), wanted(incident), roomMayExist, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform platform) throws InterruptedException {
                return openWith(app, platform, incident, roomMayExist);
            }

            @Override
            public Attempt unreadable(PlatformKind platform, long revision, String words) {
                return ended(Endings.unreadable(incident, platform, revision, words, clock.instant()));
            }
        });
    }

    /** The platform that the incident asks for; null leaves it to the tenant's active app. */
    static @Nullable PlatformKind wanted(Incident incident) {
        return incident.chat() instanceof Incident.Chat.On(var platform) ? platform : null;
    }

    private Attempt openWith(App app, ChatPlatform platform, Incident incident, boolean roomMayExist)
            throws InterruptedException {
        var people = BoundUsers.of(incident.people(), app, directory);
        var attemptPatience = patience.get();
        return switch (attemptPatience.settle(() -> platform.resolve(app, people))) {
            case Settled.GivenUp<Roster>(var why, var pause) ->
                givenUp(incident, app, why, pause, List.of(), roomMayExist);
            case Settled.Done<Roster>(var roster) ->
                openFor(roster, platform, app, incident, attemptPatience, roomMayExist);
        };
    }

    private Attempt openFor(
            Roster roster, ChatPlatform platform, App app, Incident incident, Patience patience, boolean roomMayExist)
            throws InterruptedException {
        List<RoomUser> users = ownerFirst(roster.found(), app);
        if (users.isEmpty()) {
            return findableLater(roster.missing())
                    ? notFoundYet(app, roster.missing(), roomMayExist)
                    : ended(Endings.nobody(incident, app, roster, clock.instant()));
        }
        switch (new RoomOpener(platform, app, patience, roomMayExist).open(incident, users)) {
            case RoomOpener.Opening.GivenUp(var why, var pause, var mayExist) -> {
                return givenUp(incident, app, why, pause, roster.missing(), mayExist);
            }
            case RoomOpener.Opening.Open(var room) -> {
                Admission admission = admitTheRest(platform, app, room, users, patience);
                var missing = new ArrayList<>(roster.missing());
                missing.addAll(admission.missing());
                var ended = ended(new Result.Opened(
                        incident,
                        app.platform(),
                        app.revision(),
                        room.id(),
                        room.name(),
                        admission.admitted(),
                        missing,
                        clock.instant()));
                gate.works(app);
                post(platform, app, room, incident, missing, patience);
                return ended;
            }
        }
    }

    private Attempt ended(Result result) {
        results.publish(result);
        return new Attempt.Ended();
    }

    /** A trouble that may pass is waited for; any other ends the incident. */
    private Attempt givenUp(
            Incident incident, App app, Failure why, Duration pause, List<Missing> missing, boolean roomMayExist) {
        var wait = gate.mayPass(app, why, pause, roomMayExist);
        if (wait.isPresent()) {
            return wait.get();
        }
        return why.kind() == Failure.Kind.TOO_FEW_PEOPLE && findableLater(missing)
                ? notFoundYet(app, missing, roomMayExist)
                : ended(Endings.failed(incident, app, why, missing, clock.instant()));
    }

    /** A platform that refuses look-ups for now has not said that there is nobody. */
    private static boolean findableLater(List<Missing> missing) {
        return missing.stream().anyMatch(one -> one.reason() == Missing.Reason.LOOKUP_FAILED);
    }

    private static Attempt notFoundYet(App app, List<Missing> missing, boolean roomMayExist) {
        String words = missing.stream()
                .filter(one -> one.reason() == Missing.Reason.LOOKUP_FAILED)
                .findFirst()
                .orElseThrow()
                .detail();
        return new Attempt.MustWait(
                Waiting.Reason.THROTTLED,
                "Too few of the incident's people could be looked up: " + words,
                app,
                Duration.ZERO,
                roomMayExist);
    }

    /** Whoever commands owns the room, else the first who was found, else the app's default owner. */
    private static List<RoomUser> ownerFirst(List<RoomUser> found, App app) {
        String owner = app.defaultOwner();
        if (found.isEmpty() && owner != null) {
            return List.of(new RoomUser(new Person(owner, owner, Person.Role.RESPONDER, owner, null, null), owner));
        }
        return found.stream()
                .sorted(Comparator.comparing(user -> user.person().role() != Person.Role.COMMANDER))
                .toList();
    }

    /** People who were not let in never take the room away: they are named in the result. */
    private static Admission admitTheRest(
            ChatPlatform platform, App app, Room room, List<RoomUser> users, Patience patience)
            throws InterruptedException {
        var present = new ArrayList<RoomUser>();
        var absent = new ArrayList<RoomUser>();
        users.forEach(user -> (room.presentUserIds().contains(user.platformUserId()) ? present : absent).add(user));
        if (absent.isEmpty()) {
            return new Admission(present, List.of());
        }
        return switch (patience.settle(() -> platform.admit(app, room, absent))) {
            case Settled.Done<Admission>(var admission) -> {
                present.addAll(admission.admitted());
                yield new Admission(present, admission.missing());
            }
            case Settled.GivenUp<Admission>(var why, var pause) ->
                new Admission(
                        present,
                        absent.stream()
                                .map(user -> new Missing(user.person(), Missing.Reason.REFUSED, why.words()))
                                .toList());
        };
    }

    private void post(
            ChatPlatform platform, App app, Room room, Incident incident, List<Missing> missing, Patience patience)
            throws InterruptedException {
        var briefing = new Briefing(
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
                missing,
                incident.links());
        if (postUntilTaken(platform, app, room, briefing, patience)
                instanceof Settled.GivenUp<Posted>(var why, var pause)) {
            log.atWarn()
                    .addKeyValue("tenant", incident.tenantId())
                    .addKeyValue("platform", app.platform())
                    .addKeyValue("incidentId", incident.incidentId())
                    .addKeyValue("roomId", room.id())
                    .addKeyValue("errorCode", why.code())
                    .addKeyValue("requestId", why.requestId())
                    .log("The room is open, its first message was not taken");
        }
    }

    /** A message whose answer never came is not sent again: no platform but Lark would drop the repeat. */
    private static Settled<Posted> postUntilTaken(
            ChatPlatform platform, App app, Room room, Briefing briefing, Patience patience)
            throws InterruptedException {
        return patience.settle(() -> switch (platform.post(app, room, briefing)) {
            case Outcome.Unknown<Posted>(var why) -> new Outcome.Refused<>(why);
            case Outcome<Posted> known -> known;
        });
    }
}
