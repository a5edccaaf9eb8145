package io.warroom.config.room;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Adds what was heard to what is stored, one tenant and one transaction at a time: whoever writes a tenant's rooms holds
 * the tenant's count, so no two instances meet on a row, and none waits for two locks. Safe for concurrent use.
 */
final class RoomProjection {

    private final Jdbi jdbi;
    private final RoomStore store = new RoomStore();

    RoomProjection(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Stores what was heard of one tenant, all or nothing; what was heard before changes nothing. */
    void hear(String tenant, List<Heard> heard) {
        var byIncident = new LinkedHashMap<String, List<Heard>>();
        heard.forEach(one -> byIncident
                .computeIfAbsent(one.incidentId(), _ -> new ArrayList<>())
                .add(one));
        jdbi.useTransaction(handle -> {
            long change = store.lock(handle, tenant);
            var before = store.find(handle, tenant, byIncident.keySet());
            long next = change;
            var rows = new ArrayList<RoomStore.Row>();
            for (var incident : byIncident.entrySet()) {
                var stored = before.getOrDefault(incident.getKey(), new RoomStore.Stored(Facts.NONE, 0));
                var facts = stored.facts();
                var heardAt = Instant.EPOCH;
                for (var one : incident.getValue()) {
                    facts = facts.and(one);
                    heardAt = one.writtenAt().isAfter(heardAt) ? one.writtenAt() : heardAt;
                }
                if (facts.equals(stored.facts())) {
                    continue;
                }
                var was = new Room(tenant, incident.getKey(), stored.facts());
                var room = new Room(tenant, incident.getKey(), facts);
                // A repeat of the same event at a later place moves the place alone: nobody needs to be told.
                boolean seen = !Objects.equals(visible(was), visible(room));
                rows.add(new RoomStore.Row(room, seen ? ++next : stored.change(), heardAt));
            }
            if (!rows.isEmpty()) {
                store.save(handle, rows);
            }
            if (next > change) {
                store.advance(handle, tenant, next);
            }
        });
    }

    private static @Nullable Map<String, @Nullable Object> visible(Room room) {
        return room.state() == null ? null : new HashMap<>(room.detail());
    }
}
