package io.warroom.config.app;

import io.warroom.config.http.TenantId;

/** One tenant's app on one platform. */
record AppRef(TenantId tenant, AppKind kind) {

    /** The record key of its events. */
    String key() {
        return tenant.value() + "/" + kind.name();
    }
}
