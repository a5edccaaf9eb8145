package io.warroom.platform;

import org.jspecify.annotations.Nullable;

/**
 * A tenant's app on one platform, at one revision: enough to call the platform in its name.
 *
 * @param tenantId whose app it is
 * @param revision of the configuration; tokens are kept by it, so a changed key never meets an old token
 * @param endpoint a region's name (WECOM; DINGTALK, DINGTALK_INTERNATIONAL; FEISHU, LARK) or an allow-listed base URL
 * @param defaultOwner platform user id that owns rooms when the incident names nobody usable; null when none was given
 */
public record App(
        String tenantId,
        PlatformKind platform,
        long revision,
        String endpoint,
        @Nullable String defaultOwner,
        Credentials credentials) {}
