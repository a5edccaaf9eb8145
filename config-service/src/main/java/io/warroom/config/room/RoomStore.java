package io.warroom.config.room;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The tables of the rooms and of each tenant's changes. The caller owns the transaction. */
final class RoomStore {

    /** Notified when a tenant's rooms have changed, without saying whose. */
    static final String CHANNEL = "war_room";

    /** What was stored before topics had eras does not say one: it is of the first. */
    static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** So many incidents are looked at for a page whose filter no index serves. */
    static final int WINDOW = 20_000;

    private static final String ORDER = "\n ORDER BY declared_at DESC, incident_id DESC";

    /** What is stored of an incident. */
    record Stored(Facts facts, long change) {}

    /** A row to be written. */
    record Row(Room room, long change, Instant heardAt) {}

    /** A room as a list or a stream shows it; {@code item} is JSON on one line. */
    record Shown(String incidentId, Instant declaredAt, boolean visible, String item, long change) {}

    /** Where a tenant's count of changes stands. As text it is an event's id. */
    record Mark(String epoch, long change) {

        private static final Pattern TEXT = Pattern.compile("([0-9a-f]{8})-([0-9]{1,18})");

        /** The mark that a client gave back; empty when it is none. */
        static Optional<Mark> of(String text) {
            var parts = TEXT.matcher(text);
            return parts.matches()
                    ? Optional.of(new Mark(parts.group(1), Long.parseLong(parts.group(2))))
                    : Optional.empty();
        }

        String text() {
            return epoch + "-" + change;
        }
    }

    /** Begins a change of the tenant's rooms: every other one waits until this transaction ends. @return the count so far */
    long lock(Handle handle, String tenant) {
        handle.createUpdate("INSERT INTO war_room_feed (tenant_id) VALUES (:tenant) ON CONFLICT DO NOTHING")
                .bind("tenant", tenant)
                .execute();
        return handle.createQuery("SELECT last_change FROM war_room_feed WHERE tenant_id = :tenant FOR UPDATE")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .one();
    }

    /** What is stored of these incidents. */
    Map<String, Stored> find(Handle handle, String tenant, Collection<String> incidents) {
        var found = new HashMap<String, Stored>();
        handle.createQuery("""
                        SELECT incident_id, facts, change
                          FROM war_room
                         WHERE tenant_id = :tenant AND incident_id = ANY(:incidents)""")
                .bind("tenant", tenant)
                .bindArray("incidents", String.class, incidents.toArray())
                .map((row, context) -> Map.entry(row.getString("incident_id"), stored(row)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** Writes the rows; {@link #lock} comes first. One statement, so that the totals are changed once. */
    void save(Handle handle, List<Row> rows) {
        handle.createUpdate("""
                INSERT INTO war_room AS stored (tenant_id, incident_id, facts, state, platform, severity, region, declared_at,
                        search_text, item, first_message, change, heard_at)
                SELECT tenant_id, incident_id, facts::jsonb, state, platform, severity, region, declared_at,
                       search_text, item::json, first_message, change, least(heard_at, now())
                  FROM unnest(:tenants, :incidents, :facts, :states, :platforms, :severities, :regions,
                              :declaredAts::timestamptz[], :searchTexts, :items, :firstMessages, :changes,
                              :heardAts::timestamptz[])
                       AS heard (tenant_id, incident_id, facts, state, platform, severity, region, declared_at, search_text,
                               item, first_message, change, heard_at)
                    ON CONFLICT (tenant_id, incident_id) DO UPDATE
                   SET facts = excluded.facts, state = excluded.state, platform = excluded.platform,
                       severity = excluded.severity, region = excluded.region, declared_at = excluded.declared_at,
                       search_text = excluded.search_text, item = excluded.item, first_message = excluded.first_message,
                       change = excluded.change, heard_at = greatest(stored.heard_at, excluded.heard_at)""")
                .bindArray("tenants", String.class, each(rows, row -> row.room().tenantId()))
                .bindArray(
                        "incidents", String.class, each(rows, row -> row.room().incidentId()))
                .bindArray(
                        "facts",
                        String.class,
                        each(rows, row -> JSON.writeValueAsString(row.room().facts())))
                .bindArray(
                        "states",
                        String.class,
                        each(rows, row -> name(row.room().state())))
                .bindArray(
                        "platforms", String.class, each(rows, row -> row.room().platform()))
                .bindArray(
                        "severities", String.class, each(rows, row -> row.room().severity()))
                .bindArray("regions", String.class, each(rows, row -> row.room().region()))
                .bindArray(
                        "declaredAts",
                        String.class,
                        each(rows, row -> row.room().declaredAt().toString()))
                .bindArray(
                        "searchTexts",
                        String.class,
                        each(rows, row -> row.room().searchText()))
                .bindArray(
                        "items",
                        String.class,
                        each(rows, row -> JSON.writeValueAsString(row.room().item())))
                .bindArray(
                        "firstMessages",
                        String.class,
                        each(rows, row -> name(row.room().firstMessage())))
                .bindArray("changes", Long.class, each(rows, Row::change))
                .bindArray(
                        "heardAts",
                        String.class,
                        each(rows, row -> row.heardAt().toString()))
                .execute();
    }

    private static @Nullable Object[] each(List<Row> rows, Function<Row, @Nullable Object> column) {
        return rows.stream().map(column).toArray();
    }

    private static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    /** Ends a change that can be seen. */
    void advance(Handle handle, String tenant, long lastChange) {
        handle.createUpdate("UPDATE war_room_feed SET last_change = :change WHERE tenant_id = :tenant")
                .bind("tenant", tenant)
                .bind("change", lastChange)
                .execute();
    }

    /** Wakes the streams of all instances; it may be lost. PostgreSQL has one lock for this: outside of other transactions. */
    void wakeStreams(Handle handle) {
        handle.execute("NOTIFY " + CHANNEL);
    }

    /** Where the tenant's count stands. */
    Mark mark(Handle handle, String tenant) {
        return handle.createQuery("""
                        SELECT epoch,
                               coalesce((SELECT last_change FROM war_room_feed WHERE tenant_id = :tenant), 0) AS last_change
                          FROM war_room_epoch""")
                .bind("tenant", tenant)
                .map((row, context) -> new Mark(row.getString("epoch"), row.getLong("last_change")))
                .one();
    }

    /** Where the counts of these tenants stand. */
    Map<String, Long> lastChanges(Handle handle, Collection<String> tenants) {
        var changes = new HashMap<String, Long>();
        handle.createQuery("SELECT tenant_id, last_change FROM war_room_feed WHERE tenant_id = ANY(:tenants)")
                .bindArray("tenants", String.class, tenants.toArray())
                .map((row, context) -> Map.entry(row.getString("tenant_id"), row.getLong("last_change")))
                .forEach(entry -> changes.put(entry.getKey(), entry.getValue()));
        return changes;
    }

    /** What has changed behind {@code change}, each room once, in the order of the changes. */
    List<Shown> changedSince(Handle handle, String tenant, long change, int limit) {
        return handle.createQuery("""
                        SELECT incident_id, declared_at, state, item, change
                          FROM war_room
                         WHERE tenant_id = :tenant AND change > :change
                         ORDER BY change
                         LIMIT :limit""")
                .bind("tenant", tenant)
                .bind("change", change)
                .bind("limit", limit)
                .map((row, context) -> shown(row))
                .list();
    }

    /** A page of the list, the newest incident first: what the filter selects among the next {@link #WINDOW} incidents. */
    List<Shown> page(Handle handle, String tenant, RoomFilter filter, Optional<RoomCursor> behind, int limit) {
        return bound(handle.createQuery(pageSql(filter, behind)), tenant, filter, behind, limit)
                .map((row, context) -> shown(row))
                .list();
    }

    /** The statement of a page, for {@link #bound}. */
    static String pageSql(RoomFilter filter, Optional<RoomCursor> behind) {
        var sifted = filter.sifted();
        if (sifted.isEmpty()) {
            return "SELECT incident_id, declared_at, state, item, change" + inOrder(filter, behind) + " LIMIT :limit";
        }
        return "SELECT incident_id, declared_at, state, item, change FROM (SELECT incident_id, declared_at, state, item, change, platform,"
                + " severity, region, search_text, first_message"
                + inOrder(filter, behind)
                + " LIMIT "
                + WINDOW
                + ") room WHERE true"
                + sifted
                + ORDER
                + " LIMIT :limit";
    }

    /** The statement of a page with its values. */
    static Query bound(Query page, String tenant, RoomFilter filter, Optional<RoomCursor> behind, int limit) {
        filter.bindSiftedTo(page);
        return inOrder(page.bind("limit", limit), tenant, filter, behind);
    }

    /** The last of the incidents that {@link #page} looked at; empty when there were fewer than {@link #WINDOW}. */
    Optional<RoomCursor> endOfWindow(Handle handle, String tenant, RoomFilter filter, Optional<RoomCursor> behind) {
        var end = handle.createQuery(
                "SELECT incident_id, declared_at" + inOrder(filter, behind) + " LIMIT 1 OFFSET " + (WINDOW - 1));
        return inOrder(end, tenant, filter, behind)
                .map((row, context) -> new RoomCursor(
                        row.getObject("declared_at", OffsetDateTime.class).toInstant(), row.getString("incident_id")))
                .findOne();
    }

    private static String inOrder(RoomFilter filter, Optional<RoomCursor> behind) {
        return " FROM war_room WHERE tenant_id = :tenant AND state IS NOT NULL"
                + filter.indexed()
                + (behind.isPresent() ? "\n AND (declared_at, incident_id) < (:cursorTime, :cursorId)" : "")
                + ORDER;
    }

    private static Query inOrder(Query query, String tenant, RoomFilter filter, Optional<RoomCursor> behind) {
        query.bind("tenant", tenant);
        filter.bindIndexedTo(query);
        behind.ifPresent(cursor -> query.bind("cursorTime", cursor.declaredAt().atOffset(ZoneOffset.UTC))
                .bind("cursorId", cursor.incidentId()));
        return query;
    }

    /** How many rooms of each state the tenant has, as they are kept with each change. */
    Map<State, Long> totals(Handle handle, String tenant) {
        var totals = new EnumMap<State, Long>(State.class);
        for (var state : State.values()) {
            totals.put(state, 0L);
        }
        handle.createQuery("SELECT state, rooms FROM war_room_total WHERE tenant_id = :tenant")
                .bind("tenant", tenant)
                .map((row, context) -> Map.entry(State.valueOf(row.getString("state")), row.getLong("rooms")))
                .forEach(entry -> totals.put(entry.getKey(), entry.getValue()));
        return totals;
    }

    /** The incidents that wait, by platform and reason; of {@link #WINDOW} at most. */
    List<RoomBoard.Waiting> waiting(Handle handle, String tenant) {
        return handle.createQuery("""
                        SELECT platform, coalesce(item #>> '{waiting,reason}', 'UNKNOWN') AS reason, count(*) AS incidents
                          FROM (SELECT platform, item
                                  FROM war_room
                                 WHERE tenant_id = :tenant AND state = 'WAITING'
                                 LIMIT :window) room
                         GROUP BY 1, 2
                         ORDER BY 1, 2""")
                .bind("tenant", tenant)
                .bind("window", WINDOW)
                .map((row, context) -> new RoomBoard.Waiting(
                        row.getString("platform"), row.getString("reason"), row.getLong("incidents")))
                .list();
    }

    /** Who is missing in the newest rooms in which somebody is, each person once with the newest of them; at most 100. */
    List<RoomBoard.Missed> missedLately(Handle handle, String tenant, int rooms) {
        return handle.createQuery("""
                        SELECT person_id, name, reason, detail, incident_id
                          FROM (SELECT DISTINCT ON (missing ->> 'personId')
                                       missing ->> 'personId' AS person_id, missing ->> 'name' AS name,
                                       missing ->> 'reason' AS reason, missing ->> 'detail' AS detail, incident_id, declared_at
                                  FROM (SELECT incident_id, declared_at, facts
                                          FROM war_room
                                         WHERE tenant_id = :tenant AND state IN ('OPENED', 'CLOSED')
                                           AND (item ->> 'peopleMissing')::int > 0
                                         ORDER BY declared_at DESC
                                         LIMIT :rooms) room
                                 CROSS JOIN jsonb_array_elements(facts #> '{opened,value,missing}') missing
                                 ORDER BY missing ->> 'personId', declared_at DESC) person
                         ORDER BY declared_at DESC, person_id
                         LIMIT 100""")
                .bind("tenant", tenant)
                .bind("rooms", rooms)
                .map((row, context) -> new RoomBoard.Missed(
                        row.getString("person_id"),
                        row.getString("name"),
                        row.getString("reason"),
                        row.getString("detail"),
                        row.getString("incident_id")))
                .list();
    }

    /** A tenant that has rows of which nothing was heard for so long; empty when none has. */
    Optional<String> oldest(Handle handle, Duration retention) {
        return handle.createQuery("""
                        SELECT tenant_id FROM war_room
                         WHERE heard_at < now() - make_interval(secs => :seconds)
                         ORDER BY heard_at
                         LIMIT 1""")
                .bind("seconds", (double) retention.toSeconds())
                .mapTo(String.class)
                .findOne();
    }

    /** Deletes the tenant's rows of which nothing was heard for so long, at most {@code limit}; {@link #lock} comes first. @return how many */
    int forget(Handle handle, String tenant, Duration retention, int limit) {
        return handle.createUpdate("""
                        DELETE FROM war_room
                         WHERE tenant_id = :tenant AND incident_id IN (
                               SELECT incident_id FROM war_room
                                WHERE tenant_id = :tenant AND heard_at < now() - make_interval(secs => :seconds)
                                LIMIT :limit)""")
                .bind("tenant", tenant)
                .bind("seconds", (double) retention.toSeconds())
                .bind("limit", limit)
                .execute();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(JSON.readValue(row.getString("facts"), Facts.class), row.getLong("change"));
    }

    private static Shown shown(ResultSet row) throws SQLException {
        return new Shown(
                row.getString("incident_id"),
                row.getObject("declared_at", OffsetDateTime.class).toInstant(),
                row.getString("state") != null,
                row.getString("item"),
                row.getLong("change"));
    }
}
