package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.PlatformKind;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way to a tenant's app: chooses it, and keeps away from a key that was rejected, a platform that does not answer, and a
 * tenant that has as much in flight as it may. Thread-safe.
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
        if (attempt == null || waitsFor == Waiting.Reason.THROTTLED) {
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

    /** What to wait for, for a trouble that may pass; empty for any other. A rejected key is noted, and told once. */
    Optional<Attempt.MustWait> mayPass(App app, Failure why, Duration pause, boolean roomMayExist)
            throws InterruptedException {
        return Optional.ofNullable(
                switch (why.kind()) {
                    case UNREACHABLE, IN_PROGRESS, TOKEN_REFUSED ->
                        new Attempt.MustWait(
                                Waiting.Reason.PLATFORM_UNAVAILABLE, why.words(), app, pause, roomMayExist);
                    case THROTTLED ->
                        new Attempt.MustWait(Waiting.Reason.THROTTLED, why.words(), app, pause, roomMayExist);
                    case KEY_REJECTED -> {
                        boolean news = rejectedKeys
                                .find(app.tenantId(), app.platform(), app.revision())
                                .isEmpty();
                        // Noted before it is told: nobody tries it again while the broker is away.
                        rejectedKeys.add(app.tenantId(), app.platform(), app.revision(), why.words());
                        if (news) {
                            var at = clock.instant();
                            untilSafe.run(() -> appHealth.keyRejected(app, why, at));
                        }
                        yield new Attempt.MustWait(Waiting.Reason.KEY_REJECTED, why.words(), app, pause, roomMayExist);
                    }
                    case TOO_FEW_PEOPLE, MISCONFIGURED, QUOTA_EXHAUSTED, REFUSED, ROOM_GONE, UNLISTED -> null;
                });
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

    /** The app's key works. */
    void works(App app) throws InterruptedException {
        if (rejectedKeys.forget(app.tenantId(), app.platform(), app.revision())) {
            var at = clock.instant();
            untilSafe.run(() -> appHealth.healthy(app, at));
        }
    }

    /** Takes note of a key that another worker saw rejected. */
    void learn(Waiting waiting) {
        var platform = waiting.platform();
        var revision = waiting.appRevision();
        if (waiting.reason() == Waiting.Reason.KEY_REJECTED && platform != null && revision != null) {
            rejectedKeys.add(waiting.incident().tenantId(), platform, revision, waiting.words());
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
