package io.warroom.config.room;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.config.http.QueryParameters;
import io.warroom.config.http.TenantId;
import io.warroom.event.IncidentLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The war rooms of a tenant, for routes and for pages alike. Safe for concurrent use. */
public final class RoomBoard {

    static final int MAX_LIMIT = 200;
    static final int DEFAULT_LIMIT = 50;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, @Nullable Object>> ITEM = new TypeReference<>() {};

    private final Rooms rooms;

    RoomBoard(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * A page of the list.
     *
     * @param totals the tenant's rooms by state; null with a cursor, and with any filter but the state
     * @param next cursor of the page behind; null on the last
     * @param streamFrom where a stream goes on from this page
     */
    public record Page(
            List<Map<String, @Nullable Object>> items,
            @Nullable Map<String, Long> totals,
            @Nullable String next,
            String streamFrom) {}

    /**
     * One room.
     *
     * @param detail maps, lists and texts, as JSON has them
     * @param mark changes when the room does
     */
    public record Found(Map<String, @Nullable Object> detail, String mark) {}

    /** Incidents that wait for one reason, on one platform; null where none was chosen yet. */
    public record Waiting(@Nullable String platform, String reason, long incidents) {}

    /** Somebody who could not be added to a room lately, and to which one last. */
    public record Missed(String personId, String name, String reason, String detail, String incidentId) {}

    /**
     * A page of the rooms that the filter selects, and how many the tenant has of each state.
     *
     * @param parameters filters, limit and cursor, as a request has them
     * @throws Problem 400 naming every parameter at fault
     */
    public Page page(TenantId tenant, Map<String, String[]> parameters) {
        var query = new QueryParameters(parameters);
        var filter = RoomFilter.of(query);
        int limit = query.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        var given = query.findText("cursor", RoomCursor.MAX_LENGTH);
        var cursor = Optional.ofNullable(given).flatMap(RoomCursor::of);
        if (given != null && cursor.isEmpty()) {
            query.refuse("cursor", "is none that a list has answered with: leave it out to begin anew");
        }
        query.requireValid();
        var page = rooms.page(tenant.value(), filter, cursor, limit);
        return new Page(
                page.rooms().stream()
                        .map(room -> JSON.readValue(room.item(), ITEM))
                        .toList(),
                page.totals().map(RoomBoard::inOrder).orElse(null),
                page.next().map(RoomCursor::text).orElse(null),
                page.mark().text());
    }

    /** In the order of the states. */
    private static Map<String, Long> inOrder(Map<State, Long> totals) {
        var named = new LinkedHashMap<String, Long>();
        new TreeMap<>(totals).forEach((state, count) -> named.put(state.name(), count));
        return named;
    }

    /**
     * Everything that is known of one incident's room.
     *
     * @throws Problem 400 when the id is none, 404 when nothing is known of it
     */
    public Found find(TenantId tenant, String incidentId) {
        if (!IncidentLimits.isIncidentId(incidentId)) {
            var wrong = new FieldError("incidentId", "must be 1 to 128 characters, without '/' and control characters");
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid-incident", "incidentId " + wrong.message(), List.of(wrong));
        }
        var found = rooms.find(tenant.value(), incidentId)
                .orElseThrow(() -> new Problem(
                        HttpStatus.NOT_FOUND,
                        "no-such-incident",
                        "Nothing is known of such an incident here: it was not declared, or nothing was heard of it for so"
                                + " long that it was forgotten."));
        var detail = JSON.readValue(JSON.writeValueAsBytes(found.room().detail()), ITEM);
        return new Found(detail, found.mark().text());
    }

    /** How many incidents wait now, and for what. */
    public List<Waiting> waiting(TenantId tenant) {
        return rooms.waiting(tenant.value());
    }

    /**
     * Who could not be added to a room, the newest first, each person once.
     *
     * @param rooms of so many rooms, the newest that somebody is missing in
     */
    public List<Missed> missedLately(TenantId tenant, int rooms) {
        return this.rooms.missedLately(tenant.value(), rooms);
    }
}
