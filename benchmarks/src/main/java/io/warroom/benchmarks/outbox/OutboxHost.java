package io.warroom.benchmarks.outbox;

import io.warroom.benchmarks.Figures;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One contender in a process of its own: warm-up, a steady rate, then changes that come one by one. */
public final class OutboxHost {

    /** The config service's; the others are the peer's profiles, by their names. */
    static final String OURS = "WARROOM";

    static final int RATE = 1_000;
    private static final int IDLE_RATE = 10;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration STEADY = Duration.ofSeconds(20);
    private static final Duration IDLE = Duration.ofSeconds(30);

    private OutboxHost() {}

    public static void main(String[] arguments) throws Exception {
        var server = Server.of(List.of(arguments).subList(1, arguments.length));
        try (var contender = contender(arguments[0], server);
                var traffic = new Traffic(contender, server)) {
            // Behind the contenders' own tables: migrations begin in an empty schema.
            makeApps(server);
            var run = arguments[0] + "-" + ProcessHandle.current().pid();
            traffic.run(run + "-warm", RATE / 2, WARM_UP);
            double cpu = Figures.cpuSeconds();
            var steady = traffic.run(run + "-steady", RATE, STEADY);
            double cpuMicros = (Figures.cpuSeconds() - cpu) * 1e6 / (RATE * STEADY.toSeconds());
            var idle = traffic.run(run + "-idle", IDLE_RATE, IDLE);
            new Figures(Map.of(
                            "steadyPerSecond", steady.perSecond(),
                            "steadyP50Millis", steady.p50Millis(),
                            "steadyP99Millis", steady.p99Millis(),
                            "steadyMostMillis", steady.mostMillis(),
                            "steadyUnread", (double) steady.unread(),
                            "idleP50Millis", idle.p50Millis(),
                            "idleP99Millis", idle.p99Millis(),
                            "idleUnread", (double) idle.unread(),
                            "cpuMicrosPerChange", cpuMicros))
                    .tell();
        }
    }

    private static Contender contender(String name, Server server) {
        return name.equals(OURS)
                ? new WarroomOutbox(server)
                : new NamastackOutbox(server, NamastackOutbox.Profile.valueOf(name));
    }

    /** What changes, the same for both. */
    private static void makeApps(Server server) throws SQLException {
        try (var connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS benchmark_app (app text PRIMARY KEY, revision bigint NOT NULL);
                    INSERT INTO benchmark_app SELECT 'tenant-' || n || '/LARK', 0 FROM generate_series(0, %d) AS n
                        ON CONFLICT DO NOTHING""".formatted(Traffic.APPS - 1));
        }
    }
}
