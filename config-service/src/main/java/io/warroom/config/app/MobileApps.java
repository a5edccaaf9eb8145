package io.warroom.config.app;

import io.warroom.config.audit.Audit;
import io.warroom.config.audit.Change;
import io.warroom.config.http.FieldError;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Delivery;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxEvent;
import io.warroom.config.outbox.Revisions;
import io.warroom.config.sealing.Resealer;
import io.warroom.config.sealing.Sealer;
import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.KeyRotated;
import io.warroom.event.MobileApp;
import io.warroom.event.SealedSecret;
import io.warroom.topic.Topic;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.springframework.http.HttpStatus;

/** Every change of an app: the new state and its events, in one transaction. Safe for concurrent use. */
final class MobileApps {

    private final Jdbi jdbi;
    private final Sealer sealer;
    private final Outbox outbox;
    private final Delivery delivery;
    private final Audit audit;
    private final Clock clock;
    private final Supplier<String> eventIds;
    private final AppStore store = new AppStore();

    MobileApps(
            Jdbi jdbi,
            Sealer sealer,
            Outbox outbox,
            Delivery delivery,
            Audit audit,
            Clock clock,
            Supplier<String> eventIds) {
        this.jdbi = jdbi;
        this.sealer = sealer;
        this.outbox = outbox;
        this.delivery = delivery;
        this.audit = audit;
        this.clock = clock;
        this.eventIds = eventIds;
    }

    List<StoredApp> of(TenantId tenant) {
        return jdbi.withHandle(handle -> store.appsOf(handle, tenant));
    }

    /** How the tenant's apps were last found to fare; nothing is known of an app whose secrets are newer than the word of it. */
    Map<AppKind, AppHealth> healthOf(TenantId tenant) {
        return jdbi.withHandle(handle -> store.healthOf(handle, tenant));
    }

    /**
     * The app behind a change.
     *
     * @param active whether it was the tenant's active app when the change was made
     */
    record Changed(StoredApp app, boolean active) {}

    /** What {@link #enable} would refuse by what is stored now; for who wants to know before he asks anybody else. */
    void requireEnableable(AppRef ref, IfMatch ifMatch) {
        requireEnableable(ref, ifMatch, stored(ref));
    }

    private static void requireEnableable(AppRef ref, IfMatch ifMatch, Optional<StoredApp> before) {
        ifMatch.requireIfGiven(before.map(StoredApp::revision).orElse(0L));
        if (before.isPresent() && before.get().enabled()) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "already-enabled",
                    "The app is enabled already. To change its keys or settings, PUT the same body to .../"
                            + ref.kind().name().toLowerCase(java.util.Locale.ROOT)
                            + "/key; for another app on this platform, delete this one first.");
        }
    }

    /** What {@link #changeKey} would refuse by what is stored now. */
    void requireChangeable(AppRef ref, AppParameters given, IfMatch ifMatch) {
        requireChangeable(ref, given, ifMatch, requireEnabled(ref, stored(ref)));
    }

    private Optional<StoredApp> stored(AppRef ref) {
        return of(ref.tenant()).stream().filter(app -> app.ref().equals(ref)).findFirst();
    }

    private static void requireChangeable(AppRef ref, AppParameters given, IfMatch ifMatch, StoredApp before) {
        ifMatch.require(before.revision());
        if (!before.identity().equals(given.identity())) {
            throw Problem.invalid(List.of(new FieldError(
                    ref.kind().identityField,
                    "cannot be changed by a key change: give the app's own, or delete the app and enable the other")));
        }
    }

    Changed enable(AppRef ref, AppParameters given, IfMatch ifMatch) {
        return change(handle -> {
            var now = now();
            long activation = store.nextActivation(handle, ref.tenant(), now);
            var before = store.lock(handle, ref);
            requireEnableable(ref, ifMatch, before);
            long read = before.map(StoredApp::revision).orElse(0L);
            long revision = Revisions.after(read, now);
            var app = StoredApp.of(ref, given, seal(ref, given, revision), revision, activation, now);
            publishEnabled(handle, app, read);
            audit(handle, "app.enabled", before, app, given.secrets().keySet());
            return app;
        });
    }

    Changed changeKey(AppRef ref, AppParameters given, IfMatch ifMatch) {
        return change(handle -> {
            var before = requireEnabled(handle, ref);
            requireChangeable(ref, given, ifMatch, before);
            var now = now();
            long revision = Revisions.after(before.revision(), now);
            var app = StoredApp.of(ref, given, seal(ref, given, revision), revision, before.activation(), now);
            publishKeyRotated(handle, app, before.revision());
            audit(
                    handle,
                    "app.key-changed",
                    Optional.of(before),
                    app,
                    given.secrets().keySet());
            return app;
        });
    }

    /** @return the new revision; 0 when it is deleted, or all is sealed with the newest key already */
    long reseal(Handle handle, AppRef ref, Resealer resealer) {
        var before = store.lock(handle, ref).filter(StoredApp::enabled);
        if (before.isEmpty() || before.get().secrets().stream().allMatch(resealer::isNewest)) {
            return 0;
        }
        var secrets = before.get().secrets().stream()
                .map(secret -> resealer.reseal(ref.tenant().value(), ref.kind().platform, secret))
                .toList();
        var app = before.get().resealed(secrets, now());
        publishKeyRotated(handle, app, before.get().revision());
        audit(handle, "app.resealed", before, app, Set.of());
        return app.revision();
    }

    Changed activate(AppRef ref, IfMatch ifMatch) {
        return change(handle -> {
            var now = now();
            long activation = store.nextActivation(handle, ref.tenant(), now);
            var before = requireEnabled(handle, ref);
            ifMatch.require(before.revision());
            var app = before.activated(activation, now);
            publishEnabled(handle, app, before.revision());
            audit(handle, "app.activated", Optional.of(before), app, Set.of());
            return app;
        });
    }

    void delete(AppRef ref, IfMatch ifMatch) {
        change(handle -> {
            var before = requireEnabled(handle, ref);
            ifMatch.require(before.revision());
            var app = before.deleted(now());
            requireWon(store.store(handle, app, before.revision()));
            var id = eventIds.get();
            outbox.append(
                    handle,
                    event(app, id, Topic.APP_DELETED)
                            .carrying(new AppDeleted(
                                    id, ref.tenant().value(), ref.kind().platform, app.revision(), app.changedAt())));
            // Behind app-deleted: whoever sees a tombstone can already know why.
            outbox.append(handle, event(app, eventIds.get(), Topic.APP_ENABLED));
            outbox.append(handle, event(app, eventIds.get(), Topic.KEY_ROTATED));
            audit(handle, "app.deleted", Optional.of(before), app, Set.of());
            return app;
        });
    }

    /** Nothing is read behind the commit: an answer that fails there would look like a change that was not made. */
    private Changed change(Function<Handle, StoredApp> steps) {
        var changed = jdbi.inTransaction(handle -> {
            var app = steps.apply(handle);
            return new Changed(
                    app,
                    app.activation() == store.activeActivation(handle, app.ref().tenant()));
        });
        delivery.awaitPublished(changed.app().ref().key(), changed.app().revision());
        return changed;
    }

    private void publishEnabled(Handle handle, StoredApp app, long before) {
        requireWon(store.store(handle, app, before));
        var id = eventIds.get();
        outbox.append(
                handle,
                event(app, id, Topic.APP_ENABLED)
                        .carrying(new AppEnabled(
                                id,
                                app.ref().tenant().value(),
                                app.ref().kind().platform,
                                app.revision(),
                                app.activation(),
                                app.changedAt(),
                                state(app))));
    }

    private void audit(
            Handle handle, String action, Optional<StoredApp> before, StoredApp after, Set<String> secretsSet) {
        var target = "mobile-apps/" + after.ref().kind();
        audit.record(
                handle,
                new Change(
                        after.ref().tenant(),
                        action,
                        target,
                        before.map(ShownApp::settings).orElse(Map.of()),
                        ShownApp.settings(after),
                        secretsSet));
    }

    private List<SealedSecret> seal(AppRef ref, AppParameters given, long revision) {
        return given.secrets().entrySet().stream()
                .map(secret -> sealer.seal(
                        ref.tenant().value(), ref.kind().platform, secret.getKey(), revision, secret.getValue()))
                .toList();
    }

    private StoredApp requireEnabled(Handle handle, AppRef ref) {
        return requireEnabled(ref, store.lock(handle, ref));
    }

    private static StoredApp requireEnabled(AppRef ref, Optional<StoredApp> app) {
        return app.filter(StoredApp::enabled)
                .orElseThrow(() -> new Problem(
                        HttpStatus.NOT_FOUND,
                        "not-enabled",
                        "The tenant has no enabled app on " + ref.kind() + ": enable it first."));
    }

    private static void requireWon(boolean won) {
        if (!won) {
            throw new Problem(
                    HttpStatus.CONFLICT,
                    "changed-meanwhile",
                    "The app was changed at the same moment: read it and try again.");
        }
    }

    private static OutboxEvent event(StoredApp app, String eventId, Topic topic) {
        return OutboxEvent.tombstone("mobile_app", app.ref().key(), topic, eventId, app.revision(), app.changedAt());
    }

    private void publishKeyRotated(Handle handle, StoredApp app, long before) {
        requireWon(store.store(handle, app, before));
        var id = eventIds.get();
        outbox.append(
                handle,
                event(app, id, Topic.KEY_ROTATED)
                        .carrying(new KeyRotated(
                                id,
                                app.ref().tenant().value(),
                                app.ref().kind().platform,
                                app.revision(),
                                app.activation(),
                                app.changedAt(),
                                state(app))));
    }

    static MobileApp state(StoredApp app) {
        return new MobileApp(
                app.identity(),
                app.serviceId(),
                app.groupTemplateId(),
                app.robotId(),
                app.endpoint(),
                app.defaultOwner(),
                app.secrets());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
