package io.warroom.worker.contract;

import io.warroom.event.Platform;
import io.warroom.platform.PlatformKind;
import org.jspecify.annotations.Nullable;

/** Between the contract's platforms and the domain's. */
public final class Platforms {

    private Platforms() {}

    /** Null for null. */
    public static @Nullable Platform event(@Nullable PlatformKind kind) {
        return switch (kind) {
            case null -> null;
            case WECOM -> Platform.WECOM;
            case DINGTALK -> Platform.DINGTALK;
            case LARK -> Platform.LARK;
        };
    }

    /** Null for null, and for a platform that is newer than this worker. */
    public static @Nullable PlatformKind kind(@Nullable Platform platform) {
        return switch (platform) {
            case null -> null;
            case WECOM -> PlatformKind.WECOM;
            case DINGTALK -> PlatformKind.DINGTALK;
            case LARK -> PlatformKind.LARK;
            case UNKNOWN -> null;
        };
    }
}
