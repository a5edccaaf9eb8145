package io.warroom.worker.directory;

import io.warroom.platform.PlatformKind;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last known state of a tenant's apps, deleted ones included. Immutable; a field a platform, because there are millions.
 *
 * @param active the enabled app with the greatest activation; null when none is enabled
 */
record TenantApps(
        @Nullable AppState wecom,
        @Nullable AppState dingtalk,
        @Nullable AppState lark,
        @Nullable AppState active) {

    static final TenantApps NONE = new TenantApps(null, null, null, null);

    @Nullable
    AppState on(PlatformKind platform) {
        return switch (platform) {
            case WECOM -> wecom;
            case DINGTALK -> dingtalk;
            case LARK -> lark;
        };
    }

    /** With the state in place of an older one of its platform; these, when they know a newer one. */
    TenantApps with(AppState state) {
        var known = on(state.platform());
        if (known != null && known.revision() >= state.revision()) {
            return this;
        }
        return switch (state.platform()) {
            case WECOM -> of(state, dingtalk, lark);
            case DINGTALK -> of(wecom, state, lark);
            case LARK -> of(wecom, dingtalk, state);
        };
    }

    private static TenantApps of(@Nullable AppState wecom, @Nullable AppState dingtalk, @Nullable AppState lark) {
        return new TenantApps(wecom, dingtalk, lark, later(later(wecom, dingtalk), lark));
    }

    /** Which of two is enabled and was activated last. */
    private static @Nullable AppState later(@Nullable AppState one, @Nullable AppState other) {
        if (other == null || other.app() == null) {
            return one == null || one.app() == null ? null : one;
        }
        return one == null || one.app() == null || one.activation() < other.activation() ? other : one;
    }

    Set<AppState> all() {
        return Stream.of(wecom, dingtalk, lark).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }
}
