package io.warroom.worker.opening;

import io.warroom.platform.PlatformKind;

/** Names a tenant's app: there is one on each platform. */
public record AppId(String tenantId, PlatformKind platform) {}
