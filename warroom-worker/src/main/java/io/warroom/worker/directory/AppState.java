package io.warroom.worker.directory;

import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.KeyRotated;
import io.warroom.platform.PlatformKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one configuration event says: the whole state of one app after a change.
 *
 * @param activation the enabled app with the greatest is the tenant's active one; 0 when deleted
 * @param app null when the app was deleted
 */
record AppState(
        String tenantId,
        PlatformKind platform,
        long revision,
        long activation,
        @Nullable KeptApp app) implements TenantApps {

    @Override
    public @Nullable AppState on(PlatformKind wanted) {
        return wanted == platform ? this : null;
    }

    @Override
    public @Nullable AppState active() {
        return app == null ? null : this;
    }

    @Override
    public TenantApps with(AppState state) {
        if (state.platform() != platform) {
            return SeveralApps.of(this, state);
        }
        return revision >= state.revision() ? this : state;
    }

    @Override
    public Set<AppState> all() {
        return Set.of(this);
    }

    /**
     * Reads an event of one of the three topics.
     *
     * @throws IllegalArgumentException when it is no such event, or of a platform that this worker does not know
     */
    static AppState of(Object event) {
        return switch (event) {
            case AppEnabled enabled ->
                new AppState(
                        enabled.getTenantId(),
                        kind(enabled.getPlatform()),
                        enabled.getRevision(),
                        enabled.getActivation(),
                        KeptApp.of(enabled.getApp()));
            case KeyRotated rotated ->
                new AppState(
                        rotated.getTenantId(),
                        kind(rotated.getPlatform()),
                        rotated.getRevision(),
                        rotated.getActivation(),
                        KeptApp.of(rotated.getApp()));
            case AppDeleted deleted ->
                new AppState(deleted.getTenantId(), kind(deleted.getPlatform()), deleted.getRevision(), 0, null);
            default ->
                throw new IllegalArgumentException(
                        "not a configuration event: " + event.getClass().getName());
        };
    }

    static PlatformKind kind(io.warroom.event.Platform platform) {
        return switch (platform) {
            case WECOM -> PlatformKind.WECOM;
            case DINGTALK -> PlatformKind.DINGTALK;
            case LARK -> PlatformKind.LARK;
            case UNKNOWN -> throw new IllegalArgumentException("a platform that this worker does not know");
        };
    }
}
