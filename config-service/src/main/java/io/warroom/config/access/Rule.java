package io.warroom.config.access;

import org.jspecify.annotations.Nullable;

/** Who may use a route. */
enum Rule {
    /** Whoever comes. */
    OPEN,
    /** Whoever has a role that people have, in whatever tenant. */
    ENTER,
    /** Whoever belongs to the tenant. */
    SEE,
    /** Whoever administers the tenant. */
    MANAGE,
    /** Whoever administers the tenant, and its incident systems. */
    DECLARE,
    /** Operators, and monitoring systems. */
    MEASURE,
    /** Operators alone. */
    OPERATE;

    /** @param tenant whose route it is; null when it is no tenant's */
    boolean admits(@Nullable Caller caller, @Nullable String tenant) {
        if (this == OPEN) {
            return true;
        }
        if (caller == null) {
            return false;
        }
        boolean own = tenant != null && caller.tenants().contains(tenant);
        return switch (caller.role()) {
            case OPERATOR -> true;
            case TENANT_ADMIN -> this == ENTER || (own && this != OPERATE && this != MEASURE);
            case VIEWER -> this == ENTER || (own && this == SEE);
            case INCIDENT_SYSTEM -> own && this == DECLARE;
            case METRICS_READER -> this == MEASURE;
            case NOBODY -> false;
        };
    }
}
