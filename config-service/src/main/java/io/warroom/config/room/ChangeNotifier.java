package io.warroom.config.room;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Notifies the streams of all instances that rooms have changed: at most once each {@link #PAUSE}, and outside of the transactions that
 * change them, as commits that notify stand in one line through the whole database cluster. A notification may be lost; streams look
 * by themselves too. Safe for concurrent use; one virtual thread, from start to stop.
 */
final class ChangeNotifier implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ChangeNotifier.class);

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final Jdbi jdbi;
    private final RoomStore store = new RoomStore();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean pending;
    private boolean running;

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
        Thread.ofVirtual().name("war-room-notifier").start(this::run);
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            running = false;
            woken.signalAll();
        } finally {
            lock.unlock();
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

    private void run() {
        try {
            while (awaitChange()) {
                try {
                    jdbi.useHandle(store::wakeStreams);
                } catch (JdbiException e) {
                    log.atDebug().setCause(e).log("Streams are not notified; they see the change at their next look");
                }
                pause();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return false when it is stopped */
    private boolean awaitChange() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running && !pending) {
                woken.await();
            }
            pending = false;
            return running;
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
