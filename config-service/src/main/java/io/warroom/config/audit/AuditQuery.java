package io.warroom.config.audit;

import io.warroom.config.http.QueryParameters;
import io.warroom.config.http.TenantId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for, newest first.
 *
 * @param from the earliest time, included
 * @param to the latest time, not included
 * @param before the page begins behind the entry of this id
 */
record AuditQuery(
        TenantId tenant,
        @Nullable String actor,
        @Nullable String action,
        @Nullable Instant from,
        @Nullable Instant to,
        long before,
        int limit) {

    static final int MAX_LIMIT = 200;
    static final int DEFAULT_LIMIT = 50;

    /** Characters of an actor's or an action's name, at most. */
    static final int MAX_TEXT = 256;

    /** @throws io.warroom.config.http.Problem 400 naming every parameter at fault */
    static AuditQuery read(TenantId tenant, QueryParameters parameters) {
        var query = new AuditQuery(
                tenant,
                parameters.findText("actor", MAX_TEXT),
                parameters.findText("action", MAX_TEXT),
                parameters.findTime("from"),
                parameters.findTime("to"),
                before(parameters),
                parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT));
        parameters.requireValid();
        return query;
    }

    /** The cursor of the page behind an entry. */
    static String cursor(long id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    }

    private static long before(QueryParameters parameters) {
        var text = parameters.findText("cursor", 64);
        if (text == null) {
            return Long.MAX_VALUE;
        }
        try {
            var bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        } catch (IllegalArgumentException _) {
            // Said below, like a cursor of another length.
        }
        parameters.refuse("cursor", "must be the nextCursor of an earlier page, or left out");
        return Long.MAX_VALUE;
    }
}
