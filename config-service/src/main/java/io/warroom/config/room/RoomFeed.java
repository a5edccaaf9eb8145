package io.warroom.config.room;

import io.warroom.config.http.Problem;
import io.warroom.config.room.RoomStore.Shown;
import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;

/**
 * Tells this instance's streams when rooms of their tenants have changed, whichever instance changed them, and bounds how many
 * streams there are. One connection serves all streams: PostgreSQL's notification is a hint to look at once, and what is
 * looked at is the tenants' counts, so a notification that is lost costs one poll interval. Streams end when it is stopped,
 * which is before the web server waits for its requests. Safe for concurrent use; one thread, from start to stop.
 */
final class RoomFeed implements SmartLifecycle, Supervised {

    private static final Logger log = LoggerFactory.getLogger(RoomFeed.class);

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(2);

    private final Jdbi jdbi;
    private final RoomSettings.Stream settings;
    private final RoomStore store = new RoomStore();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopped = lock.newCondition();
    private final Map<String, Watch> watches = new HashMap<>();
    private int streams;
    private boolean running;
    private volatile @Nullable SupervisedThread thread;

    /** Looks at the tenants' counts are at least this far apart, however many notifications come. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** What a tenant's streams share: they wait here, and one of them reads for all. */
    private static final class Watch {
        private final Condition changed;
        private final ReentrantLock reading = new ReentrantLock();
        private @Nullable Batch read;
        private long failedAt;
        private boolean failed;
        private long lastChange;
        private int streams;
        /** Of each browser's session, oldest first. */
        private final Map<String, Deque<Subscription>> sessions = new HashMap<>();

        private Watch(Condition changed) {
            this.changed = changed;
        }
    }

    /** What was read behind a change, when the tenant's count stood at {@code lastChange} or more. */
    private record Batch(long behind, long lastChange, List<Shown> rooms) {}

    /** Reads a batch of changes. */
    interface Reading {
        List<Shown> read() throws InterruptedException;
    }

    RoomFeed(Jdbi jdbi, RoomSettings.Stream settings) {
        this.jdbi = jdbi;
        this.settings = settings;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            running = true;
        } finally {
            lock.unlock();
        }
        thread = SupervisedThread.start("war-room-feed", STALL_TIMEOUT, this::run);
    }

    @Override
    public void stop() {
        var ending = thread;
        if (ending != null) {
            // Before the body is made to return: it would count as failed and be run again.
            ending.requestStop();
        }
        lock.lock();
        try {
            running = false;
            stopped.signalAll();
            watches.values().forEach(watch -> watch.changed.signalAll());
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.join();
        }
    }

    @Override
    public boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** Streams that are served now. */
    int streams() {
        lock.lock();
        try {
            return streams;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A place for one more stream. A browser that leaves a page closes its stream, which is found out only when something is
     * written to it: a session that has its share, or finds no place left, gives up its oldest.
     *
     * @param session the browser's session; null for programs, which have none
     * @throws Problem 429 when the tenant has no place left, 503 when the instance has none
     */
    Subscription subscribe(String tenant, @Nullable String session) {
        lock.lock();
        try {
            giveUpOldest(tenant, session);
            if (!running || streams >= settings.perInstance()) {
                throw Problem.later(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "no-stream-left",
                        "This instance serves as many streams as it may, or is stopping. Try again, or read the list.",
                        aPlaceIsFreeIn());
            }
            var watch = watches.computeIfAbsent(tenant, _ -> new Watch(lock.newCondition()));
            if (watch.streams >= settings.perTenant()) {
                throw Problem.later(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too-many-streams",
                        "The tenant has " + watch.streams
                                + " streams here, as many as it may: close one, or read the list.",
                        aPlaceIsFreeIn());
            }
            watch.streams++;
            streams++;
            var subscription = new Subscription(tenant, session, watch);
            if (session != null) {
                watch.sessions.computeIfAbsent(session, _ -> new ArrayDeque<>()).add(subscription);
            }
            return subscription;
        } finally {
            lock.unlock();
        }
    }

    private void giveUpOldest(String tenant, @Nullable String session) {
        var watch = watches.get(tenant);
        if (watch == null || session == null) {
            return;
        }
        var own = watch.sessions.get(session);
        boolean full = watch.streams >= settings.perTenant() || streams >= settings.perInstance();
        if (own != null && (full || own.size() >= settings.perSession())) {
            own.getFirst().replace();
        }
    }

    /** That a client is gone is found out by the next heartbeat to it. */
    private Duration aPlaceIsFreeIn() {
        return settings.heartbeat().plusSeconds(1);
    }

    /** One stream's place. For one thread. */
    final class Subscription implements AutoCloseable {

        private final String tenant;
        private final @Nullable String session;
        private final Watch watch;
        private boolean replaced;

        private Subscription(String tenant, @Nullable String session, Watch watch) {
            this.tenant = tenant;
            this.session = session;
            this.watch = watch;
        }

        /** Its place is another's now. */
        private void replace() {
            close();
            replaced = true;
            watch.changed.signalAll();
        }

        /** Waits until the tenant's rooms have changed behind {@code change}. @return the last change; empty when none came in time */
        OptionalLong awaitBehind(long change, Duration atMost) throws InterruptedException {
            lock.lock();
            try {
                long nanos = atMost.toNanos();
                while (running && !replaced && watch.lastChange <= change && nanos > 0) {
                    nanos = watch.changed.awaitNanos(nanos);
                }
                return running && !replaced && watch.lastChange > change
                        ? OptionalLong.of(watch.lastChange)
                        : OptionalLong.empty();
            } finally {
                lock.unlock();
            }
        }

        /**
         * What has changed behind {@code change}: as another stream of the tenant has read it, or read now.
         *
         * @param lastChange what is answered is of no earlier count than this
         * @return null while the database is away: the client gets heartbeats until it is back
         */
        @Nullable
        List<Shown> changedSince(long change, long lastChange, Reading reading) throws InterruptedException {
            watch.reading.lockInterruptibly();
            try {
                var read = watch.read;
                if (read != null && read.behind() == change && read.lastChange() >= lastChange) {
                    return read.rooms();
                }
                // One of the streams has found the database away: not all of them wait for it, one behind the other.
                if (watch.failed
                        && System.nanoTime() - watch.failedAt
                                < settings.pollInterval().toNanos()) {
                    return null;
                }
                var rooms = reading.read();
                watch.failed = false;
                watch.read = new Batch(change, lastChange, rooms);
                return rooms;
            } catch (JdbiException _) {
                // Logged by the feed, which has lost its connection too.
                watch.failed = true;
                watch.failedAt = System.nanoTime();
                return null;
            } finally {
                watch.reading.unlock();
            }
        }

        /** Somebody has looked, and knows. */
        void seen(long lastChange) {
            changedTo(Map.of(tenant, lastChange));
        }

        /** Whether the stream must end. */
        boolean isOver() {
            return !isRunning() || isReplaced();
        }

        /** Whether a newer stream of the same session has its place. */
        boolean isReplaced() {
            lock.lock();
            try {
                return replaced;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (replaced) {
                    return;
                }
                streams--;
                if (session != null) {
                    watch.sessions.computeIfPresent(
                            session, (_, own) -> own.remove(this) && own.isEmpty() ? null : own);
                }
                if (--watch.streams == 0) {
                    watches.remove(tenant);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public Optional<String> threadFailure() {
        var current = thread;
        return current == null ? Optional.empty() : current.threadFailure();
    }

    @Override
    public long threadRestarts() {
        var current = thread;
        return current == null ? 0 : current.threadRestarts();
    }

    private void run(Runnable heartbeat) {
        boolean told = false;
        while (isRunning()) {
            heartbeat.run();
            try (var handle = jdbi.open()) {
                handle.execute("LISTEN " + RoomStore.CHANNEL);
                if (told) {
                    log.info("Streams hear of changes again");
                    told = false;
                }
                listen(handle, heartbeat);
            } catch (JdbiException | SQLException e) {
                if (!told && isRunning()) {
                    log.atWarn().setCause(e).log("Streams hear of no changes; they are kept and told later");
                    told = true;
                }
                pause(settings.pollInterval());
            }
        }
    }

    private void listen(Handle handle, Runnable heartbeat) throws SQLException {
        var notifications = handle.getConnection().unwrap(PGConnection.class);
        while (isRunning()) {
            heartbeat.run();
            var tenants = watched();
            if (!tenants.isEmpty()) {
                changedTo(store.lastChanges(handle, tenants));
            }
            pause(BETWEEN_LOOKS);
            notifications.getNotifications(
                    Math.toIntExact(settings.pollInterval().toMillis()));
        }
    }

    private List<String> watched() {
        lock.lock();
        try {
            return List.copyOf(watches.keySet());
        } finally {
            lock.unlock();
        }
    }

    private void changedTo(Map<String, Long> lastChanges) {
        lock.lock();
        try {
            lastChanges.forEach((tenant, lastChange) -> {
                var watch = watches.get(tenant);
                if (watch != null && watch.lastChange < lastChange) {
                    watch.lastChange = lastChange;
                    watch.changed.signalAll();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration pause) {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (running && nanos > 0) {
                nanos = stopped.awaitNanos(nanos);
            }
        } catch (InterruptedException _) {
            // Only stopping interrupts it, and the loop looks whether it goes on.
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
