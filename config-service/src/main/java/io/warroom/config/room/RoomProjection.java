package io.warroom.config.room;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Adds what was heard to what is stored, one tenant and one transaction at a time: whoever writes a tenant's rooms holds
 * the tenant's count, so no two instances meet on a row, and none waits for two locks. Safe for concurrent use.
 */
final class RoomProjection {

    /** Of one transaction, so that what is stored of them fits into memory: {@link Facts#MAX_BYTES} each. */
    private static final int INCIDENTS = 50;

    private final Jdbi jdbi;
    private final Runnable changed;
    private final RoomStore store = new RoomStore();

    /** @param changed called after each transaction that changed what viewers see; must not block */
    RoomProjection(Jdbi jdbi, Runnable changed) {
        this.jdbi = jdbi;
        this.changed = changed;
    }

    /** Stores what was heard of one tenant, in order, {@link #INCIDENTS} at a time; what was heard before changes nothing. */
    void hear(String tenant, List<Heard> heard) {
        var byIncident = new LinkedHashMap<String, List<Heard>>();
        heard.forEach(one -> byIncident
                .computeIfAbsent(one.incidentId(), _ -> new ArrayList<>())
                .add(one));
        var incidents = List.copyOf(byIncident.keySet());
        for (int from = 0; from < incidents.size(); from += INCIDENTS) {
            var some = incidents.subList(from, Math.min(from + INCIDENTS, incidents.size()));
            if (jdbi.inTransaction(handle -> hear(handle, tenant, some, byIncident))) {
                changed.run();
            }
        }
    }

    /** @return whether what viewers see has changed */
    private boolean hear(Handle handle, String tenant, List<String> incidents, Map<String, List<Heard>> heard) {
        long change = store.lock(handle, tenant);
        var before = store.find(handle, tenant, incidents);
        long next = change;
        var rows = new ArrayList<RoomStore.Row>();
        for (var incident : incidents) {
            var stored = before.getOrDefault(incident, new RoomStore.Stored(Facts.NONE, 0));
            var facts = stored.facts();
            var heardAt = Instant.EPOCH;
            for (var one : heard.getOrDefault(incident, List.of())) {
                facts = facts.and(one);
                heardAt = one.writtenAt().isAfter(heardAt) ? one.writtenAt() : heardAt;
            }
            if (facts.equals(stored.facts())) {
                continue;
            }
            var was = new Room(tenant, incident, stored.facts());
            var room = new Room(tenant, incident, facts);
            // A repeat of the same event at a later place moves the place alone: no stream is notified.
            boolean seen = !Objects.equals(visible(was), visible(room));
            rows.add(new RoomStore.Row(room, seen ? ++next : stored.change(), heardAt));
        }
        if (!rows.isEmpty()) {
            store.save(handle, rows);
        }
        if (next > change) {
            store.advance(handle, tenant, next);
        }
        return next > change;
    }

    private static @Nullable Map<String, @Nullable Object> visible(Room room) {
        return room.state() == null ? null : new HashMap<>(room.detail());
    }
}
