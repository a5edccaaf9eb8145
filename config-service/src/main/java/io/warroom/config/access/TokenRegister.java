package io.warroom.config.access;

import java.util.Optional;

/** The API tokens that hold now. Safe for concurrent use. */
public interface TokenRegister {

    /** Whether a bearer token is meant to be one of these, good or not. */
    boolean isToken(String bearer);

    /**
     * Whose token it is; empty when it is none, has expired or was revoked.
     *
     * @throws org.jdbi.v3.core.JdbiException when that cannot be found out now
     */
    Optional<Caller> find(String bearer);
}
