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
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the room of one incident, top to bottom: choose the app, resolve people, create or find the room, admit the rest,
 * publish the result, post the briefing. Blocks until the incident has ended in a published {@link Result}; safe for
 * concurrent use. Everything it does may be done again for the same incident.
 */
public final class IncidentOpening {

    private static final Logger log = LoggerFactory.getLogger(IncidentOpening.class);

    private final Directory directory;
    private final Map<PlatformKind, ChatPlatform> platforms;
    private final Results results;
    private final Clock clock;
    private final Patience.Sleeper sleeper;
    private final Duration deadline;

    public IncidentOpening(
            Directory directory,
            Map<PlatformKind, ChatPlatform> platforms,
            Results results,
            Clock clock,
            Duration deadline) {
        this(directory, platforms, results, clock, Thread::sleep, deadline);
    }

    IncidentOpening(
            Directory directory,
            Map<PlatformKind, ChatPlatform> platforms,
            Results results,
            Clock clock,
            Patience.Sleeper sleeper,
            Duration deadline) {
        this.directory = directory;
        this.platforms = Map.copyOf(platforms);
        this.results = results;
        this.clock = clock;
        this.sleeper = sleeper;
        this.deadline = deadline;
    }

    /**
     * Takes the incident to its end.
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void open(Incident incident) throws InterruptedException {
        switch (incident.chat()) {
            case Incident.Chat.None() -> results.publish(new Result.WithoutChat(incident, clock.instant()));
            case Incident.Chat.On(var platform) -> openOn(incident, platform);
            case Incident.Chat.TenantsChoice() -> openOn(incident, null);
        }
    }

    private void openOn(Incident incident, @Nullable PlatformKind wanted) throws InterruptedException {
        switch (directory.choose(incident.tenantId(), wanted)) {
            case Directory.Choice.Usable(var app) -> openWith(app, incident);
            case Directory.Choice.None() -> results.publish(noApp(incident, wanted));
            case Directory.Choice.Unreadable(var platform, var revision, var words) ->
                results.publish(new Result.Failed(
                        incident,
                        platform,
                        revision,
                        Result.Reason.APP_MISCONFIGURED,
                        words,
                        null,
                        List.of(),
                        clock.instant()));
        }
    }

    private void openWith(App app, Incident incident) throws InterruptedException {
        var platform = platforms.get(app.platform());
        if (platform == null) {
            throw new IllegalStateException("no client for " + app.platform());
        }
        var patience = new Patience(clock, sleeper, RandomGenerator.getDefault(), deadline);
        switch (patience.settle(() -> platform.resolve(app, incident.people()))) {
            case Settled.GivenUp<Roster>(var why) -> results.publish(failed(incident, app, why, List.of()));
            case Settled.Done<Roster>(var roster) -> openFor(roster, platform, app, incident, patience);
        }
    }

    private void openFor(Roster roster, ChatPlatform platform, App app, Incident incident, Patience patience)
            throws InterruptedException {
        List<RoomUser> users = ownerFirst(roster.found(), app);
        if (users.isEmpty()) {
            results.publish(nobody(incident, app, roster));
            return;
        }
        switch (RoomOpener.open(platform, app, incident, users, patience)) {
            case Settled.GivenUp<Room>(var why) -> results.publish(failed(incident, app, why, roster.missing()));
            case Settled.Done<Room>(var room) -> {
                Admission admission = admitTheRest(platform, app, room, users, patience);
                var missing = new ArrayList<>(roster.missing());
                missing.addAll(admission.missing());
                results.publish(new Result.Opened(
                        incident,
                        app.platform(),
                        app.revision(),
                        room.id(),
                        room.name(),
                        admission.admitted(),
                        missing,
                        clock.instant()));
                post(platform, app, room, incident, missing, patience);
            }
        }
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
            case Settled.GivenUp<Admission>(var why) ->
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
                RoomPlans.key("briefing", incident, 1),
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
        if (postUntilTaken(platform, app, room, briefing, patience) instanceof Settled.GivenUp<Posted>(var why)) {
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

    private Result noApp(Incident incident, @Nullable PlatformKind wanted) {
        String words = wanted == null
                ? "Tenant " + incident.tenantId() + " has no mobile app enabled. Enable WeCom, DingTalk or Lark in"
                        + " Mobile App Management, then declare the incident again."
                : "Tenant " + incident.tenantId() + " has no " + wanted + " app enabled, and the incident asks for it."
                        + " Enable it in Mobile App Management, then declare the incident again.";
        return new Result.Failed(incident, wanted, null, Result.Reason.NO_APP, words, null, List.of(), clock.instant());
    }

    private Result nobody(Incident incident, App app, Roster roster) {
        return new Result.Failed(
                incident,
                app.platform(),
                app.revision(),
                Result.Reason.TOO_FEW_PEOPLE,
                "None of the incident's people was found on " + app.platform() + " and the app has no default owner."
                        + " Check their mobile numbers and e-mails, or give the app a default owner.",
                null,
                roster.missing(),
                clock.instant());
    }

    private Result failed(Incident incident, App app, Failure why, List<Missing> missing) {
        var reason = switch (why.kind()) {
            case KEY_REJECTED -> Result.Reason.KEY_REJECTED;
            case MISCONFIGURED -> Result.Reason.APP_MISCONFIGURED;
            case QUOTA_EXHAUSTED -> Result.Reason.QUOTA_EXHAUSTED;
            case TOO_FEW_PEOPLE -> Result.Reason.TOO_FEW_PEOPLE;
            case UNREACHABLE, THROTTLED, IN_PROGRESS -> Result.Reason.PLATFORM_UNAVAILABLE;
            case REFUSED, ROOM_GONE, UNLISTED -> Result.Reason.REFUSED_BY_PLATFORM;
        };
        return new Result.Failed(
                incident, app.platform(), app.revision(), reason, why.words(), why, missing, clock.instant());
    }
}
