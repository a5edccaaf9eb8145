package io.warroom.e2e.faults;

import io.warroom.e2e.ServiceProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks at the workers some times a second for a whole run: what is in flight by their own metrics, whether one ended that
 * nobody ended, and whether a metric tells a secret. Reads their logs when asked. One thread of its own; close it.
 */
final class WorkerWatch implements AutoCloseable {

    private static final String IN_FLIGHT = "warroom_incidents_in_flight";

    private final Secrets secrets;
    private final int mostInFlight;
    private final List<ServiceProcess> alive = new CopyOnWriteArrayList<>();
    private final Map<Path, Long> readUpTo = new HashMap<>();
    private final List<String> unbounded = new ArrayList<>();
    private final List<String> leaks = new ArrayList<>();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong linesRead = new AtomicLong();
    private final Thread watching;
    private volatile boolean running = true;
    private volatile Duration pause = Duration.ofMillis(300);

    /** @param mostInFlight what the workers were told not to pass */
    WorkerWatch(Secrets secrets, int mostInFlight) {
        this.secrets = secrets;
        this.mostInFlight = mostInFlight;
        watching = Thread.ofPlatform().name("worker-watch").start(this::watch);
    }

    /** Less often, where a look costs more than the worker's work. */
    void lookEvery(Duration every) {
        pause = every;
    }

    /** Looks at this one from now on. */
    void add(ServiceProcess worker) {
        synchronized (readUpTo) {
            readUpTo.put(worker.logFile(), 0L);
        }
        alive.add(worker);
    }

    /** It is about to be ended, or paused, on purpose. */
    void leave(ServiceProcess worker) {
        alive.remove(worker);
    }

    private void watch() {
        while (running) {
            try {
                Thread.sleep(pause);
                for (var worker : alive) {
                    look(worker);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look(ServiceProcess worker) throws InterruptedException {
        if (!worker.isAlive()) {
            if (alive.remove(worker)) {
                note(unbounded, "a worker ended by itself; its log is " + worker.logFile());
            }
            return;
        }
        String metrics = worker.metrics();
        if (metrics.isEmpty()) {
            return; // it starts, or was just paused
        }
        if (secrets.isIn(metrics)) {
            note(leaks, "a metric of a worker");
        }
        metrics.lines()
                .filter(line -> line.startsWith(IN_FLIGHT))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .forEach(inFlight -> {
                    looks.incrementAndGet();
                    if (inFlight > mostInFlight) {
                        note(unbounded, inFlight + " incidents are in flight, and " + mostInFlight + " may be");
                    }
                });
    }

    private static void note(List<String> violations, String words) {
        synchronized (violations) {
            violations.add(words);
        }
    }

    private static List<String> take(List<String> violations) {
        synchronized (violations) {
            var found = List.copyOf(violations);
            violations.clear();
            return found;
        }
    }

    /** Reads what the logs say since the last time: secrets, and workers that ran out of memory. */
    void readLogs() throws IOException {
        Map<Path, Long> logs;
        synchronized (readUpTo) {
            logs = Map.copyOf(readUpTo);
        }
        for (var log : logs.entrySet()) {
            String said = from(log.getKey(), log.getValue());
            if (said.isEmpty()) {
                continue;
            }
            synchronized (readUpTo) {
                readUpTo.put(log.getKey(), log.getValue() + said.length());
            }
            linesRead.addAndGet(said.lines().count());
            if (secrets.isIn(said)) {
                note(leaks, "the log " + log.getKey());
            }
            if (said.contains("OutOfMemoryError")) {
                note(unbounded, "out of memory, says " + log.getKey());
            }
        }
    }

    /** Characters of one byte, so that places in the text are places in the file; whole lines alone. */
    private static String from(Path log, long start) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            int length = (int) Math.min(Files.size(log) - start, 64 * 1_024 * 1_024);
            byte[] bytes = new byte[Math.max(0, length)];
            file.seek(start);
            file.readFully(bytes);
            String all = new String(bytes, StandardCharsets.ISO_8859_1);
            return all.substring(0, all.lastIndexOf('\n') + 1);
        }
    }

    /** A worker whose end by lack of memory is the fault itself. */
    void forgive(ServiceProcess worker) {
        leave(worker);
        synchronized (readUpTo) {
            readUpTo.remove(worker.logFile());
        }
    }

    List<String> takeUnbounded() {
        return take(unbounded);
    }

    List<String> takeLeaks() {
        return take(leaks);
    }

    /** How often what is in flight was looked at. */
    long looks() {
        return looks.get();
    }

    /** How many lines of logs were read. */
    long linesRead() {
        return linesRead.get();
    }

    /** Ends it: gives back the time for which a stopped worker may go on. */
    static Duration longestStop() {
        // The grace (10 s by default), a last commit, and a busy machine.
        return Duration.ofSeconds(30);
    }

    @Override
    public void close() {
        running = false;
        try {
            watching.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
