package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.PlatformKind;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way to a tenant's app: chooses it, and keeps away from a key that was rejected, a platform that does not answer, and a
 * tenant that has as much in flight as it may. An app whose set-up is wrong is tried by each new incident, and by one of those
 * that wait now and then. Thread-safe.
 */
final class AppGate {

    /** What is to be done with the app. */
    interface Work {

        Attempt with(App app, ChatPlatform platform) throws InterruptedException;

        /** There is an app, and this worker cannot read it. */
        Attempt unreadable(PlatformKind platform, long revision, String words) throws InterruptedException;
    }

    private final Directory directory;
    private final Map<PlatformKind, ChatPlatform> platforms;
    private final AppHealth appHealth;
    private final Clock clock;
    private final UntilSafe untilSafe;
    private final Lanes lanes;
    private final Circuits circuits;
    private final ConcurrentLinkedQueue<AppId> answering = new ConcurrentLinkedQueue<>();
    private final RejectedKeys rejectedKeys = new RejectedKeys();
    private final SetUpTroubles setUpTroubles;

    AppGate(
            Directory directory,
            Map<PlatformKind, ChatPlatform> platforms,
            AppHealth appHealth,
            Clock clock,
            InstantSource time,
            UntilSafe untilSafe,
            int perTenant) {
        this.directory = directory;
        this.platforms = Map.copyOf(platforms);
        this.appHealth = appHealth;
        this.clock = clock;
        this.untilSafe = untilSafe;
        this.lanes = new Lanes(perTenant);
        this.circuits = new Circuits(time);
        this.setUpTroubles = new SetUpTroubles(clock, time);
    }

    /**
     * Does the work with the tenant's app, unless it is known that it would fail.
     *
     * @param wanted the platform; null leaves it to the tenant's active app
     * @param roomMayExist goes into the waiting, when that is what it comes to
     */
    Attempt attempt(String tenantId, @Nullable PlatformKind wanted, boolean roomMayExist, Work work)
            throws InterruptedException {
        if (!lanes.enter(tenantId)) {
            return Attempt.MustWait.inLine(roomMayExist);
        }
        try {
            return switch (directory.choose(tenantId, wanted)) {
                case Directory.Choice.Usable(var app) -> unlessKnownToFail(app, roomMayExist, work);
                case Directory.Choice.None() ->
                    new Attempt.MustWait(
                            Waiting.Reason.NO_APP, noApp(tenantId, wanted), null, Duration.ZERO, roomMayExist);
                case Directory.Choice.Unreadable(var platform, var revision, var words) ->
                    work.unreadable(platform, revision, words);
            };
        } finally {
            lanes.leave(tenantId);
        }
    }

    private Attempt unlessKnownToFail(App app, boolean roomMayExist, Work work) throws InterruptedException {
        var rejected = rejectedKeys.find(app.tenantId(), app.platform(), app.revision());
        if (rejected.isPresent()) {
            return new Attempt.MustWait(
                    Waiting.Reason.KEY_REJECTED, rejected.get(), version(app), Duration.ZERO, roomMayExist);
        }
        if (!circuits.mayCall(app.tenantId(), app.platform())) {
            return new Attempt.MustWait(
                    Waiting.Reason.PLATFORM_UNAVAILABLE,
                    app.platform()
                            + " has not answered this tenant's app several times in a row; it is asked again soon.",
                    version(app),
                    Duration.ZERO,
                    roomMayExist);
        }
        var platform = clientOf(app.platform());
        Attempt attempt = null;
        try {
            attempt = work.with(app, platform);
            return attempt;
        } finally {
            noteOfPlatform(app, attempt);
        }
    }

    /** @param attempt null when trouble of ours came first */
    private void noteOfPlatform(App app, @Nullable Attempt attempt) {
        var waitsFor = attempt instanceof Attempt.MustWait wait ? wait.reason() : null;
        if (attempt == null || waitsFor == Waiting.Reason.THROTTLED || waitsFor == Waiting.Reason.PEOPLE_NOT_FOUND) {
            circuits.untold(app.tenantId(), app.platform());
        } else if (waitsFor == Waiting.Reason.PLATFORM_UNAVAILABLE) {
            circuits.unanswered(app.tenantId(), app.platform());
        } else if (circuits.answered(app.tenantId(), app.platform())) {
            answering.add(new AppId(app.tenantId(), app.platform()));
        }
    }

    /** The platform's client, for what needs no app. */
    ChatPlatform clientOf(PlatformKind kind) {
        var platform = platforms.get(kind);
        if (platform == null) {
            throw new IllegalStateException("no client for " + kind);
        }
        return platform;
    }

    private static Directory.Version version(App app) {
        return new Directory.Version(app.platform(), app.revision());
    }

    /** As {@link #mayPass}, but a set-up that an administrator must mend is not waited for. */
    Optional<Attempt.MustWait> mayPassByItself(App app, Failure why, Duration pause, boolean roomMayExist)
            throws InterruptedException {
        return why.kind() == Failure.Kind.MISCONFIGURED ? Optional.empty() : mayPass(app, why, pause, roomMayExist);
    }

    /** This worker cannot read the app: an administrator must enter its key again, or an operator give the private key. */
    Attempt.MustWait unreadable(
            String tenantId, PlatformKind platform, long revision, String detail, boolean roomMayExist)
            throws InterruptedException {
        noteSetUp(new AppId(tenantId, platform), revision, Waiting.Reason.MISCONFIGURED, detail, null);
        return new Attempt.MustWait(
                Waiting.Reason.MISCONFIGURED,
                detail,
                new Directory.Version(platform, revision),
                Duration.ZERO,
                roomMayExist);
    }

    private void noteSetUp(
            AppId app, long revision, Waiting.Reason reason, String detail, @Nullable String platformCode)
            throws InterruptedException {
        if (setUpTroubles.add(app, revision, reason)) {
            var state = reason == Waiting.Reason.MISCONFIGURED
                    ? AppHealth.State.MISCONFIGURED
                    : AppHealth.State.QUOTA_EXHAUSTED;
            report(app, revision, state, detail, platformCode);
        }
    }

    private void report(AppId app, long revision, AppHealth.State state, String detail, @Nullable String platformCode)
            throws InterruptedException {
        var at = clock.instant();
        untilSafe.run(() -> appHealth.report(app, revision, state, detail, platformCode, at));
    }

    /** What to wait for, for a trouble that may pass; empty for any other. What an administrator must mend is noted and reported once. */
    Optional<Attempt.MustWait> mayPass(App app, Failure why, Duration pause, boolean roomMayExist)
            throws InterruptedException {
        var id = new AppId(app.tenantId(), app.platform());
        var reason = switch (why.kind()) {
            case UNREACHABLE, IN_PROGRESS, TOKEN_REFUSED -> Waiting.Reason.PLATFORM_UNAVAILABLE;
            case THROTTLED -> Waiting.Reason.THROTTLED;
            case KEY_REJECTED -> {
                boolean isNew = rejectedKeys
                        .find(app.tenantId(), app.platform(), app.revision())
                        .isEmpty();
                // Noted before it is published: no thread tries it again while the broker is unreachable.
                rejectedKeys.add(app.tenantId(), app.platform(), app.revision(), why.words());
                if (isNew) {
                    report(id, app.revision(), AppHealth.State.KEY_REJECTED, why.words(), why.code());
                }
                yield Waiting.Reason.KEY_REJECTED;
            }
            case MISCONFIGURED, QUOTA_EXHAUSTED -> {
                var setUp = why.kind() == Failure.Kind.MISCONFIGURED
                        ? Waiting.Reason.MISCONFIGURED
                        : Waiting.Reason.QUOTA_EXHAUSTED;
                noteSetUp(id, app.revision(), setUp, why.words(), why.code());
                yield setUp;
            }
            case TOO_FEW_PEOPLE, REFUSED, ROOM_GONE, UNLISTED -> null;
        };
        return Optional.ofNullable(reason)
                .map(one -> new Attempt.MustWait(one, why.words(), version(app), pause, roomMayExist));
    }

    /** How many more of the tenant's incidents may be worked on now, whatever their platform. */
    int places(String tenantId) {
        return lanes.places(tenantId);
    }

    /** How many more incidents may call the tenant's app now. */
    int calls(String tenantId, PlatformKind platform) {
        return circuits.places(tenantId, platform);
    }

    /** The next app that was left alone and answers again; null when there is none. Each is told once. */
    @Nullable
    AppId answersAgain() {
        return answering.poll();
    }

    /** The apps in trouble with their set-up of which one waiting incident is to be tried now. */
    List<AppId> dueProbes() {
        return setUpTroubles.due();
    }

    /** The app's key works, and it has calls left. */
    void works(App app) throws InterruptedException {
        var id = new AppId(app.tenantId(), app.platform());
        healthy(app, setUpTroubles.removeQuota(id));
    }

    /** The app opens rooms and posts into them. */
    void opensRooms(App app) throws InterruptedException {
        var id = new AppId(app.tenantId(), app.platform());
        healthy(app, setUpTroubles.remove(id));
    }

    private void healthy(App app, boolean wasInTrouble) throws InterruptedException {
        var id = new AppId(app.tenantId(), app.platform());
        boolean wasRejected = rejectedKeys.forget(app.tenantId(), app.platform(), app.revision());
        if (wasInTrouble) {
            answering.add(id);
        }
        if (wasRejected || wasInTrouble) {
            report(id, app.revision(), AppHealth.State.HEALTHY, "The app opens rooms.", null);
        }
    }

    /** Takes note of a trouble that another worker found. */
    void learn(Waiting waiting) {
        var platform = waiting.platform();
        var revision = waiting.appRevision();
        if (platform == null || revision == null) {
            return;
        }
        String tenantId = waiting.incident().tenantId();
        switch (waiting.reason()) {
            case KEY_REJECTED -> rejectedKeys.add(tenantId, platform, revision, waiting.words());
            case MISCONFIGURED, QUOTA_EXHAUSTED ->
                setUpTroubles.learn(new AppId(tenantId, platform), revision, waiting.reason());
            case NO_APP, THROTTLED, PEOPLE_NOT_FOUND, TENANT_BUSY, PLATFORM_UNAVAILABLE -> {}
        }
    }

    private static String noApp(String tenantId, @Nullable PlatformKind wanted) {
        return wanted == null
                ? "Tenant " + tenantId + " has no mobile app enabled. Enable WeCom, DingTalk or Lark in"
                        + " Mobile App Management."
                : "Tenant " + tenantId + " has no " + wanted + " app enabled, and the incident asks for it."
                        + " Enable it in Mobile App Management.";
    }
}
