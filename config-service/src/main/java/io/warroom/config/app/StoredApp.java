package io.warroom.config.app;

import io.warroom.config.outbox.Revisions;
import io.warroom.event.SealedSecret;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An app as the database has it. A deleted app stays, without secrets, so that its revision keeps growing. */
record StoredApp(
        AppRef ref,
        boolean enabled,
        String identity,
        String serviceId,
        @Nullable String groupTemplateId,
        @Nullable String robotId,
        String endpoint,
        @Nullable String defaultOwner,
        List<SealedSecret> secrets,
        long revision,
        long activation,
        Instant changedAt) {

    static StoredApp of(
            AppRef ref, AppParameters given, List<SealedSecret> secrets, long revision, long activation, Instant now) {
        return new StoredApp(
                ref,
                true,
                given.identity(),
                given.serviceId(),
                given.groupTemplateId(),
                given.robotId(),
                given.endpoint(),
                given.defaultOwner(),
                List.copyOf(secrets),
                revision,
                activation,
                now);
    }

    StoredApp activated(long newActivation, Instant now) {
        return next(true, secrets, newActivation, now);
    }

    StoredApp resealed(List<SealedSecret> newSecrets, Instant now) {
        return next(true, newSecrets, activation, now);
    }

    StoredApp deleted(Instant now) {
        return next(false, List.of(), activation, now);
    }

    /** The same app, at the next revision. */
    private StoredApp next(boolean isEnabled, List<SealedSecret> newSecrets, long newActivation, Instant now) {
        return new StoredApp(
                ref,
                isEnabled,
                identity,
                serviceId,
                groupTemplateId,
                robotId,
                endpoint,
                defaultOwner,
                List.copyOf(newSecrets),
                Revisions.after(revision, now),
                newActivation,
                now);
    }
}
