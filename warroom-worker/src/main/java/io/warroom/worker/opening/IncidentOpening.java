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
import java.time.Instant;
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
 * publish the result, post the briefing. Blocks until the incident has ended in a published {@link Result}, or waits in the
 * {@link Ledger} for what it needs; safe for concurrent use. Everything it does may be done again for the same incident.
 */
public final class IncidentOpening {

    private static final Logger log = LoggerFactory.getLogger(IncidentOpening.class);

    /** Between the tries of an incident that waits for a platform; doubles from the first to the last. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

    private static final Duration LAST_RETRY = Duration.ofMinutes(2);

    /** How an attempt went. */
    private sealed interface Attempt {
        /** The result is published. */
        record Ended() implements Attempt {}

        /** It cannot be opened now. */
        record MustWait(
                Waiting.Reason reason,
                String words,
                @Nullable App app,
                Duration pause,
                boolean roomMayExist) implements Attempt {}
    }

    private final Directory directory;
    private final Map<PlatformKind, ChatPlatform> platforms;
    private final Ledger ledger;
    private final Results results;
    private final AppHealth appHealth;
    private final Clock clock;
    private final Patience.Sleeper sleeper;
    private final OpeningTimes times;
    private final Lanes lanes;
    private final Circuits circuits;
    private final RejectedKeys rejectedKeys = new RejectedKeys();
    private final InTurn inTurn = new InTurn();
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

    /** @param perTenant incidents of one tenant in flight at once, at least 1 */
    public IncidentOpening(
            Directory directory,
            Map<PlatformKind, ChatPlatform> platforms,
            Ledger ledger,
            Results results,
            AppHealth appHealth,
            Clock clock,
            OpeningTimes times,
            int perTenant) {
        this(directory, platforms, ledger, results, appHealth, clock, Thread::sleep, times, perTenant);
    }

    IncidentOpening(
            Directory directory,
            Map<PlatformKind, ChatPlatform> platforms,
            Ledger ledger,
            Results results,
            AppHealth appHealth,
            Clock clock,
            Patience.Sleeper sleeper,
            OpeningTimes times,
            int perTenant) {
        this.directory = directory;
        this.platforms = Map.copyOf(platforms);
        this.ledger = ledger;
        this.results = results;
        this.appHealth = appHealth;
        this.clock = clock;
        this.sleeper = sleeper;
        this.times = times;
        this.lanes = new Lanes(perTenant);
        this.circuits = new Circuits(clock);
    }

    /**
     * Takes the incident to its end, or parks it.
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void open(Incident incident) throws InterruptedException {
        inTurn.run(incident, () -> {
            switch (ledger.find(incident)) {
                case ENDED -> ledger.repeatResult(incident);
                case WAITS ->
                    log.atDebug()
                            .addKeyValue("incidentId", incident.incidentId())
                            .log("Waits already");
                case NEW -> {
                    if (attempt(incident, false) instanceof Attempt.MustWait wait) {
                        ledger.park(parked(incident, null, wait));
                    }
                }
            }
        });
    }

    /**
     * Tries an incident that waited: to its end, or back into the ledger.
     *
     * @throws InterruptedException when the worker stops meanwhile: it waits on then
     */
    public void resume(Waiting waiting) throws InterruptedException {
        var incident = waiting.incident();
        inTurn.run(incident, () -> {
            if (ledger.find(incident) == Ledger.Entry.ENDED) {
                ledger.release(incident);
            } else if (!clock.instant().isBefore(waiting.deadline())) {
                results.publish(waitedInVain(waiting));
                ledger.release(incident);
            } else if (attempt(incident, waiting.roomMayExist()) instanceof Attempt.MustWait wait) {
                ledger.park(parked(incident, waiting, wait));
            } else {
                ledger.release(incident);
            }
        });
    }

    /** Takes note of an incident that waits, parked by whomever: a key that was rejected is not tried by this worker either. */
    public void learn(Waiting waiting) {
        var platform = waiting.platform();
        var revision = waiting.appRevision();
        if (waiting.reason() == Waiting.Reason.KEY_REJECTED && platform != null && revision != null) {
            rejectedKeys.add(waiting.incident().tenantId(), platform, revision, waiting.words());
        }
    }

    /** Whether what it waits for has come: somebody enabled an app, or changed the key that was rejected. */
    public boolean hasCome(Waiting waiting) {
        if (!waiting.reason().waitsForPeople()) {
            return false;
        }
        var incident = waiting.incident();
        return directory
                .peek(incident.tenantId(), wanted(incident))
                .filter(now -> now.platform() != waiting.platform()
                        || waiting.appRevision() == null
                        || now.revision() > waiting.appRevision())
                .isPresent();
    }

    private Waiting parked(Incident incident, @Nullable Waiting before, Attempt.MustWait wait) {
        var now = clock.instant();
        int attempts = before == null ? 1 : before.attempts() + 1;
        boolean forPeople = wait.reason().waitsForPeople();
        Instant deadline = before != null && before.reason().waitsForPeople() == forPeople
                ? before.deadline()
                : now.plus(forPeople ? times.peopleDeadline() : times.platformDeadline());
        Instant next = forPeople ? deadline : now.plus(longer(wait.pause(), backOff(attempts)));
        var app = wait.app();
        return new Waiting(
                incident,
                wait.reason(),
                wait.words(),
                app == null ? null : app.platform(),
                app == null ? null : app.revision(),
                attempts,
                next.isAfter(deadline) ? deadline : next,
                deadline,
                wait.roomMayExist());
    }

    private Duration backOff(int attempts) {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, 10));
        pause = longer(FIRST_RETRY, pause.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause);
        // Up to a quarter more, so that incidents that were stopped together do not come back together.
        return pause.plusMillis(random.nextLong(pause.toMillis() / 4 + 1));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Attempt attempt(Incident incident, boolean roomMayExist) throws InterruptedException {
        if (incident.chat() instanceof Incident.Chat.None) {
            return ended(new Result.WithoutChat(incident, clock.instant()));
        }
        if (!lanes.enter(incident.tenantId())) {
            return new Attempt.MustWait(
                    Waiting.Reason.THROTTLED,
                    "As many incidents of this tenant as may be are being opened; this one is next when they are done.",
                    null,
                    Duration.ZERO,
                    roomMayExist);
        }
        try {
            return chooseApp(incident, roomMayExist);
        } finally {
            lanes.leave(incident.tenantId());
        }
    }

    private static @Nullable PlatformKind wanted(Incident incident) {
        return incident.chat() instanceof Incident.Chat.On(var platform) ? platform : null;
    }

    private Attempt chooseApp(Incident incident, boolean roomMayExist) throws InterruptedException {
        var wanted = wanted(incident);
        return switch (directory.choose(incident.tenantId(), wanted)) {
            case Directory.Choice.Usable(var app) -> openUnlessKnownToFail(app, incident, roomMayExist);
            case Directory.Choice.None() ->
                new Attempt.MustWait(Waiting.Reason.NO_APP, noApp(incident, wanted), null, Duration.ZERO, roomMayExist);
            case Directory.Choice.Unreadable(var platform, var revision, var words) ->
                ended(new Result.Failed(
                        incident,
                        platform,
                        revision,
                        Result.Reason.APP_MISCONFIGURED,
                        words,
                        null,
                        List.of(),
                        clock.instant()));
        };
    }

    private Attempt openUnlessKnownToFail(App app, Incident incident, boolean roomMayExist)
            throws InterruptedException {
        var rejected = rejectedKeys.find(app.tenantId(), app.platform(), app.revision());
        if (rejected.isPresent()) {
            return new Attempt.MustWait(Waiting.Reason.KEY_REJECTED, rejected.get(), app, Duration.ZERO, roomMayExist);
        }
        if (!circuits.mayCall(app.tenantId(), app.platform())) {
            return new Attempt.MustWait(
                    Waiting.Reason.PLATFORM_UNAVAILABLE,
                    app.platform()
                            + " has not answered this tenant's app several times in a row; it is asked again soon.",
                    app,
                    Duration.ZERO,
                    roomMayExist);
        }
        boolean answered = false;
        try {
            var attempt = openWith(app, incident, roomMayExist);
            answered =
                    !(attempt instanceof Attempt.MustWait wait && wait.reason() == Waiting.Reason.PLATFORM_UNAVAILABLE);
            return attempt;
        } finally {
            if (answered) {
                circuits.answered(app.tenantId(), app.platform());
            } else {
                circuits.unanswered(app.tenantId(), app.platform());
            }
        }
    }

    private Attempt openWith(App app, Incident incident, boolean roomMayExist) throws InterruptedException {
        var platform = platforms.get(app.platform());
        if (platform == null) {
            throw new IllegalStateException("no client for " + app.platform());
        }
        var people = withBoundUsers(incident, app);
        var patience = new Patience(clock, sleeper, random, times.patience());
        return switch (patience.settle(() -> platform.resolve(app, people))) {
            case Settled.GivenUp<Roster>(var why, var pause) ->
                givenUp(incident, app, why, pause, List.of(), roomMayExist);
            case Settled.Done<Roster>(var roster) -> openFor(roster, platform, app, incident, patience, roomMayExist);
        };
    }

    /** A given id counts before a bound one, and that before anything that must be looked up. */
    private List<Person> withBoundUsers(Incident incident, App app) {
        return incident.people().stream()
                .map(person -> person.platformUserId() != null
                        ? person
                        : directory
                                .boundUser(app.tenantId(), app.platform(), person.personId())
                                .map(userId -> new Person(
                                        person.personId(),
                                        person.name(),
                                        person.role(),
                                        userId,
                                        person.mobile(),
                                        person.email()))
                                .orElse(person))
                .toList();
    }

    private Attempt openFor(
            Roster roster, ChatPlatform platform, App app, Incident incident, Patience patience, boolean roomMayExist)
            throws InterruptedException {
        List<RoomUser> users = ownerFirst(roster.found(), app);
        if (users.isEmpty()) {
            return findableLater(roster.missing())
                    ? notFoundYet(app, roster.missing(), roomMayExist)
                    : ended(nobody(incident, app, roster));
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
                if (rejectedKeys.forget(app.tenantId(), app.platform(), app.revision())) {
                    appHealth.healthy(app, clock.instant());
                }
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
        return switch (why.kind()) {
            case UNREACHABLE, IN_PROGRESS ->
                new Attempt.MustWait(Waiting.Reason.PLATFORM_UNAVAILABLE, why.words(), app, pause, roomMayExist);
            case THROTTLED -> new Attempt.MustWait(Waiting.Reason.THROTTLED, why.words(), app, pause, roomMayExist);
            case KEY_REJECTED -> {
                if (rejectedKeys
                        .find(app.tenantId(), app.platform(), app.revision())
                        .isEmpty()) {
                    appHealth.keyRejected(app, why, clock.instant());
                }
                rejectedKeys.add(app.tenantId(), app.platform(), app.revision(), why.words());
                yield new Attempt.MustWait(Waiting.Reason.KEY_REJECTED, why.words(), app, pause, roomMayExist);
            }
            case TOO_FEW_PEOPLE ->
                findableLater(missing)
                        ? notFoundYet(app, missing, roomMayExist)
                        : ended(failed(incident, app, why, missing));
            case MISCONFIGURED, QUOTA_EXHAUSTED, REFUSED, ROOM_GONE, UNLISTED ->
                ended(failed(incident, app, why, missing));
        };
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

    private static String noApp(Incident incident, @Nullable PlatformKind wanted) {
        return wanted == null
                ? "Tenant " + incident.tenantId() + " has no mobile app enabled. Enable WeCom, DingTalk or Lark in"
                        + " Mobile App Management."
                : "Tenant " + incident.tenantId() + " has no " + wanted + " app enabled, and the incident asks for it."
                        + " Enable it in Mobile App Management.";
    }

    private Result waitedInVain(Waiting waiting) {
        var reason = switch (waiting.reason()) {
            case NO_APP -> Result.Reason.NO_APP;
            case KEY_REJECTED -> Result.Reason.KEY_REJECTED;
            case THROTTLED, PLATFORM_UNAVAILABLE -> Result.Reason.PLATFORM_UNAVAILABLE;
        };
        return new Result.Failed(
                waiting.incident(),
                waiting.platform(),
                waiting.appRevision(),
                reason,
                waiting.words() + " The incident waited for it until its deadline; declare it again.",
                null,
                List.of(),
                clock.instant());
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
            case MISCONFIGURED -> Result.Reason.APP_MISCONFIGURED;
            case QUOTA_EXHAUSTED -> Result.Reason.QUOTA_EXHAUSTED;
            case TOO_FEW_PEOPLE -> Result.Reason.TOO_FEW_PEOPLE;
            case UNREACHABLE, THROTTLED, IN_PROGRESS, KEY_REJECTED ->
                throw new IllegalArgumentException(why.kind() + " is waited for");
            case REFUSED, ROOM_GONE, UNLISTED -> Result.Reason.REFUSED_BY_PLATFORM;
        };
        return new Result.Failed(
                incident, app.platform(), app.revision(), reason, why.words(), why, missing, clock.instant());
    }
}
