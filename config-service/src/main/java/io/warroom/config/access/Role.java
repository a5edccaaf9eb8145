package io.warroom.config.access;

/** What a caller is here. */
public enum Role {
    /** Everything, of every tenant. */
    OPERATOR,
    /** Everything of the own tenants. */
    TENANT_ADMIN,
    /** To look at everything of the own tenants. */
    VIEWER,
    /** A program with an API token: to declare, update and resolve incidents of one tenant. */
    INCIDENT_SYSTEM,
    /** A monitoring system with the metrics token: to read metrics. */
    METRICS_READER,
    /** Known by name, and nothing here: a token without a role that we know. */
    NOBODY
}
