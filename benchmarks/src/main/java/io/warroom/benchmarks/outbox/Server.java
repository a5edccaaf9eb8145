package io.warroom.benchmarks.outbox;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;

/** Where everything is that both contenders use. Immutable. */
record Server(String kafka, String jdbcUrl, String user, String password, String registry) {

    static final String TOPIC = "key-rotated";

    static Server of(List<String> arguments) {
        return new Server(arguments.get(0), arguments.get(1), arguments.get(2), arguments.get(3), arguments.get(4));
    }

    String[] arguments(String contender) {
        return new String[] {contender, kafka, jdbcUrl, user, password, registry};
    }

    /** A pool as large as the writers are many, and one for whoever publishes. */
    HikariDataSource pool() {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(jdbcUrl);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(Traffic.WRITERS + 9);
        pool.setConnectionTimeout(Duration.ofSeconds(30).toMillis());
        return pool;
    }
}
