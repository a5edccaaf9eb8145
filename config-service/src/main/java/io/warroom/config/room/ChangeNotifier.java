package io.warroom.config.room;

import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Notifies the streams of all instances that rooms have changed: at most once each {@link #PAUSE}, and outside of the transactions that
 * change them, as commits that notify stand in one line through the whole database cluster. A notification may be lost; streams look
 * by themselves too. Safe for concurrent use.
 */
final class ChangeNotifier implements SmartLifecycle, Supervised {

    private static final Logger log = LoggerFactory.getLogger(ChangeNotifier.class);

    private static final Duration PAUSE = Duration.ofMillis(300);

    /** How long the thread waits for a change before it reports that it is alive. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(2);

    private final Jdbi jdbi;
    private final RoomStore store = new RoomStore();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean pending;
    private boolean running;
    private volatile @Nullable SupervisedThread thread;

    ChangeNotifier(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Rooms have changed, and the change is committed. Does not block. */
    void changed() {
        lock.lock();
        try {
            pending = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        lock.lock();
        try {
            running = true;
        } finally {
            lock.unlock();
        }
        thread = SupervisedThread.start("war-room-notifier", STALL_TIMEOUT, this::run);
    }

    @Override
    public void stop() {
        var ending = thread;
        if (ending != null) {
            ending.requestStop();
        }
        lock.lock();
        try {
            running = false;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.join();
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

    @Override
    public boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable heartbeat) throws InterruptedException {
        while (isRunning()) {
            heartbeat.run();
            if (awaitChange()) {
                try {
                    jdbi.useHandle(store::wakeStreams);
                } catch (JdbiException e) {
                    log.atDebug().setCause(e).log("Streams are not notified; they see the change at their next look");
                }
                pause();
            }
        }
    }

    /** @return false when nothing has changed for {@link #IDLE_TIMEOUT}, or when it is stopped */
    private boolean awaitChange() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = IDLE_TIMEOUT.toNanos();
            while (running && !pending && nanos > 0) {
                nanos = woken.awaitNanos(nanos);
            }
            boolean changed = running && pending;
            pending = false;
            return changed;
        } finally {
            lock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = PAUSE.toNanos();
            while (running && nanos > 0) {
                nanos = woken.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
