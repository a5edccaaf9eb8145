package io.warroom.worker.opening;

import io.warroom.platform.ChatPlatform;
import io.warroom.platform.PlatformKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
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

    /** An older record's room may have been made by a worker that was killed. */
    private static final Duration FRESH = Duration.ofMinutes(5);

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
    private final RoomProbe roomProbe;
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
        this.roomProbe = new RoomProbe(gate);
        this.following =
                new RoomFollowing(gate, directory, results, messenger, clock, this::patience, untilSafe, closing);
    }

    private Patience patience() {
        return new Patience(time, sleeper, random, times.patience());
    }

    /** As a declaration that was written just now. */
    void open(Incident incident) throws InterruptedException {
        open(new Declaration(incident, clock.instant(), null));
    }

    /**
     * Takes the incident to its end, or parks it. What a declaration does in each state of its incident:
     *
     * <table>
     * <caption>An equal or earlier time of declaration is a replay.</caption>
     * <tr><th>state</th><th>replay</th><th>declared later</th><th>retry</th></tr>
     * <tr><td>{@link Ledger.Standing.Unknown}</td><td colspan="3">opens</td></tr>
     * <tr><td>{@link Ledger.Standing.Waits}</td><td>nothing</td><td>replaces it, tries at once</td><td>tries at once</td></tr>
     * <tr><td>{@link Ledger.Standing.Failed}</td><td>repeats</td><td>tries again</td><td>tries again if requested after it failed</td></tr>
     * <tr><td>{@link Ledger.Standing.Open}</td><td>repeats</td><td>repeats, or opens the next room if this one is gone</td>
     *     <td>posts the first message if it was not sent, else repeats</td></tr>
     * <tr><td>{@link Ledger.Standing.Closed}</td><td>repeats</td><td>opens the next room</td><td>repeats</td></tr>
     * <tr><td>{@link Ledger.Standing.WithoutChat}</td><td colspan="3">repeats</td></tr>
     * </table>
     *
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void open(Declaration declaration) throws InterruptedException {
        var incident = declaration.incident();
        inTurn.run(
                incident.tenantId(),
                incident.incidentId(),
                () -> orEndUnpublishable(incident, () -> {
                    switch (ledger.standing(incident.tenantId(), incident.incidentId())) {
                        case Ledger.Standing.Unknown() -> attempt(incident, isOld(declaration));
                        case Ledger.Standing.Waits(var waiting) -> {
                            if (incident.declaredAt().isAfter(waiting.incident().declaredAt())) {
                                tryAgain(renewed(
                                        waiting,
                                        incident.inGeneration(waiting.incident().generation())));
                            } else if (declaration.retryAt() != null) {
                                tryAgain(renewed(waiting, waiting.incident()));
                            }
                        }
                        case Ledger.Standing.Failed failed -> {
                            if (isAfter(declaration, failed)) {
                                attempt(
                                        incident.inGeneration(failed.generation()),
                                        failed.roomMayExist() || isOld(declaration));
                            } else {
                                ledger.repeatResult(incident);
                            }
                        }
                        case Ledger.Standing.Open(var room, var untold) -> openAgain(declaration, room, untold);
                        case Ledger.Standing.Closed closed -> {
                            if (declaration.retryAt() == null
                                    && incident.declaredAt().isAfter(closed.until())) {
                                attempt(incident.inGeneration(closed.generation() + 1), isOld(declaration));
                            } else {
                                ledger.repeatResult(incident);
                            }
                        }
                        case Ledger.Standing.WithoutChat() -> ledger.repeatResult(incident);
                    }
                }));
    }

    /** An incident whose records are refused whenever they are sent holds no place for longer: a small result ends it. */
    private void orEndUnpublishable(Incident incident, InTurn.Work work) throws InterruptedException {
        try {
            work.run();
        } catch (UnpublishableException e) {
            log.atError()
                    .addKeyValue("tenant", incident.tenantId())
                    .addKeyValue("incidentId", incident.incidentId())
                    .setCause(e)
                    .log("A record of an incident cannot be published; the incident ends");
            switch (ledger.standing(incident.tenantId(), incident.incidentId())) {
                case Ledger.Standing.Unknown() -> endUnpublishable(incident);
                case Ledger.Standing.Waits(var waiting) -> endUnpublishable(waiting.incident());
                case Ledger.Standing.Failed failed -> endUnpublishable(incident.inGeneration(failed.generation()));
                case Ledger.Standing.Closed closed -> endUnpublishable(incident.inGeneration(closed.generation() + 1));
                case Ledger.Standing.Open open -> {}
                case Ledger.Standing.WithoutChat() -> {}
            }
            if (ledger.waiting(incident).isPresent()) {
                release(incident);
            }
        }
    }

    private void endUnpublishable(Incident incident) throws InterruptedException {
        var failed = Endings.unpublishable(incident, clock.instant());
        untilSafe.run(() -> results.publish(failed));
    }

    /** A worker may have made the room and been killed before it could publish that. */
    private boolean isOld(Declaration declaration) {
        return declaration.retryAt() != null
                || declaration.writtenAt().isBefore(clock.instant().minus(FRESH));
    }

    private static boolean isAfter(Declaration declaration, Ledger.Standing.Failed failed) {
        var retryAt = declaration.retryAt();
        return retryAt == null
                ? declaration.incident().declaredAt().isAfter(failed.declaredAt())
                : retryAt.isAfter(failed.failedAt());
    }

    private void attempt(Incident incident, boolean roomMayExist) throws InterruptedException {
        settle(incident, null, opening.attempt(incident, wanted(incident), roomMayExist));
    }

    private void openAgain(Declaration declaration, OpenRoom room, @Nullable Waiting untold)
            throws InterruptedException {
        var incident = declaration.incident().inGeneration(room.generation());
        if (!room.briefed() && untold == null) {
            // Its worker was killed before the room had its first message.
            postFirst(room, incident, null);
        } else if (declaration.retryAt() != null) {
            retryFirst(room, incident, untold);
        } else if (!incident.declaredAt().isAfter(room.declaredAt())) {
            ledger.repeatResult(incident);
        } else if (roomProbe.isGone(room)) {
            var next = incident.inGeneration(room.generation() + 1);
            var attempt = opening.attempt(next, wanted(next), false);
            settle(next, untold == null ? null : renewed(untold.with(null), next), attempt);
        } else {
            keepOpen(incident, untold);
            ledger.repeatResult(incident);
        }
    }

    private void retryFirst(OpenRoom room, Incident incident, @Nullable Waiting untold) throws InterruptedException {
        if (!room.briefed()) {
            resumeRoom(renewed(Objects.requireNonNull(untold), incident));
        } else if (room.isSilent()) {
            // Published first: the next worker posts it if this one is killed.
            var silent = room.withFirstMessage(false);
            untilSafe.run(() -> results.briefed(silent));
            postFirst(silent, incident, untold);
        } else {
            ledger.repeatResult(incident);
        }
    }

    private void postFirst(OpenRoom room, Incident incident, @Nullable Waiting untold) throws InterruptedException {
        if (firstMessage.post(room, incident) instanceof Attempt.MustWait wait) {
            var before = untold == null ? null : renewed(untold, incident);
            park(parked(incident, before, wait));
        } else if (untold != null) {
            resumeRoom(untold);
        }
    }

    /** A resolution that waits does not close a room whose incident was declared again after it. */
    private void keepOpen(Incident incident, @Nullable Waiting untold) throws InterruptedException {
        var pending = untold == null ? null : untold.pending();
        if (untold == null
                || pending == null
                || pending.resolution() == null
                || !pending.resolution().resolvedAt().isBefore(incident.declaredAt())) {
            return;
        }
        if (pending.update() == null) {
            release(incident);
        } else {
            park(untold.with(new FollowUp.Pending(pending.update(), null)));
        }
    }

    /** What it waited for is tried again at once, and its deadline begins again. */
    private Waiting renewed(Waiting before, Incident incident) {
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
                FollowUp.Pending.since(incident.declaredAt(), before.pending()));
    }

    private void park(Waiting waiting) throws InterruptedException {
        if (untilSafe.call(() -> ledger.park(waiting)) == Ledger.Parking.LIMIT_EXCEEDED) {
            endBeyondLimit(waiting);
        }
    }

    /** Its tenant has as many waiting incidents as it may: it fails, or its open room stays without what is pending. */
    private void endBeyondLimit(Waiting waiting) throws InterruptedException {
        var incident = waiting.incident();
        var failed = Endings.limitExceeded(waiting, clock.instant());
        if (ledger.standing(incident.tenantId(), incident.incidentId()) instanceof Ledger.Standing.Open open) {
            var room = open.room();
            var now = room;
            if (!room.briefed()) {
                firstMessage.giveUp(room, incident, failed.words());
                now = Objects.requireNonNullElse(roomOf(incident), room);
            }
            var pending = waiting.pending();
            if (pending != null) {
                following.giveUp(now, pending, failed.words());
            }
        } else {
            untilSafe.run(() -> results.publish(failed));
        }
        if (ledger.waiting(incident).isPresent()) {
            release(incident);
        }
    }

    /**
     * Ends an incident that another worker parked and that is beyond its tenant's limits.
     *
     * @throws InterruptedException when the worker stops meanwhile: it waits on then
     */
    public void exceedsLimit(Waiting parked) throws InterruptedException {
        var incident = parked.incident();
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
            if (ledger.waiting(incident).isPresent()) {
                endBeyondLimit(parked);
            }
        });
    }

    private void release(Incident incident) throws InterruptedException {
        untilSafe.run(() -> ledger.release(incident));
    }

    /**
     * Ends an incident that fails for a reason of ours whenever it is opened; one that has a result, or waits, is left as it is.
     *
     * @param words why, for a person
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void giveUp(Incident incident, String words) throws InterruptedException {
        endWithoutRoom(incident, ended -> Endings.givenUp(ended, words, clock.instant()));
    }

    private void endWithoutRoom(Incident incident, Function<Incident, Result> ending) throws InterruptedException {
        inTurn.run(incident.tenantId(), incident.incidentId(), () -> {
            var generation = switch (ledger.standing(incident.tenantId(), incident.incidentId())) {
                case Ledger.Standing.Unknown() -> 1;
                case Ledger.Standing.Failed failed
                when incident.declaredAt().isAfter(failed.declaredAt()) -> failed.generation();
                case Ledger.Standing.Closed closed
                when incident.declaredAt().isAfter(closed.until()) -> closed.generation() + 1;
                default -> 0;
            };
            if (generation > 0) {
                results.publish(ending.apply(incident.inGeneration(generation)));
            }
        });
    }

    /**
     * Ends an incident whose declaration was rejected; one that has a result, or waits, is left as it is.
     *
     * @param detail why, for a person
     * @throws InterruptedException when the worker stops meanwhile: the incident is not done then
     */
    public void reject(Incident incident, String detail) throws InterruptedException {
        endWithoutRoom(incident, ended -> Endings.invalid(ended, detail, clock.instant()));
    }

    /**
     * Posts an update or a resolution into its incident's room; parks it where that must wait. One that is older than the
     * declaration is a replay, and changes nothing.
     *
     * @return false when nothing is known of the incident: its declaration may be on its way
     * @throws InterruptedException when the worker stops meanwhile: it is not done then
     */
    public boolean follow(FollowUp news) throws InterruptedException {
        var known = new AtomicBoolean(true);
        inTurn.run(news.tenantId(), news.incidentId(), () -> {
            switch (ledger.standing(news.tenantId(), news.incidentId())) {
                case Ledger.Standing.Unknown() -> known.set(false);
                // A failure is of one declaration: this may be of the next, which is on its way.
                case Ledger.Standing.Failed failed -> known.set(false);
                case Ledger.Standing.Closed closed -> {}
                case Ledger.Standing.WithoutChat() -> {}
                case Ledger.Standing.Waits(var waiting) -> {
                    if (news.at().isBefore(waiting.incident().declaredAt())) {
                        skip(news);
                    } else if (news instanceof FollowUp.Resolution && !mayHaveRoom(waiting)) {
                        var failed = Endings.resolvedMeanwhile(waiting, clock.instant());
                        untilSafe.run(() -> results.publish(failed));
                        release(waiting.incident());
                    } else {
                        parkWith(waiting, news);
                    }
                }
                case Ledger.Standing.Open(var room, var untold) -> {
                    if (news.at().isBefore(room.declaredAt())) {
                        skip(news);
                    } else if (!room.briefed() && untold == null) {
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

    /** Whether a create was sent for it; one that only waits for its first try was not. */
    private static boolean mayHaveRoom(Waiting waiting) {
        return waiting.roomMayExist()
                && waiting.reason() != Waiting.Reason.NO_APP
                && (waiting.reason() != Waiting.Reason.TENANT_BUSY || waiting.attempts() > 0);
    }

    private static void skip(FollowUp news) {
        log.atInfo()
                .addKeyValue("tenant", news.tenantId())
                .addKeyValue("incidentId", news.incidentId())
                .log("An update or resolution is older than its incident's declaration; it is skipped");
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
        inTurn.run(
                incident.tenantId(),
                incident.incidentId(),
                () -> orEndUnpublishable(incident, () -> {
                    // It may have changed since it was woken.
                    switch (ledger.standing(incident.tenantId(), incident.incidentId())) {
                        case Ledger.Standing.Waits(var waiting) -> tryAgain(waiting);
                        case Ledger.Standing.Open(var room, var untold) ->
                            resumeRoom(untold == null ? woken.with(null) : untold);
                        case Ledger.Standing.Failed failed -> release(incident);
                        case Ledger.Standing.Closed closed -> release(incident);
                        case Ledger.Standing.WithoutChat() -> release(incident);
                        case Ledger.Standing.Unknown() -> {}
                    }
                }));
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
                    resumeRoom(before);
                }
            }
        }
    }

    private boolean isInTime(Waiting waiting) {
        return clock.instant().isBefore(waiting.deadline());
    }

    /** What its room waits for, if it has one. */
    private void resumeRoom(Waiting waiting) throws InterruptedException {
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
                List.of(),
                room.generation());
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

    /** The apps in trouble with their set-up of which one waiting incident is to be tried now. */
    public List<AppId> dueProbes() {
        return gate.dueProbes();
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
        // One that was not tried has all its time before it.
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
