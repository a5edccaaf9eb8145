package io.warroom.config.access;

/** By what a caller proved to be who it is. */
public enum Credential {
    /** The built-in operator's password. */
    PASSWORD,
    /** An access token of the OIDC issuer. */
    ACCESS_TOKEN,
    /** A sign-in at the OIDC issuer, kept in a session. */
    OIDC_SESSION,
    /** An API token of a tenant. */
    API_TOKEN,
    /** The token of monitoring systems. */
    METRICS_TOKEN
}
