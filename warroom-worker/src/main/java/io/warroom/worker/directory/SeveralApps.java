package io.warroom.worker.directory;

import io.warroom.platform.PlatformKind;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A tenant's apps on more than one platform. */
record SeveralApps(
        @Nullable AppState wecom,
        @Nullable AppState dingtalk,
        @Nullable AppState lark,
        @Nullable AppState active) implements TenantApps {

    private static final SeveralApps NONE = new SeveralApps(null, null, null, null);

    static SeveralApps of(AppState one, AppState other) {
        return NONE.with(one).with(other);
    }

    @Override
    public @Nullable AppState on(PlatformKind platform) {
        return switch (platform) {
            case WECOM -> wecom;
            case DINGTALK -> dingtalk;
            case LARK -> lark;
        };
    }

    @Override
    public SeveralApps with(AppState state) {
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

    private static SeveralApps of(@Nullable AppState wecom, @Nullable AppState dingtalk, @Nullable AppState lark) {
        return new SeveralApps(wecom, dingtalk, lark, later(later(wecom, dingtalk), lark));
    }

    /** Which of two is enabled and was activated last. */
    private static @Nullable AppState later(@Nullable AppState one, @Nullable AppState other) {
        if (other == null || other.app() == null) {
            return one == null || one.app() == null ? null : one;
        }
        return one == null || one.app() == null || one.activation() < other.activation() ? other : one;
    }

    @Override
    public Set<AppState> all() {
        return Stream.of(wecom, dingtalk, lark).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }
}
