package io.warroom.worker.opening;

import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Lets one thread at a time work on an incident, in the order of asking. */
final class InTurn {

    /** Something to do for an incident. */
    interface Work {
        void run() throws InterruptedException;
    }

    /** Two incidents may share a lock by chance and then wait for each other; 4096 keep that rare. */
    private final ReentrantLock[] locks =
            IntStream.range(0, 4096).mapToObj(i -> new ReentrantLock(true)).toArray(ReentrantLock[]::new);

    void run(Incident incident, Work work) throws InterruptedException {
        int slot = Math.floorMod((incident.tenantId() + "/" + incident.incidentId()).hashCode(), locks.length);
        locks[slot].lockInterruptibly();
        try {
            work.run();
        } finally {
            locks[slot].unlock();
        }
    }
}
