package io.warroom.worker.opening;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread at a time work on an incident, in the order of asking. A lock for each incident that is worked on, never one
 * shared by two: an incident whose platform hangs would hold up a stranger's. Thread-safe.
 */
final class InTurn {

    /** Something to do for an incident. */
    interface Work {
        void run() throws InterruptedException;
    }

    private record IncidentKey(String tenantId, String incidentId) {}

    /** {@code users} counts who holds the lock or waits for it; it changes under the map's own lock alone. */
    private static final class Turn {
        private final ReentrantLock lock = new ReentrantLock(true);
        private int users;
    }

    private final ConcurrentMap<IncidentKey, Turn> turns = new ConcurrentHashMap<>();

    void run(String tenantId, String incidentId, Work work) throws InterruptedException {
        var key = new IncidentKey(tenantId, incidentId);
        var turn = Objects.requireNonNull(turns.compute(key, (incidentKey, known) -> {
            var own = known == null ? new Turn() : known;
            own.users++;
            return own;
        }));
        try {
            turn.lock.lockInterruptibly();
            try {
                work.run();
            } finally {
                turn.lock.unlock();
            }
        } finally {
            turns.computeIfPresent(key, (incidentKey, own) -> --own.users == 0 ? null : own);
        }
    }

    /** How many incidents are worked on or waited for. */
    int size() {
        return turns.size();
    }
}
