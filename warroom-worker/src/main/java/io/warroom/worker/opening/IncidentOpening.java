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
import java.util.concurrent.atomic.AtomicBoolean;
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

    private final Directory directory;
    private final Ledger ledger;
    private final Results results;
    private final Clock clock;
    private final Patience.Sleeper sleeper;
    private final OpeningTimes times;
    private final AppGate gate;
    private final RoomFollowing following;
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
            int perTenant,
            ClosingPolicy closing) {
        this(directory, platforms, ledger, results, appHealth, clock, Thread::sleep, times, perTenant, closing);
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
            int perTenant,
            ClosingPolicy closing) {
        this.directory = directory;
        this.ledger = ledger;
        this.results = results;
        this.clock = clock;
        this.sleeper = sleeper;
        this.times = times;
        this.gate = new AppGate(directory, platforms, appHealth, clock, perTenant);
        this.following = new RoomFollowing(gate, directory, results, clock, this::patience, sleeper, closing);
    }

    private Patience patience() {
        return new Patience(clock, sleeper, random, times.patience());
    }

    /**
     * Takes the incident to its end, or parks it.
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void open(Incident incident) throws InterruptedException {
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
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
     * Tells an incident's room what is new of it; parks it where that must wait.
     *
     * @return false when nothing is known of the incident: its declaration may be on its way
     * @throws InterruptedException when the worker stops meanwhile: it is not done then
     */
    public boolean follow(FollowUp news) throws InterruptedException {
        var known = new AtomicBoolean(true);
        inTurn.run(news.tenantId(), news.incidentId(), () -> {
            switch (ledger.standing(news.tenantId(), news.incidentId())) {
                case Ledger.Standing.Unknown() -> known.set(false);
                case Ledger.Standing.Over() -> {}
                case Ledger.Standing.Waits(var waiting) -> {
                    if (news instanceof FollowUp.Resolution && !waiting.roomMayExist()) {
                        results.publish(resolvedMeanwhile(waiting));
                        ledger.release(waiting.incident());
                    } else {
                        ledger.park(waiting.plus(news));
                    }
                }
                case Ledger.Standing.Open(var room, var untold) -> tell(room, untold, news);
            }
        });
        return known.get();
    }

    private void tell(OpenRoom room, @Nullable Waiting untold, FollowUp news) throws InterruptedException {
        if (news instanceof FollowUp.Update update && room.wasTold(update)) {
            return;
        }
        if (untold != null) {
            // In the order of saying: this one waits behind those.
            ledger.park(untold.plus(news));
            return;
        }
        var pending = FollowUp.Pending.of(news);
        if (following.follow(room, pending) instanceof Attempt.MustWait wait) {
            ledger.park(parked(opened(room), null, wait).with(pending));
        }
    }

    /**
     * Tries an incident that waited: to its end, or back into the ledger.
     *
     * @throws InterruptedException when the worker stops meanwhile: it waits on then
     */
    public void resume(Waiting woken) throws InterruptedException {
        var incident = woken.incident();
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
            var waiting = ledger.waiting(incident).orElse(woken); // something may have been said of it meanwhile
            if (ledger.find(incident) == Ledger.Entry.ENDED) {
                tellWhatIsPending(waiting);
            } else if (!clock.instant().isBefore(waiting.deadline())) {
                results.publish(waitedInVain(waiting));
                ledger.release(incident);
            } else if (attempt(incident, waiting.roomMayExist()) instanceof Attempt.MustWait wait) {
                ledger.park(parked(incident, waiting, wait));
            } else {
                tellWhatIsPending(waiting);
            }
        });
    }

    private void tellWhatIsPending(Waiting waiting) throws InterruptedException {
        var incident = waiting.incident();
        var pending = waiting.pending();
        if (pending != null
                && ledger.standing(incident.tenantId(), incident.incidentId())
                        instanceof Ledger.Standing.Open(var room, var untold)) {
            if (following.follow(room, pending) instanceof Attempt.MustWait wait) {
                if (clock.instant().isBefore(waiting.deadline())) {
                    ledger.park(parked(opened(room), waiting, wait));
                    return;
                }
                following.giveUp(room, pending, wait.words());
            }
        }
        ledger.release(incident);
    }

    /** What stands for the declaration of an incident whose room is open already. */
    private static Incident opened(OpenRoom room) {
        return new Incident(
                room.tenantId(),
                room.incidentId(),
                room.roomName(),
                null,
                null,
                null,
                null,
                null,
                room.declaredAt(),
                new Incident.Chat.On(room.platform()),
                List.of(),
                List.of());
    }

    /** Takes note of an incident that waits, parked by whomever: a key that was rejected is not tried by this worker either. */
    public void learn(Waiting waiting) {
        gate.learn(waiting);
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
                wait.roomMayExist(),
                before == null ? null : before.pending());
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
        return gate.attempt(incident.tenantId(), wanted(incident), roomMayExist, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform platform) throws InterruptedException {
                return openWith(app, platform, incident, roomMayExist);
            }

            @Override
            public Attempt unreadable(PlatformKind platform, long revision, String words) {
                return ended(new Result.Failed(
                        incident,
                        platform,
                        revision,
                        Result.Reason.APP_MISCONFIGURED,
                        words,
                        null,
                        List.of(),
                        clock.instant()));
            }
        });
    }

    private static @Nullable PlatformKind wanted(Incident incident) {
        return incident.chat() instanceof Incident.Chat.On(var platform) ? platform : null;
    }

    private Attempt openWith(App app, ChatPlatform platform, Incident incident, boolean roomMayExist)
            throws InterruptedException {
        var people = BoundUsers.of(incident.people(), app, directory);
        var patience = patience();
        return switch (patience.settle(() -> platform.resolve(app, people))) {
            case Settled.GivenUp<Roster>(var why, var pause) ->
                givenUp(incident, app, why, pause, List.of(), roomMayExist);
            case Settled.Done<Roster>(var roster) -> openFor(roster, platform, app, incident, patience, roomMayExist);
        };
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
                : ended(failed(incident, app, why, missing));
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

    private Result resolvedMeanwhile(Waiting waiting) {
        return new Result.Failed(
                waiting.incident(),
                waiting.platform(),
                waiting.appRevision(),
                Result.Reason.RESOLVED,
                "The incident was resolved before its room could be opened. It waited: " + waiting.words(),
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
