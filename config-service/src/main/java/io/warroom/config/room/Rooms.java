package io.warroom.config.room;

import io.warroom.config.room.RoomStore.Mark;
import io.warroom.config.room.RoomStore.Shown;
import io.warroom.config.room.RoomStore.Stored;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Reads the rooms. Every answer is of one moment. Safe for concurrent use. */
final class Rooms {

    /** All streams may want to read at the same moment; requests must not stand in line behind them. */
    private static final int STREAMS_READING = 2;

    private final Jdbi jdbi;
    private final RoomStore store = new RoomStore();
    private final Semaphore streamsReading = new Semaphore(STREAMS_READING);

    Rooms(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * A page of the list.
     *
     * @param next empty on the last page
     * @param mark where a stream goes on from this page
     */
    record Page(List<Shown> rooms, Optional<RoomCursor> next, Map<State, Long> totals, Mark mark) {}

    /** A room, and where the tenant's count stood when it last changed. */
    record Found(Room room, Mark mark) {}

    Page page(String tenant, RoomFilter filter, Optional<RoomCursor> behind, int limit) {
        return atOneMoment(handle -> {
            var rooms = store.page(handle, tenant, filter, behind, limit + 1);
            var shown = rooms.size() > limit ? rooms.subList(0, limit) : rooms;
            var next = rooms.size() > limit
                    ? Optional.of(new RoomCursor(
                            shown.getLast().declaredAt(), shown.getLast().incidentId()))
                    : Optional.<RoomCursor>empty();
            return new Page(shown, next, store.totals(handle, tenant, filter), store.mark(handle, tenant));
        });
    }

    /** The incident's room; empty when nobody has told that the incident was declared. */
    Optional<Found> find(String tenant, String incidentId) {
        return atOneMoment(handle -> {
            Optional<Stored> stored = Optional.ofNullable(
                    store.find(handle, tenant, List.of(incidentId)).get(incidentId));
            var epoch = store.mark(handle, tenant).epoch();
            return stored.map(it -> new Found(new Room(tenant, incidentId, it.facts()), new Mark(epoch, it.change())))
                    .filter(found -> found.room().state() != null);
        });
    }

    /** How many incidents wait now, by platform and reason. */
    List<RoomBoard.Waiting> waiting(String tenant) {
        return jdbi.withHandle(handle -> store.waiting(handle, tenant));
    }

    /** Who could not be added to the newest rooms in which somebody is missing. */
    List<RoomBoard.Missed> missedLately(String tenant, int rooms) {
        return jdbi.withHandle(handle -> store.missedLately(handle, tenant, rooms));
    }

    /** Where the tenant's count stands. */
    Mark mark(String tenant) {
        return jdbi.withHandle(handle -> store.mark(handle, tenant));
    }

    /** For streams: what has changed behind {@code change}. */
    List<Shown> changedSince(String tenant, long change, int limit) throws InterruptedException {
        streamsReading.acquire();
        try {
            return jdbi.withHandle(handle -> store.changedSince(handle, tenant, change, limit));
        } finally {
            streamsReading.release();
        }
    }

    private <T> T atOneMoment(HandleCallback<T, RuntimeException> reading) {
        return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, reading);
    }
}
