package io.warroom.config.database;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.postgres.PostgresPlugin;

/** Makes the one {@link Jdbi} of a process. */
public final class Databases {

    private Databases() {}

    /**
     * Takes connections from the pool. Each is in auto-commit mode, whatever the pool's setting: without it, statements outside of
     * a transaction would be rolled back when the connection is returned, and LISTEN would receive nothing.
     */
    public static Jdbi jdbi(DataSource pool) {
        var jdbi = Jdbi.create(() -> {
                    var connection = pool.getConnection();
                    connection.setAutoCommit(true);
                    return connection;
                })
                .installPlugin(new PostgresPlugin());
        // The default text of a failed statement holds its bound arguments.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return jdbi;
    }
}
