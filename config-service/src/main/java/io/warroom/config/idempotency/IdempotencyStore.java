package io.warroom.config.idempotency;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of the keys. The caller owns the transaction. */
final class IdempotencyStore {

    /** A key of a tenant on a route, as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record HashedKey(String tenant, String route, byte[] hash) {}

    /**
     * What is stored under a key.
     *
     * @param answer null while the request is under way
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its content, by hand
    record Taken(byte[] bodyHash, @Nullable IdempotentAnswer answer) {}

    /** How many keys there are, and when the first of them expires. */
    record Kept(int count, Instant firstExpires) {}

    /**
     * Takes the key, unless somebody has it: an answer stands until it expires, a claim without one until its owner cannot
     * be at work any more.
     *
     * @return false when somebody has it
     */
    boolean claim(
            Handle handle,
            HashedKey key,
            byte[] bodyHash,
            UUID claim,
            Instant now,
            Duration longestWork,
            Duration life) {
        return handle.createUpdate("""
                        INSERT INTO idempotency_key AS stored (tenant_id, route, key_hash, body_hash, claim, claimed_at,
                                expires_at)
                        VALUES (:tenant, :route, :key, :body, :claim, :now, :expires)
                            ON CONFLICT (tenant_id, route, key_hash) DO UPDATE
                           SET body_hash = excluded.body_hash, claim = excluded.claim, claimed_at = excluded.claimed_at,
                               expires_at = excluded.expires_at, status = NULL, answer = NULL, etag = NULL
                         WHERE stored.expires_at <= :now
                            OR (stored.status IS NULL AND stored.claimed_at <= :dead AND stored.body_hash = :body)""")
                        .bind("tenant", key.tenant())
                        .bind("route", key.route())
                        .bind("key", key.hash())
                        .bind("body", bodyHash)
                        .bind("claim", claim)
                        .bind("now", now.atOffset(ZoneOffset.UTC))
                        .bind("expires", now.plus(life).atOffset(ZoneOffset.UTC))
                        .bind("dead", now.minus(longestWork).atOffset(ZoneOffset.UTC))
                        .execute()
                == 1;
    }

    /** What is stored under the key. */
    Optional<Taken> find(Handle handle, HashedKey key) {
        return handle.createQuery("""
                        SELECT body_hash, status, answer, etag
                          FROM idempotency_key
                         WHERE tenant_id = :tenant AND route = :route AND key_hash = :key""")
                .bind("tenant", key.tenant())
                .bind("route", key.route())
                .bind("key", key.hash())
                .map((row, context) -> taken(row))
                .findOne();
    }

    /** Keeps the answer. @return false when the claim was taken over: another's answer counts */
    boolean answer(Handle handle, HashedKey key, UUID claim, IdempotentAnswer answer) {
        return handle.createUpdate("""
                        UPDATE idempotency_key SET status = :status, answer = :answer, etag = :etag
                         WHERE tenant_id = :tenant AND route = :route AND key_hash = :key AND claim = :claim""")
                        .bind("status", answer.status())
                        .bind("answer", answer.repeated())
                        .bind("etag", answer.etag())
                        .bind("tenant", key.tenant())
                        .bind("route", key.route())
                        .bind("key", key.hash())
                        .bind("claim", claim)
                        .execute()
                == 1;
    }

    /** The tenant's keys that have not expired, of which there is one, counted up to {@code limit}. */
    Kept kept(Handle handle, String tenant, Instant now, int limit) {
        return handle.createQuery("""
                        SELECT count(*) AS keys, min(expires_at) AS first
                          FROM (SELECT expires_at FROM idempotency_key
                                 WHERE tenant_id = :tenant AND expires_at > :now
                                 LIMIT :limit) AS kept""")
                .bind("tenant", tenant)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("limit", limit)
                .map((row, context) -> new Kept(
                        row.getInt("keys"),
                        row.getObject("first", OffsetDateTime.class).toInstant()))
                .one();
    }

    /** Gives the key back: the request came to nothing, and may be sent again. */
    void release(Handle handle, HashedKey key, UUID claim) {
        handle.createUpdate("""
                        DELETE FROM idempotency_key
                         WHERE tenant_id = :tenant AND route = :route AND key_hash = :key AND claim = :claim""")
                .bind("tenant", key.tenant())
                .bind("route", key.route())
                .bind("key", key.hash())
                .bind("claim", claim)
                .execute();
    }

    /** Deletes what has expired, at most {@code limit}. */
    void deleteExpired(Handle handle, Instant now, int limit) {
        handle.createUpdate("""
                        DELETE FROM idempotency_key
                         WHERE (tenant_id, route, key_hash) IN (
                               SELECT tenant_id, route, key_hash FROM idempotency_key
                                WHERE expires_at <= :now
                                ORDER BY expires_at
                                LIMIT :limit
                                  FOR UPDATE SKIP LOCKED)""")
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("limit", limit)
                .execute();
    }

    private static Taken taken(ResultSet row) throws SQLException {
        int status = row.getInt("status");
        // Asked at once: it is about the column that was read last.
        boolean underWay = row.wasNull();
        if (underWay) {
            return new Taken(row.getBytes("body_hash"), null);
        }
        var body = row.getString("answer");
        var answer = new IdempotentAnswer(status, body, body, row.getString("etag"));
        return new Taken(row.getBytes("body_hash"), answer);
    }
}
