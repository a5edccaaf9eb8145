package io.warroom.config.soak;

import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Jdbi;

/** The instances that run now, and what can befall them. Safe for concurrent use by writers; one thread does the harm. */
final class Instances implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Deployment deployment;
    private final Path folder;
    private final Jdbi jdbi;
    private final List<ServiceProcess> all = new ArrayList<>();
    /** Those that writers may use. */
    private final List<ServiceProcess> serving = new CopyOnWriteArrayList<>();

    Instances(Deployment deployment, Path folder) {
        this.deployment = deployment;
        this.folder = folder;
        this.jdbi = deployment.jdbi();
    }

    /** Starts so many at once and waits for all. */
    void start(int count) throws IOException {
        var starting = new ArrayList<ServiceProcess>();
        for (int i = 0; i < count; i++) {
            starting.add(launch());
        }
        for (var one : starting) {
            one.awaitReady();
            serving.add(one);
        }
    }

    private ServiceProcess launch() throws IOException {
        var one = ServiceProcess.launch("instance-" + all.size(), deployment, folder);
        all.add(one);
        return one;
    }

    /** One that serves. */
    ServiceProcess any(Random random) {
        while (true) {
            var now = serving.toArray(ServiceProcess[]::new);
            if (now.length > 0) {
                return now[random.nextInt(now.length)];
            }
            Thread.onSpinWait();
        }
    }

    /** {@code kill -9} for the one whose relay is active; another is started in its place. */
    void killTheActiveOne() throws IOException, InterruptedException {
        var active = awaitActive();
        serving.remove(active);
        active.kill();
        start(1);
    }

    /** The active relay loses its session, and does not know it yet. */
    void cutTheActiveOnesSession() {
        await().atMost(PATIENCE).until(() -> deployment.endRelaySession() == 1);
    }

    /** All instances lose all their sessions at once, as when another database takes over. */
    void cutEverySession() {
        jdbi.useHandle(handle -> handle.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'instance-%'"));
    }

    /** The active one is frozen with all that it has under way, loses its place to another, which publishes, and wakes up. */
    void freezeTheActiveOneUntilAnotherHasPublished() throws IOException, InterruptedException {
        var frozen = awaitActive();
        serving.remove(frozen);
        frozen.freeze();
        try {
            deployment.endRelaySession();
            await().atMost(PATIENCE)
                    .until(() -> active().filter(one -> one != frozen).isPresent());
            long last = jdbi.withHandle(handle -> handle.createQuery("SELECT coalesce(max(id), 0) FROM outbox")
                    .mapTo(Long.class)
                    .one());
            await().atMost(PATIENCE)
                    .until(() -> jdbi.withHandle(
                            handle -> handle.createQuery("SELECT NOT EXISTS (SELECT 1 FROM outbox WHERE id <= :last)")
                                    .bind("last", last)
                                    .mapTo(Boolean.class)
                                    .one()));
        } finally {
            frozen.thaw();
        }
        serving.add(frozen);
    }

    private ServiceProcess awaitActive() {
        return await().atMost(PATIENCE).until(this::active, Optional::isPresent).orElseThrow();
    }

    private Optional<ServiceProcess> active() {
        var name = jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT application_name FROM pg_stat_activity
                         WHERE pid IN (SELECT pid FROM pg_locks
                                        WHERE locktype = 'advisory' AND granted
                                          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))""").mapTo(String.class).findFirst());
        return name.flatMap(
                it -> all.stream().filter(one -> one.name().equals(it)).findFirst());
    }

    @Override
    public void close() {
        all.forEach(ServiceProcess::close);
    }
}
