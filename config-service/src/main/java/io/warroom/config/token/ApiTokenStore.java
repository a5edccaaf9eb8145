package io.warroom.config.token;

import io.warroom.config.http.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of the tokens. The caller owns the transaction. */
final class ApiTokenStore {

    void insert(Handle handle, ApiToken token, byte[] hash) {
        handle.createUpdate("""
                        INSERT INTO api_token (token_id, tenant_id, name, hash, created_at, created_by, expires_at)
                        VALUES (:id, :tenant, :name, :hash, :createdAt, :createdBy, :expiresAt)""")
                .bind("id", token.id())
                .bind("tenant", token.tenant().value())
                .bind("name", token.name())
                .bind("hash", hash)
                .bind("createdAt", time(token.createdAt()))
                .bind("createdBy", token.createdBy())
                .bind("expiresAt", time(token.expiresAt()))
                .execute();
    }

    /** The tokens of a tenant that were not revoked, the newest first. */
    List<ApiToken> of(Handle handle, TenantId tenant) {
        return handle.createQuery("""
                        SELECT token_id, tenant_id, name, created_at, created_by, expires_at, revoked_at, last_used_at
                          FROM api_token
                         WHERE tenant_id = :tenant AND revoked_at IS NULL
                         ORDER BY created_at DESC, token_id""")
                .bind("tenant", tenant.value())
                .map((row, context) -> token(row))
                .list();
    }

    /** By what is kept of it, revoked and expired ones included. */
    Optional<ApiToken> find(Handle handle, byte[] hash) {
        return handle.createQuery("""
                        SELECT token_id, tenant_id, name, created_at, created_by, expires_at, revoked_at, last_used_at
                          FROM api_token
                         WHERE hash = :hash""")
                .bind("hash", hash)
                .map((row, context) -> token(row))
                .findOne();
    }

    /** Revokes the tenant's token. @return the token as it was; empty when there is none to revoke */
    Optional<ApiToken> revoke(Handle handle, TenantId tenant, UUID id, Instant now) {
        return handle.createQuery("""
                        UPDATE api_token SET revoked_at = :now
                         WHERE tenant_id = :tenant AND token_id = :id AND revoked_at IS NULL
                        RETURNING token_id, tenant_id, name, created_at, created_by, expires_at, revoked_at, last_used_at""")
                .bind("now", time(now))
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> token(row))
                .findOne();
    }

    /** Notes that a token is used, unless another instance has just done so. */
    void noteUse(Handle handle, UUID id, Instant now, Instant unlessSince) {
        handle.createUpdate("""
                        UPDATE api_token SET last_used_at = :now
                         WHERE token_id = :id AND (last_used_at IS NULL OR last_used_at < :unlessSince)""")
                .bind("now", time(now))
                .bind("id", id)
                .bind("unlessSince", time(unlessSince))
                .execute();
    }

    private static ApiToken token(ResultSet row) throws SQLException {
        return new ApiToken(
                row.getObject("token_id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getString("name"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("created_by"),
                instant(row, "expires_at"),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }
}
