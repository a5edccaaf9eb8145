package io.warroom.local;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The workers: as many as wanted, numbered from 1, each started again when it ends by itself. Thread-safe.
 *
 * <p>A worker that ends {@link #MAX_RESTARTS} times within {@link #RESTART_PERIOD} cannot run here: that is reported as the end of
 * the stack, with its log.
 */
final class Workers implements AutoCloseable {

    private static final int MAX_RESTARTS = 5;
    private static final Duration RESTART_PERIOD = Duration.ofMinutes(2);

    private final IntFunction<ChildProcess> starter;
    private final Consumer<String> notices;
    private final Consumer<String> death;
    private final InstantSource clock;
    private final Map<Integer, ChildProcess> running = new HashMap<>();
    private final Map<Integer, Deque<Long>> restarts = new HashMap<>();
    private boolean closing;

    /**
     * @param starter starts the worker of a number
     * @param notices receives one line for each worker that is started again
     * @param death receives the reason when a worker cannot run here
     */
    Workers(IntFunction<ChildProcess> starter, Consumer<String> notices, Consumer<String> death, InstantSource clock) {
        this.starter = starter;
        this.notices = notices;
        this.death = death;
        this.clock = clock;
    }

    /** Starts the worker of this number. */
    ChildProcess start(int number) {
        synchronized (running) {
            if (closing) {
                throw new LocalStackException("Stopped while starting.");
            }
            var worker = starter.apply(number);
            running.put(number, worker);
            worker.onDeath(reason -> startAgain(number, reason));
            return worker;
        }
    }

    /** Ends the worker of this number by force, as a crash does. */
    void kill(int number) {
        synchronized (running) {
            var worker = running.get(number);
            if (worker != null) {
                worker.kill();
            }
        }
    }

    private void startAgain(int number, String reason) {
        synchronized (running) {
            if (closing) {
                return;
            }
            if (!mayRestart(number)) {
                death.accept(reason);
                return;
            }
        }
        notices.accept("Worker " + number + " ended and is started again.");
        try {
            start(number);
        } catch (LocalStackException e) {
            death.accept(e.getMessage() == null ? reason : e.getMessage());
        }
    }

    private boolean mayRestart(int number) {
        long now = clock.millis();
        var times = restarts.computeIfAbsent(number, any -> new ArrayDeque<>());
        times.removeIf(time -> time < now - RESTART_PERIOD.toMillis());
        times.add(now);
        return times.size() <= MAX_RESTARTS;
    }

    @Override
    public void close() {
        Map<Integer, ChildProcess> toStop;
        synchronized (running) {
            closing = true;
            toStop = Map.copyOf(running);
            running.clear();
        }
        toStop.values().forEach(ChildProcess::close);
    }
}
