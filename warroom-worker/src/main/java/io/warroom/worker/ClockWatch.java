package io.warroom.worker;

import io.warroom.worker.opening.ClockSetting;
import java.time.Duration;
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
final class ClockWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    private static final Duration EVERY = Duration.ofSeconds(1);

    /** As long as that a client may wait for a broker anyway. */
    private static final Duration LITTLE = Duration.ofSeconds(10);

    private final ClockSetting setting;
    private final Duration every;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    /** Begins to watch. */
    ClockWatch(ClockSetting setting) {
        this(setting, EVERY);
    }

    ClockWatch(ClockSetting setting, Duration every) {
        this.setting = setting;
        this.every = every;
        var begin = setting.now();
        this.thread = Thread.ofPlatform().daemon().name("clock-watch").start(() -> run(begin));
    }

    /** @param listener is called each time that the clock was set back, by the watch's own thread, until it is forgotten */
    void tell(Runnable listener) {
        listeners.add(listener);
    }

    void forget(Runnable listener) {
        listeners.remove(listener);
    }

    private void run(Duration begin) {
        var before = begin;
        try {
            while (true) {
                Thread.sleep(every);
                var now = setting.now();
                var back = before.minus(now);
                before = now;
                if (back.compareTo(LITTLE) > 0) {
                    log.warn("The clock was set back by {} s: Kafka's clients are made anew", back.toSeconds());
                    listeners.forEach(ClockWatch::call);
                }
            }
        } catch (InterruptedException e) {
            log.debug("The clock is watched no longer", e);
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
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
