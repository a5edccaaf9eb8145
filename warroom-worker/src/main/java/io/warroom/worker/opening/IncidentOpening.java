package io.warroom.worker.opening;

import io.warroom.platform.ChatPlatform;
import io.warroom.platform.PlatformKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an incident to its end, whatever was done of it before: asks the {@link Ledger}, opens or follows its room, and blocks
 * until it has ended in a published {@link Result}, or waits in the ledger for what it needs. One thing at a time is done for an
 * incident, in the order of saying. Safe for concurrent use.
 */
public final class IncidentOpening {

    private static final Logger log = LoggerFactory.getLogger(IncidentOpening.class);

    /** Between the tries of an incident that waits for a platform; doubles from the first to the last. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

    /** With its jitter, the longest that a room is late behind the end of a platform's trouble. */
    private static final Duration LAST_RETRY = Duration.ofMinutes(1);

    /** Between the looks for a place in the tenant's line. */
    private static final Duration IN_LINE = Duration.ofSeconds(1);

    private final Directory directory;
    private final Ledger ledger;
    private final Results results;
    private final Clock clock;
    private final InstantSource time;
    private final ClockSetting setting;
    private final Patience.Sleeper sleeper;
    private final OpeningTimes times;
    private final AppGate gate;
    private final UntilSafe untilSafe;
    private final FirstMessage firstMessage;
    private final Opening opening;
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
        this(
                directory,
                platforms,
                ledger,
                results,
                appHealth,
                clock,
                new SteadyTime(),
                Thread::sleep,
                times,
                perTenant,
                closing);
    }

    IncidentOpening(
            Directory directory,
            Map<PlatformKind, ChatPlatform> platforms,
            Ledger ledger,
            Results results,
            AppHealth appHealth,
            Clock clock,
            InstantSource time,
            Patience.Sleeper sleeper,
            OpeningTimes times,
            int perTenant,
            ClosingPolicy closing) {
        this.directory = directory;
        this.ledger = ledger;
        this.results = results;
        this.clock = clock;
        this.time = time;
        this.setting = new ClockSetting(clock, time);
        this.sleeper = sleeper;
        this.times = times;
        this.untilSafe = new UntilSafe(sleeper);
        this.gate = new AppGate(directory, platforms, appHealth, clock, time, untilSafe, perTenant);
        var messenger = new Messenger(gate, clock);
        this.firstMessage = new FirstMessage(gate, results, messenger, this::patience, untilSafe);
        this.opening = new Opening(gate, directory, results, clock, this::patience, untilSafe, firstMessage);
        this.following =
                new RoomFollowing(gate, directory, results, messenger, clock, this::patience, untilSafe, closing);
    }

    private Patience patience() {
        return new Patience(time, sleeper, random, times.patience());
    }

    /**
     * Takes the incident to its end, or parks it.
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void open(Incident incident) throws InterruptedException {
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
            switch (ledger.find(incident)) {
                case ENDED -> repeat(incident);
                case WAITS -> {
                    var waiting = ledger.waiting(incident).orElse(null);
                    if (waiting != null
                            && incident.declaredAt().isAfter(waiting.incident().declaredAt())) {
                        tryAgain(declaredAnew(waiting, incident));
                    }
                }
                case NEW -> settle(incident, null, opening.attempt(incident, wanted(incident), false));
            }
        });
    }

    /** A replay, or its worker was killed before the room had its first message. */
    private void repeat(Incident incident) throws InterruptedException {
        if (ledger.standing(incident.tenantId(), incident.incidentId())
                        instanceof Ledger.Standing.Open(var room, var untold)
                && !room.briefed()
                && untold == null) {
            if (firstMessage.post(room, incident) instanceof Attempt.MustWait wait) {
                park(parked(incident, null, wait));
            }
        } else {
            ledger.repeatResult(incident);
        }
    }

    /** What it waited for is tried again at once, and its time begins anew. */
    private Waiting declaredAnew(Waiting before, Incident incident) {
        var now = clock.instant();
        return new Waiting(
                incident,
                before.reason(),
                before.words(),
                before.platform(),
                before.appRevision(),
                0,
                now,
                now.plus(times.deadlineOf(before.reason())),
                before.roomMayExist(),
                before.pending());
    }

    private void park(Waiting waiting) throws InterruptedException {
        untilSafe.run(() -> ledger.park(waiting));
    }

    private void release(Incident incident) throws InterruptedException {
        untilSafe.run(() -> ledger.release(incident));
    }

    /**
     * Ends an incident that fails for a reason of ours whenever it is opened; one that has ended, or waits, is left as it is.
     *
     * @param words why, for a person
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void giveUp(Incident incident, String words) throws InterruptedException {
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
            if (ledger.find(incident) == Ledger.Entry.NEW) {
                results.publish(Endings.givenUp(incident, words, clock.instant()));
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
                        var failed = Endings.resolvedMeanwhile(waiting, clock.instant());
                        untilSafe.run(() -> results.publish(failed));
                        release(waiting.incident());
                    } else {
                        parkWith(waiting, news);
                    }
                }
                case Ledger.Standing.Open(var room, var untold) -> {
                    if (!room.briefed() && untold == null) {
                        // Its declaration comes again, and brings the first message.
                        known.set(false);
                    } else {
                        tell(room, untold, news);
                    }
                }
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
            parkWith(untold, news);
            return;
        }
        var pending = FollowUp.Pending.of(news);
        if (following.follow(room, pending) instanceof Attempt.MustWait wait) {
            park(parked(opened(room), null, wait).with(pending));
        }
    }

    private void parkWith(Waiting waiting, FollowUp news) throws InterruptedException {
        var both = waiting.plus(news);
        int leftOut = FollowUp.Pending.people(waiting.pending())
                + FollowUp.Pending.people(FollowUp.Pending.of(news))
                - FollowUp.Pending.people(both.pending());
        if (FollowUp.Pending.isFull(both.pending()) && leftOut > 0) {
            log.atWarn()
                    .addKeyValue("tenant", news.tenantId())
                    .addKeyValue("incidentId", news.incidentId())
                    .addKeyValue("people", leftOut)
                    .log("More people wait to join than a record takes: these are left out");
        }
        park(both);
    }

    /**
     * Tries an incident that waited: to its end, or back into the ledger. Past its deadline this is the last try.
     *
     * @throws InterruptedException when the worker stops meanwhile: it waits on then
     */
    public void resume(Waiting woken) throws InterruptedException {
        var incident = woken.incident();
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
            var waiting = ledger.waiting(incident).orElse(woken); // something may have been said of it meanwhile
            if (ledger.find(waiting.incident()) == Ledger.Entry.ENDED) {
                tellWhatIsPending(waiting);
            } else {
                tryAgain(waiting);
            }
        });
    }

    private void tryAgain(Waiting waiting) throws InterruptedException {
        var incident = waiting.incident();
        var clockThen = setting.now();
        var attempt = opening.attempt(incident, platformOf(waiting), waiting.roomMayExist());
        settle(incident, setting.moved(waiting, clockThen), attempt);
    }

    /** @param before as it waited until now; null when it did not */
    private void settle(Incident incident, @Nullable Waiting before, Attempt attempt) throws InterruptedException {
        switch (attempt) {
            case Attempt.MustWait wait -> {
                var waiting = parked(incident, before, wait);
                if (isInTime(waiting)) {
                    park(waiting);
                } else {
                    var failed = Endings.waitedInVain(waiting, clock.instant());
                    untilSafe.run(() -> results.publish(failed));
                    release(incident);
                }
            }
            case Attempt.Owing owing -> park(owed(incident, before, owing));
            case Attempt.Ended() -> {
                if (before != null) {
                    tellWhatIsPending(before);
                }
            }
        }
    }

    private boolean isInTime(Waiting waiting) {
        return clock.instant().isBefore(waiting.deadline());
    }

    private void tellWhatIsPending(Waiting waiting) throws InterruptedException {
        var incident = waiting.incident();
        var clockThen = setting.now();
        var room = roomOf(incident);
        if (room != null && !room.briefed()) {
            if (firstMessage.post(room, incident) instanceof Attempt.MustWait wait) {
                var again = parked(incident, setting.moved(waiting, clockThen), wait);
                if (isInTime(again)) {
                    park(again);
                    return;
                }
                firstMessage.giveUp(room, incident, wait.words());
            }
            room = roomOf(incident);
        }
        var pending = waiting.pending();
        if (room != null && pending != null && following.follow(room, pending) instanceof Attempt.MustWait wait) {
            var again = parked(opened(room), setting.moved(waiting, clockThen), wait);
            if (isInTime(again)) {
                park(again);
                return;
            }
            following.giveUp(room, pending, wait.words());
        }
        release(incident);
    }

    private @Nullable OpenRoom roomOf(Incident incident) {
        return ledger.standing(incident.tenantId(), incident.incidentId()) instanceof Ledger.Standing.Open open
                ? open.room()
                : null;
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
                .peek(incident.tenantId(), platformOf(waiting))
                .filter(now -> now.platform() != waiting.platform()
                        || waiting.appRevision() == null
                        || now.revision() > waiting.appRevision())
                .isPresent();
    }

    /**
     * How many more of the tenant's incidents may be worked on now, if they are as this one: none as long as their app is left
     * alone, but for those whose time is over.
     */
    public int places(Waiting waiting) {
        String tenant = waiting.incident().tenantId();
        int places = gate.places(tenant);
        return isInTime(waiting)
                ? directory
                        .peek(tenant, platformOf(waiting))
                        .map(app -> Math.min(places, gate.calls(tenant, app.platform())))
                        .orElse(places)
                : places;
    }

    /** The next app that was left alone because its platform did not answer, and answers again; null when there is none. */
    public @Nullable AppId answersAgain() {
        return gate.answersAgain();
    }

    private static @Nullable PlatformKind wanted(Incident incident) {
        return incident.chat() instanceof Incident.Chat.On(var platform) ? platform : null;
    }

    /** A room that may exist is looked for where it may be, as long as that app is there, whatever is active now. */
    private @Nullable PlatformKind platformOf(Waiting waiting) {
        var incident = waiting.incident();
        var asked = wanted(incident);
        return asked == null
                        && waiting.roomMayExist()
                        && waiting.platform() != null
                        && directory
                                .peek(incident.tenantId(), waiting.platform())
                                .isPresent()
                ? waiting.platform()
                : asked;
    }

    /** The room is open; who should still be let in joins as by an update. */
    private Waiting owed(Incident incident, @Nullable Waiting before, Attempt.Owing owing) {
        var waiting = parked(incident, before, owing.until());
        if (owing.people().isEmpty()) {
            return waiting;
        }
        var joining = FollowUp.Update.of(
                incident.tenantId(), incident.incidentId(), null, null, null, null, owing.people(), clock.instant());
        return waiting.with(FollowUp.Pending.after(joining, waiting.pending()));
    }

    private Waiting parked(Incident incident, @Nullable Waiting before, Attempt.MustWait wait) {
        var now = clock.instant();
        int tried = wait.untried() ? 0 : 1;
        int attempts = before == null ? tried : before.attempts() + tried;
        boolean forPeople = wait.reason().waitsForPeople();
        // Whoever stands in its own tenant's line has all its time before it.
        Instant deadline = before != null
                        && before.attempts() > 0
                        && before.reason().waitsForPeople() == forPeople
                        && !wait.untried()
                ? before.deadline()
                : now.plus(times.deadlineOf(wait.reason()));
        // Who is told when to come back has no reason to stay away for longer each time.
        boolean told = wait.reason() == Waiting.Reason.THROTTLED && wait.pause().isPositive();
        Duration pause = wait.untried() ? IN_LINE : longer(wait.pause(), backOff(told ? 1 : attempts));
        Instant next = forPeople ? deadline : now.plus(pause);
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
}
