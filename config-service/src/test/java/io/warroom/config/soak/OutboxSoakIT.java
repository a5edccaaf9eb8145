package io.warroom.config.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.app.AppImages;
import io.warroom.config.testing.Deployment;
import io.warroom.local.Broker;
import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight writers change apps through two processes of the service, while the active relay's process or session is killed or frozen,
 * all sessions are cut, the broker restarts and the database breaks transactions off. Then the topics are held against the database.
 * {@code -Dwarroom.soak.changes=10000} runs it with so many changes, {@code -Dwarroom.soak.seed} repeats its choices, though not its timing.
 */
class OutboxSoakIT {

    private static final int WRITERS = 8;
    private static final int CHANGES = Integer.getInteger("warroom.soak.changes", 500);
    private static final int APPS = Math.max(20, CHANGES / 20);
    private static final long SEED = Long.getLong("warroom.soak.seed", 4711);
    private static final Duration LONG = Duration.ofMinutes(5);

    /** Each of them makes a relay that is at work repeat itself, at most once. */
    private enum Harm {
        KILL,
        CUT,
        CUT_ALL,
        FREEZE,
        BROKER
    }

    private interface Task {
        void run() throws Exception;

        default Callable<Boolean> toTheEnd() {
            return () -> {
                run();
                return true;
            };
        }
    }

    @TempDir
    Path folder;

    @Test
    @EnabledIfSystemProperty(named = "warroom.soak.changes", matches = "[0-9]+", disabledReason = "over a minute")
    void theTopicsSayWhatWasCommittedAndNothingElseWhateverDies() throws Exception {
        long begun = System.nanoTime();
        var broker = new RestartableBroker(folder.resolve("broker"));
        try (var deployment = Deployment.inFolder(folder, broker.bootstrapServers());
                var instances = new Instances(deployment, folder)) {
            instances.start(2);
            var jdbi = deployment.jdbi();
            breakTransactionsOff(jdbi);
            var writers = new Writers(instances, APPS, CHANGES);
            var harms = harms();
            long writing = System.nanoTime();

            var begunHarms = new ArrayList<Instant>();
            inParallel(writers, () -> doHarm(harms, begunHarms, writers, instances, broker));

            var wrote = Duration.ofNanos(System.nanoTime() - writing);
            await().atMost(LONG).untilAsserted(() -> assertThat(waiting(jdbi)).isZero());
            // What is decided may still be invisible for a moment.
            await().atMost(LONG)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> judged(deployment, jdbi).requireExactlyWhatWasCommitted());
            var judge = judged(deployment, jdbi);
            judge.requireRevisionsPublishedOneAfterTheOther();
            judge.requireTheSameAs(jdbi.withHandle(handle -> new AppImages().read(handle, null)));
            judge.requireAllOf(writers.changes());
            judge.requireRepeatsOnlyBehind(begunHarms);
            long rolledBack = jdbi.withHandle(handle -> handle.createQuery(
                            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM broken_off")
                    .mapTo(Long.class)
                    .one());
            System.out.printf(
                    "soak: seed %d, %d changes of %d apps by %d writers in %d s (all: %d s); harm %s; answers %s;"
                            + " %d transactions broken off; %d records, %d events published again%n",
                    SEED,
                    writers.accepted(),
                    APPS,
                    WRITERS,
                    wrote.toSeconds(),
                    Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                    counted(harms),
                    writers.answers(),
                    rolledBack,
                    judge.records(),
                    judge.repeated());
            assertThat(rolledBack).as("transactions broken off").isPositive();
        } finally {
            broker.close();
        }
    }

    /** Behind their outbox rows, some at once and some in the commit itself. What is broken off is counted for all that. */
    private static void breakTransactionsOff(Jdbi jdbi) {
        jdbi.useHandle(handle -> handle.execute("""
                CREATE SEQUENCE broken_off;
                CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF random() < 0.03 THEN
                        PERFORM nextval('broken_off');
                        RAISE EXCEPTION 'broken off' USING ERRCODE = '40001';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER break_off BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION break_off();
                CREATE CONSTRAINT TRIGGER break_off_commit AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION break_off()"""));
    }

    /** As many as the run is long, in an order of the seed's. */
    private static List<Harm> harms() {
        var harms = new ArrayList<Harm>();
        harms.addAll(Collections.nCopies(Math.max(1, CHANGES / 800), Harm.KILL));
        harms.addAll(Collections.nCopies(Math.max(1, CHANGES / 400), Harm.CUT));
        harms.addAll(Collections.nCopies(Math.max(1, CHANGES / 1_000), Harm.FREEZE));
        harms.addAll(Collections.nCopies(CHANGES / 2_000, Harm.CUT_ALL));
        harms.addAll(Collections.nCopies(CHANGES < 5_000 ? 1 : 2, Harm.BROKER));
        Collections.shuffle(harms, new Random(SEED));
        return harms;
    }

    private static void doHarm(
            List<Harm> harms, List<Instant> begun, Writers writers, Instances instances, RestartableBroker broker)
            throws Exception {
        int pause = CHANGES / (harms.size() + 1);
        for (int i = 0; i < harms.size(); i++) {
            awaitChanges(writers, pause * (i + 1));
            begun.add(Instant.now());
            switch (harms.get(i)) {
                case KILL -> instances.killTheActiveOne();
                case CUT -> instances.cutTheActiveOnesSession();
                case CUT_ALL -> instances.cutEverySession();
                case FREEZE -> instances.freezeTheActiveOneUntilAnotherHasPublished();
                case BROKER -> {
                    broker.close();
                    awaitChanges(writers, writers.accepted() + WRITERS);
                    broker.startAgain();
                }
            }
        }
    }

    private static void awaitChanges(Writers writers, int count) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> writers.accepted() >= Math.min(count, CHANGES));
    }

    private static void inParallel(Writers writers, Task harm) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            running.add(threads.submit(harm.toTheEnd()));
            for (int i = 0; i < WRITERS; i++) {
                long seed = SEED + i;
                running.add(threads.submit(((Task) () -> writers.writeUntilEnough(seed)).toTheEnd()));
            }
            for (var one : running) {
                one.get();
            }
        }
    }

    private static Judge judged(Deployment deployment, Jdbi jdbi) {
        var judge = new Judge(audit(jdbi));
        for (var topic : List.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED)) {
            judge.read(topic, deployment.readCommitted(topic));
        }
        return judge;
    }

    /** An entry has its number while its app is locked: of one app they are in the order of its commits. */
    private static Map<String, List<String>> audit(Jdbi jdbi) {
        var actions = new LinkedHashMap<String, List<String>>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "SELECT tenant_id || replace(target, 'mobile-apps/', '/') AS app, action FROM audit ORDER BY id")
                .map((row, context) -> Map.entry(row.getString("app"), row.getString("action")))
                .forEach(entry -> actions.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                        .add(entry.getValue())));
        return actions;
    }

    private static long waiting(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM outbox")
                .mapTo(Long.class)
                .one());
    }

    private static Tally counted(List<Harm> harms) {
        var tally = new Tally();
        harms.forEach(harm -> tally.count(harm.name()));
        return tally;
    }

    /** A broker of the test's own, at the same address after every start. */
    private static final class RestartableBroker implements AutoCloseable {

        private final Path folder;
        private final int port;
        private Broker broker;

        RestartableBroker(Path folder) {
            this.folder = folder;
            this.broker = Broker.start(folder, 0);
            this.port = Integer.parseInt(broker.bootstrapServers().split(":", 2)[1]);
        }

        String bootstrapServers() {
            return broker.bootstrapServers();
        }

        void startAgain() {
            broker = Broker.start(folder, port);
        }

        @Override
        public void close() {
            broker.close();
        }
    }
}
