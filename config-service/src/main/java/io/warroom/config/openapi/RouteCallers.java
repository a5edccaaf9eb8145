package io.warroom.config.openapi;

import java.util.List;
import java.util.Optional;

/** Tells whom each route admits. Safe for concurrent use. */
@FunctionalInterface
public interface RouteCallers {

    /** Who may use the route; empty when no rule was made for it. */
    Optional<List<Kind>> of(String method, String pattern);

    /**
     * One kind of caller.
     *
     * @param role its name
     * @param words for people, in the plural
     * @param byApiToken whether it comes with an API token, not as a person or with the issuer's token
     */
    record Kind(String role, String words, boolean byApiToken) {}
}
