package io.warroom.config.console;

import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The tenants that something is known of, for operators to choose from. Safe for concurrent use. */
final class Tenants {

    /** So many fit on a page; beyond that a part of the name finds them. */
    static final int MOST = 200;

    private final Jdbi jdbi;

    Tenants(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Those whose id has this text in it, in any case, by name; at most {@link #MOST}. */
    List<String> find(String text) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT tenant_id
                          FROM known_tenant
                         WHERE strpos(lower(tenant_id), lower(:text)) > 0
                         ORDER BY tenant_id
                         LIMIT :limit""")
                .bind("text", text)
                .bind("limit", MOST)
                .mapTo(String.class)
                .list());
    }
}
