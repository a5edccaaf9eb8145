package io.warroom.config.operations;

import io.warroom.config.outbox.OutboxRelay;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** Has the outbox published: by a relay of its own, or by a running service's. */
final class OutboxDraining {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration TELL_AGAIN = Duration.ofSeconds(5);
    private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(60);

    private final Jdbi jdbi;
    private final Supplier<OutboxRelay> relays;

    /** @param relays makes a relay that is not started */
    OutboxDraining(Jdbi jdbi, Supplier<OutboxRelay> relays) {
        this.jdbi = jdbi;
        this.relays = relays;
    }

    /**
     * Returns when nothing waits in the outbox.
     *
     * @throws OperationFailedException when nothing was published for a minute
     */
    void run(PrintStream out) throws InterruptedException {
        long left = waiting();
        if (left == 0) {
            return;
        }
        out.println("Publishing " + left + " events");
        var relay = relays.get();
        relay.start();
        try {
            long changedAt = System.nanoTime();
            long toldAt = changedAt;
            while (left > 0) {
                Thread.sleep(LOOK_AGAIN);
                long now = waiting();
                if (now != left) {
                    changedAt = System.nanoTime();
                } else if (System.nanoTime() - changedAt > LONGEST_STANDSTILL.toNanos()) {
                    throw new OperationFailedException(left
                            + " events could not be published. They are kept in the outbox: run it again when the broker is"
                            + " back, or start the service, which publishes them.");
                }
                left = now;
                if (System.nanoTime() - toldAt > TELL_AGAIN.toNanos()) {
                    toldAt = System.nanoTime();
                    out.println("  " + left + " left");
                }
            }
        } finally {
            relay.stop();
        }
    }

    private long waiting() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM outbox")
                .mapTo(Long.class)
                .one());
    }
}
