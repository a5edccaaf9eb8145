package io.warroom.config.app;

import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.KeyRotated;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of an app, as its events carry it and the database has it.
 *
 * @param app null when it is deleted
 * @param activation at least 1; 0 when it is deleted, which no event tells
 */
public record AppImage(
        String tenantId,
        Platform platform,
        @Nullable MobileApp app,
        long revision,
        long activation,
        Instant changedAt) {

    /** Secrets in the order of their names: images that say the same are equal. */
    public AppImage {
        if (app != null) {
            app = MobileApp.newBuilder(app)
                    .setSecrets(app.getSecrets().stream()
                            .sorted(Comparator.comparing(SealedSecret::getField))
                            .toList())
                    .build();
        }
    }

    /** What the event says; empty for a value of another type. */
    public static Optional<AppImage> of(Object event) {
        return switch (event) {
            case AppEnabled it ->
                Optional.of(new AppImage(
                        it.getTenantId(),
                        it.getPlatform(),
                        it.getApp(),
                        it.getRevision(),
                        it.getActivation(),
                        it.getChangedAt()));
            case KeyRotated it ->
                Optional.of(new AppImage(
                        it.getTenantId(),
                        it.getPlatform(),
                        it.getApp(),
                        it.getRevision(),
                        it.getActivation(),
                        it.getChangedAt()));
            case AppDeleted it ->
                Optional.of(
                        new AppImage(it.getTenantId(), it.getPlatform(), null, it.getRevision(), 0, it.getChangedAt()));
            default -> Optional.empty();
        };
    }

    /** The key of its records. */
    public String key() {
        return tenantId + "/" + platform;
    }
}
