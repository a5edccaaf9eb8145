package io.warroom.worker;

import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import io.warroom.worker.opening.ClockSetting;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the machine's clock was set back. Kafka's clients time by it (KAFKA-4051 changed the brokers alone): what such a client
 * waits for, until it connects again for example, it then waits for longer by as much as the clock was set back, and so would
 * every incident behind it. Whoever has a client makes a new one. A clock that is set ahead ends what they wait for, and
 * they try again.
 *
 * <p>One platform thread looks each second. It ends with {@link #close()}. Thread-safe.
 */
final class ClockWatch implements Supervised, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    private static final Duration EVERY = Duration.ofSeconds(1);

    /** As long as that a client may wait for a broker anyway. */
    private static final Duration LITTLE = Duration.ofSeconds(10);

    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(3);

    private final ClockSetting setting;
    private final Duration every;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final SupervisedThread thread;
    private Duration before;

    /** Begins to watch. */
    ClockWatch(ClockSetting setting) {
        this(setting, EVERY);
    }

    ClockWatch(ClockSetting setting, Duration every) {
        this.setting = setting;
        this.every = every;
        this.before = setting.now();
        this.thread = SupervisedThread.start("clock-watch", STALL_TIMEOUT, this::run);
    }

    /** @param listener is called each time that the clock was set back, by the watch's own thread, until it is forgotten */
    void tell(Runnable listener) {
        listeners.add(listener);
    }

    void forget(Runnable listener) {
        listeners.remove(listener);
    }

    private void run(Runnable heartbeat) throws InterruptedException {
        while (true) {
            heartbeat.run();
            Thread.sleep(every);
            var now = setting.now();
            var back = before.minus(now);
            before = now;
            if (back.compareTo(LITTLE) > 0) {
                log.warn("The clock was set back by {} s: Kafka's clients are made anew", back.toSeconds());
                listeners.forEach(ClockWatch::call);
            }
        }
    }

    private static void call(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            log.error("A client of Kafka's could not be made anew behind a clock that was set back", e);
        }
    }

    @Override
    public void close() {
        thread.requestStop();
        thread.interrupt();
        thread.join();
    }

    @Override
    public Optional<String> threadFailure() {
        return thread.threadFailure();
    }

    @Override
    public long threadRestarts() {
        return thread.threadRestarts();
    }
}
