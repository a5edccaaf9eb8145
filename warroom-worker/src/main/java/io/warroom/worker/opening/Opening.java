package io.warroom.worker.opening;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Room;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.worker.opening.Patience.Settled;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the room of one incident, top to bottom: choose the app, resolve people, create or find the room, admit the rest,
 * publish the result, post the briefing. Everything it does may be done again for the same incident. Safe for concurrent use.
 */
final class Opening {

    private final AppGate gate;
    private final Directory directory;
    private final Results results;
    private final Clock clock;
    private final Supplier<Patience> patience;
    private final UntilSafe untilSafe;
    private final FirstMessage firstMessage;

    /** @param patience a new one for each attempt */
    Opening(
            AppGate gate,
            Directory directory,
            Results results,
            Clock clock,
            Supplier<Patience> patience,
            UntilSafe untilSafe,
            FirstMessage firstMessage) {
        this.gate = gate;
        this.directory = directory;
        this.results = results;
        this.clock = clock;
        this.patience = patience;
        this.untilSafe = untilSafe;
        this.firstMessage = firstMessage;
    }

    /**
     * Tries it once, with the app that is right now.
     *
     * @param platform to open it on; null leaves it to the tenant's active app
     * @param roomMayExist a create was sent whose answer never came
     */
    Attempt attempt(Incident incident, @Nullable PlatformKind platform, boolean roomMayExist)
            throws InterruptedException {
        if (incident.chat() instanceof Incident.Chat.None) {
            return ended(new Result.WithoutChat(incident, clock.instant()));
        }
        return gate.attempt(incident.tenantId(), platform, roomMayExist, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform client) throws InterruptedException {
                return openWith(app, client, incident, roomMayExist);
            }

            @Override
            public Attempt unreadable(PlatformKind unreadable, long revision, String words)
                    throws InterruptedException {
                return gate.unreadable(incident.tenantId(), unreadable, revision, words, roomMayExist);
            }
        });
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
            return roster.missing().stream().anyMatch(Missing::mayBeFoundLater)
                    ? notFoundYet(app, roster.missing(), roomMayExist)
                    : ended(Endings.nobody(incident, app, roster, roomMayExist, clock.instant()));
        }
        switch (new RoomOpener(platform, app, patience, roomMayExist).open(incident, users)) {
            case RoomOpener.Opening.GivenUp(var why, var pause, var mayExist) -> {
                return givenUp(incident, app, why, pause, roster.missing(), mayExist);
            }
            case RoomOpener.Opening.Open(var room) -> {
                var admitted = admitTheRest(platform, app, room, users, patience);
                var admission = admitted.admission();
                var missing = new ArrayList<>(roster.missing());
                missing.addAll(admission.missing());
                var opened = new Result.Opened(
                        incident,
                        app.platform(),
                        app.revision(),
                        room.id(),
                        room.name(),
                        admission.admitted(),
                        missing,
                        clock.instant());
                untilSafe.run(() -> results.publish(opened));
                var attempt = owing(opened.room(), incident, app, platform, admitted.later(), patience);
                if (!(attempt instanceof Attempt.Owing(var until, var people)
                        && until.reason().waitsForPeople())) {
                    gate.opensRooms(app);
                }
                return attempt;
            }
        }
    }

    /** Posts the first message; says what else has to come later. */
    private Attempt owing(
            OpenRoom room,
            Incident incident,
            App app,
            ChatPlatform platform,
            Optional<Attempt.MustWait> letInLater,
            Patience patience)
            throws InterruptedException {
        var unsent = firstMessage.post(app, platform, room, incident, patience);
        var people = room.missing().stream()
                .filter(Missing::mayBeFoundLater)
                .map(Missing::person)
                .toList();
        if (unsent.isEmpty() && people.isEmpty()) {
            return new Attempt.Ended();
        }
        var until = unsent.or(() -> letInLater).orElseGet(() -> notFoundYet(app, room.missing(), false));
        return new Attempt.Owing(until, people);
    }

    private Attempt ended(Result result) throws InterruptedException {
        untilSafe.run(() -> results.publish(result));
        return new Attempt.Ended();
    }

    /** A trouble that may pass is waited for; any other ends the incident. */
    private Attempt givenUp(
            Incident incident, App app, Failure why, Duration pause, List<Missing> missing, boolean roomMayExist)
            throws InterruptedException {
        var wait = gate.mayPass(app, why, pause, roomMayExist);
        if (wait.isPresent()) {
            return wait.get();
        }
        return why.kind() == Failure.Kind.TOO_FEW_PEOPLE && missing.stream().anyMatch(Missing::mayBeFoundLater)
                ? notFoundYet(app, missing, roomMayExist)
                : ended(Endings.failed(incident, app, why, missing, roomMayExist, clock.instant()));
    }

    private static Attempt.MustWait notFoundYet(App app, List<Missing> missing, boolean roomMayExist) {
        String words = missing.stream()
                .filter(Missing::mayBeFoundLater)
                .findFirst()
                .orElseThrow()
                .detail();
        return new Attempt.MustWait(
                Waiting.Reason.PEOPLE_NOT_FOUND,
                "Too few of the incident's people could be looked up: " + words,
                new Directory.Version(app.platform(), app.revision()),
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

    /**
     * Who is in.
     *
     * @param later what those who were refused for now wait for
     */
    private record Admitted(Admission admission, Optional<Attempt.MustWait> later) {}

    /** People who were not let in never take the room away: they are named in the result. */
    private Admitted admitTheRest(ChatPlatform platform, App app, Room room, List<RoomUser> users, Patience patience)
            throws InterruptedException {
        var present = new ArrayList<RoomUser>();
        var absent = new ArrayList<RoomUser>();
        users.forEach(user -> (room.presentUserIds().contains(user.platformUserId()) ? present : absent).add(user));
        if (absent.isEmpty()) {
            return new Admitted(new Admission(present, List.of()), Optional.empty());
        }
        switch (patience.settle(() -> platform.admit(app, room, absent))) {
            case Settled.Done<Admission>(var admission) -> {
                present.addAll(admission.admitted());
                return new Admitted(new Admission(present, admission.missing()), Optional.empty());
            }
            case Settled.GivenUp<Admission>(var why, var pause) -> {
                var later = gate.mayPass(app, why, pause, false);
                var reason = later.isPresent() ? Missing.Reason.LOOKUP_FAILED : Missing.Reason.REFUSED;
                var missing = absent.stream()
                        .map(user -> new Missing(user.person(), reason, why.words()))
                        .toList();
                return new Admitted(new Admission(present, missing), later);
            }
        }
    }
}
