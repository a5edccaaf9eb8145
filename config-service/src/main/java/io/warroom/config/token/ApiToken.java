package io.warroom.config.token;

import io.warroom.config.http.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A token as the database has it: without the token.
 *
 * @param createdBy who made it, as in the audit
 * @param expiresAt null when it holds until it is revoked
 * @param lastUsedAt to within {@link ApiTokens#USE_IS_NOTED_EVERY}; null when it never was
 */
public record ApiToken(
        UUID id,
        TenantId tenant,
        String name,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    /** Whether it is taken at a time. */
    public boolean holds(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }
}
