package io.warroom.config.audit;

import io.warroom.config.http.QueryParameters;
import io.warroom.config.http.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@link Audit} wrote, newest first. Safe for concurrent use. */
public final class AuditTrail {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Jdbi jdbi;

    public AuditTrail(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Entries as they may be shown.
     *
     * @param nextCursor of the page behind; null on the last
     */
    public record Page(
            List<Map<String, Object>> entries, @Nullable String nextCursor) {}

    /**
     * A page.
     *
     * @param parameters actor, action, from, to, limit and cursor, as a request has them
     * @throws io.warroom.config.http.Problem 400 naming every parameter at fault
     */
    public Page page(TenantId tenant, Map<String, String[]> parameters) {
        var query = AuditQuery.read(tenant, new QueryParameters(parameters));
        var found = find(query);
        boolean more = found.size() > query.limit();
        var page = more ? found.subList(0, query.limit()) : found;
        return new Page(
                page.stream().map(Entry::shown).toList(),
                more ? AuditQuery.cursor(page.getLast().id()) : null);
    }

    /**
     * The newest entries on one target.
     *
     * @param limit at most so many
     */
    public List<Map<String, Object>> on(TenantId tenant, String target, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, at, actor, role, credential, remote_address, request_id, action, target, state_before,
                               state_after, changed
                          FROM audit
                         WHERE tenant_id = :tenant AND target = :target
                         ORDER BY id DESC
                         LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("target", target)
                .bind("limit", limit)
                .map((row, context) -> shown(row))
                .list());
    }

    private record Entry(long id, Map<String, Object> shown) {}

    /** One more than asked for, when there are more. */
    private List<Entry> find(AuditQuery query) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, at, actor, role, credential, remote_address, request_id, action, target, state_before,
                               state_after, changed
                          FROM audit
                         WHERE tenant_id = :tenant AND id < :before
                           AND (:actor::text IS NULL OR actor = :actor)
                           AND (:action::text IS NULL OR action = :action)
                           AND (:from::timestamptz IS NULL OR at >= :from)
                           AND (:to::timestamptz IS NULL OR at < :to)
                         ORDER BY id DESC
                         LIMIT :limit""")
                .bind("tenant", query.tenant().value())
                .bind("before", query.before())
                .bind("actor", query.actor())
                .bind("action", query.action())
                .bind("from", time(query.from()))
                .bind("to", time(query.to()))
                .bind("limit", query.limit() + 1)
                .map((row, context) -> new Entry(row.getLong("id"), shown(row)))
                .list());
    }

    private static Map<String, Object> shown(ResultSet row) throws SQLException {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("at", row.getObject("at", OffsetDateTime.class).toInstant().toString());
        shown.put("actor", row.getString("actor"));
        shown.put("role", row.getString("role"));
        shown.put("credential", row.getString("credential"));
        shown.put("remoteAddress", row.getString("remote_address"));
        shown.put("requestId", row.getString("request_id"));
        shown.put("action", row.getString("action"));
        shown.put("target", row.getString("target"));
        shown.put("changed", json(row.getString("changed")));
        shown.put("before", json(row.getString("state_before")));
        shown.put("after", json(row.getString("state_after")));
        return shown;
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : OffsetDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
