package io.warroom.config.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The connections of an instance whose pool is not in auto-commit mode. */
class DatabasesIT {

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        Instance service = deployment.start("--spring.datasource.hikari.auto-commit=false");
        jdbi = service.part(Jdbi.class);
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void notificationsArriveWithoutAutoCommitInThePool() throws Exception {
        try (var listening = jdbi.open()) {
            listening.execute("LISTEN changed");
            jdbi.useHandle(handle -> handle.execute("NOTIFY changed"));

            assertThat(listening.getConnection().unwrap(PGConnection.class).getNotifications(2_000))
                    .hasSize(1);
        }
    }

    @Test
    void aRefusedRowIsInNoMessage() {
        jdbi.useHandle(handle -> handle.execute("CREATE TABLE picky (name text, other text NOT NULL)"));

        assertThatThrownBy(
                        () -> jdbi.useHandle(handle -> handle.execute("INSERT INTO picky (name) VALUES ('hush-hush')")))
                .satisfies(refused ->
                        assertThat(messages(refused)).contains("other").doesNotContain("hush-hush"));
    }

    @Test
    void aStatementThatNobodyWaitsForIsEnded() {
        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute("SELECT pg_sleep(60)")))
                .hasRootCauseInstanceOf(SQLException.class)
                .rootCause()
                .extracting(refused -> ((SQLException) refused).getSQLState())
                .isEqualTo("57014");
    }

    private static String messages(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(Throwable::toString)
                .collect(Collectors.joining("\n"));
    }
}
