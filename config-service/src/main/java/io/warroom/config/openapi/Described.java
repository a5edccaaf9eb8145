package io.warroom.config.openapi;

/** What a feature tells of its routes: what they take and answer. Every route of the API must be described by one. */
@FunctionalInterface
public interface Described {

    /** Adds the feature's routes and shapes. */
    void describe(ApiDescription api);
}
