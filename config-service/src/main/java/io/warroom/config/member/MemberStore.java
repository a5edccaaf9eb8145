package io.warroom.config.member;

import io.warroom.config.http.TenantId;
import io.warroom.event.Platform;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of the bindings. The caller owns the transaction. */
final class MemberStore {

    private static final String UPSERT = """
            INSERT INTO member_binding AS stored (tenant_id, platform, person_id, bound, platform_user_id, revision,
                    changed_at)
            VALUES (:tenant, :platform, :person, :bound, :userId, :revision, :changedAt)
                ON CONFLICT (tenant_id, person_id, platform) DO UPDATE
               SET bound = excluded.bound, platform_user_id = excluded.platform_user_id,
                   revision = excluded.revision, changed_at = excluded.changed_at""";

    /** A person's bindings, those that were taken back included. */
    List<Binding> of(Handle handle, MemberRef person) {
        return handle.createQuery("""
                        SELECT platform, bound, platform_user_id, revision, changed_at
                          FROM member_binding
                         WHERE tenant_id = :tenant AND person_id = :person
                         ORDER BY platform""")
                .bind("tenant", person.tenant().value())
                .bind("person", person.personId())
                .map((row, context) -> binding(person, row))
                .list();
    }

    /** Every binding of the tenant, or of all when it is null; those that were taken back included. */
    List<Binding> all(Handle handle, @Nullable String tenant) {
        return handle.createQuery("""
                        SELECT tenant_id, person_id, platform, bound, platform_user_id, revision, changed_at
                          FROM member_binding
                         WHERE :tenant::text IS NULL OR tenant_id = :tenant
                         ORDER BY tenant_id, person_id, platform""")
                .bind("tenant", tenant)
                .map((row, context) -> binding(
                        new MemberRef(new TenantId(row.getString("tenant_id")), row.getString("person_id")), row))
                .list();
    }

    /** The bindings that hold, by person and platform; those behind a place, if one is given. */
    List<Binding> search(Handle handle, TenantId tenant, String text, @Nullable String behind, int limit) {
        var place = behind == null ? "" : behind;
        int slash = place.lastIndexOf('/');
        return handle.createQuery("""
                        SELECT person_id, platform, bound, platform_user_id, revision, changed_at
                          FROM member_binding
                         WHERE tenant_id = :tenant AND bound
                           AND (:text = '' OR strpos(lower(person_id), lower(:text)) > 0 OR strpos(lower(platform_user_id), lower(:text)) > 0)
                           AND (person_id COLLATE "C", platform COLLATE "C") > (:person, :platform)
                         ORDER BY person_id COLLATE "C", platform COLLATE "C"
                         LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("text", text)
                .bind("person", slash < 0 ? place : place.substring(0, slash))
                .bind("platform", slash < 0 ? "" : place.substring(slash + 1))
                .bind("limit", limit)
                .map((row, context) -> binding(new MemberRef(tenant, row.getString("person_id")), row))
                .list();
    }

    /** Where a binding stands in the order of {@link #search}. */
    static String place(Binding binding) {
        return binding.person().personId() + "/" + binding.platform();
    }

    /** The binding, locked until the transaction ends: its changes, and so their outbox rows, stand in line. */
    Optional<Binding> lock(Handle handle, MemberRef person, Platform platform) {
        return handle.createQuery("""
                        SELECT platform, bound, platform_user_id, revision, changed_at
                          FROM member_binding
                         WHERE tenant_id = :tenant AND person_id = :person AND platform = :platform
                           FOR UPDATE""")
                .bind("tenant", person.tenant().value())
                .bind("person", person.personId())
                .bind("platform", platform.name())
                .map((row, context) -> binding(person, row))
                .findOne();
    }

    /**
     * Stores the state after a change, unless the binding is no longer at the revision before it.
     *
     * @param before the revision that the change was made of; 0 when there was none
     * @return false when stale
     */
    boolean store(Handle handle, Binding binding, long before) {
        return write(handle, binding, UPSERT + " WHERE stored.revision = " + before);
    }

    /** Stores the state whatever was stored before: for a copy of what was said elsewhere. */
    void restore(Handle handle, Binding binding) {
        write(handle, binding, UPSERT);
    }

    private static boolean write(Handle handle, Binding binding, String statement) {
        return handle.createUpdate(statement)
                        .bind("tenant", binding.person().tenant().value())
                        .bind("platform", binding.platform().name())
                        .bind("person", binding.person().personId())
                        .bind("bound", binding.bound())
                        .bind("userId", binding.platformUserId())
                        .bind("revision", binding.revision())
                        .bind("changedAt", binding.changedAt().atOffset(ZoneOffset.UTC))
                        .execute()
                == 1;
    }

    private static Binding binding(MemberRef person, ResultSet row) throws SQLException {
        return new Binding(
                person,
                Platform.valueOf(row.getString("platform")),
                row.getBoolean("bound"),
                row.getString("platform_user_id"),
                row.getLong("revision"),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }
}
