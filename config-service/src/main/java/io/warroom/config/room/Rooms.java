package io.warroom.config.room;

import io.warroom.config.http.Problem;
import io.warroom.config.room.RoomStore.Mark;
import io.warroom.config.room.RoomStore.Shown;
import io.warroom.config.room.RoomStore.Stored;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.springframework.http.HttpStatus;

/**
 * Reads the rooms. Every answer is of one moment. Each read has a statement time-out, and a tenant has a limited number of reads at a
 * time. Safe for concurrent use.
 */
final class Rooms {

    /** All streams may want to read at the same moment; requests must not stand in line behind them. */
    private static final int STREAMS_READING = 2;

    /** SQL state query_canceled: the statement time-out. */
    private static final String CANCELED = "57014";

    private final Jdbi jdbi;
    private final Duration timeout;
    private final ReadLimit limit;
    private final RoomStore store = new RoomStore();
    private final Semaphore streamsReading = new Semaphore(STREAMS_READING);

    Rooms(Jdbi jdbi, RoomSettings.Reads settings) {
        this.jdbi = jdbi;
        this.timeout = settings.timeout();
        this.limit = new ReadLimit(settings.perTenant());
    }

    /**
     * A page of the list.
     *
     * @param next empty on the last page
     * @param totals rooms by state; empty with a cursor, and with any filter but the state
     * @param mark where a stream goes on from this page
     */
    record Page(List<Shown> rooms, Optional<RoomCursor> next, Optional<Map<State, Long>> totals, Mark mark) {}

    /** A room, and where the tenant's count stood when it last changed. */
    record Found(Room room, Mark mark) {}

    Page page(String tenant, RoomFilter filter, Optional<RoomCursor> behind, int limit) {
        return atOneMoment(tenant, handle -> {
            var rooms = store.page(handle, tenant, filter, behind, limit + 1);
            boolean more = rooms.size() > limit;
            var shown = more ? rooms.subList(0, limit) : rooms;
            Optional<RoomCursor> next = Optional.empty();
            if (more) {
                next = Optional.of(new RoomCursor(
                        shown.getLast().declaredAt(), shown.getLast().incidentId()));
            } else if (!filter.sifted().isEmpty()) {
                next = store.endOfWindow(handle, tenant, filter, behind);
            }
            var totals = behind.isEmpty() && filter.isOfStateAlone()
                    ? Optional.of(store.totals(handle, tenant))
                    : Optional.<Map<State, Long>>empty();
            return new Page(shown, next, totals, store.mark(handle, tenant));
        });
    }

    /** The incident's room; empty when nobody has told that the incident was declared. */
    Optional<Found> find(String tenant, String incidentId) {
        return atOneMoment(tenant, handle -> {
            Optional<Stored> stored = Optional.ofNullable(
                    store.find(handle, tenant, List.of(incidentId)).get(incidentId));
            var epoch = store.mark(handle, tenant).epoch();
            return stored.map(it -> new Found(new Room(tenant, incidentId, it.facts()), new Mark(epoch, it.change())))
                    .filter(found -> found.room().state() != null);
        });
    }

    /** How many incidents wait now, by platform and reason. */
    List<RoomBoard.Waiting> waiting(String tenant) {
        return atOneMoment(tenant, handle -> store.waiting(handle, tenant));
    }

    /** Who could not be added to the newest rooms in which somebody is missing. */
    List<RoomBoard.Missed> missedLately(String tenant, int rooms) {
        return atOneMoment(tenant, handle -> store.missedLately(handle, tenant, rooms));
    }

    /** Where the tenant's count stands. */
    Mark mark(String tenant) {
        return jdbi.withHandle(handle -> store.mark(handle, tenant));
    }

    /** For streams: what has changed behind {@code change}. */
    List<Shown> changedSince(String tenant, long change, int limit) throws InterruptedException {
        streamsReading.acquire();
        try {
            return jdbi.inTransaction(handle -> {
                handle.execute(withTimeout());
                return store.changedSince(handle, tenant, change, limit);
            });
        } finally {
            streamsReading.release();
        }
    }

    private <T> T atOneMoment(String tenant, HandleCallback<T, RuntimeException> reading) {
        try {
            return limit.read(
                    tenant,
                    () -> jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
                        handle.execute(withTimeout());
                        return reading.withHandle(handle);
                    }));
        } catch (JdbiException e) {
            if (!isCanceled(e)) {
                throw e;
            }
            throw Problem.later(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "too-slow",
                    "The list took longer than " + timeout.toMillis()
                            + " ms and was stopped. Select less with from and to, or try again later.",
                    Duration.ofSeconds(10));
        }
    }

    private String withTimeout() {
        return "SET LOCAL statement_timeout = " + timeout.toMillis();
    }

    private static boolean isCanceled(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && CANCELED.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
