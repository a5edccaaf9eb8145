package io.warroom.config.room;

import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Forgets incidents of which nothing was heard for the retention, whatever their state: the newest of an incident's records
 * says how old it is. It looks every {@link #PAUSE}, and deletes in small transactions, so that nobody waits for it. Any number
 * of instances may do so at once. Streams are not told: nothing about the incident has changed. If the topics are read again
 * from their beginning, what they still hold of it comes back, until the next look. One thread, from start to stop.
 */
final class RoomCleaning implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RoomCleaning.class);

    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final int BATCH = 500;

    private final Jdbi jdbi;
    private final Duration retention;
    private final RoomStore store = new RoomStore();
    private volatile Thread thread = Thread.ofVirtual().unstarted(() -> {});

    RoomCleaning(Jdbi jdbi, Duration retention) {
        this.jdbi = jdbi;
        this.retention = retention;
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("war-room-cleaning").start(this::run);
    }

    @Override
    public void stop() {
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Forgets what is too old now. @return how many incidents */
    int forget() {
        int all = 0;
        int some;
        do {
            var tenant = jdbi.withHandle(handle -> store.oldest(handle, retention));
            some = tenant.isEmpty() ? 0 : forget(tenant.get());
            all += some;
        } while (some > 0 && !Thread.currentThread().isInterrupted());
        return all;
    }

    private int forget(String tenant) {
        return jdbi.inTransaction(handle -> {
            // Totals are changed by one at a time.
            store.lock(handle, tenant);
            return store.forget(handle, tenant, retention, BATCH);
        });
    }

    private void run() {
        try {
            while (true) {
                try {
                    int forgotten = forget();
                    if (forgotten > 0) {
                        log.atInfo().addKeyValue("incidents", forgotten).log("Old incidents are forgotten");
                    }
                } catch (JdbiException e) {
                    log.atDebug().setCause(e).log("The database is away; old incidents are forgotten later");
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            // Stopped.
            Thread.currentThread().interrupt();
        }
    }
}
