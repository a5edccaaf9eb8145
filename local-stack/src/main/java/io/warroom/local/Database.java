package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL 18 as a process of its own on 127.0.0.1, with a generated password. Its cluster is made on the first start and
 * kept. Started once, closed once; it ends with this process, however that ends.
 */
public final class Database implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "postgres";

    private final ChildProcess process;
    private final int port;
    private final String password;

    private Database(ChildProcess process, int port, String password) {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts PostgreSQL and waits until it takes connections. Root may call this: the programs then run without root's rights.
     *
     * @param dataDir made when missing; what it holds from an earlier start is served again. The log lies here too
     * @param port 0 for a free one
     * @throws LocalStackException when the port is taken or PostgreSQL does not start
     */
    public static Database start(Path dataDir, int port) {
        var listen = Ports.choose(port, "PostgreSQL");
        var programs = PostgresBinaries.unpacked();
        var folder = dataDir.toAbsolutePath();
        try {
            Files.createDirectories(folder);
            var user = PostgresUser.forPrograms(folder);
            var password = password(folder);
            makeCluster(programs, folder, user);
            var process = startServer(programs, folder, listen, user);
            var database = new Database(process, listen, password);
            try {
                process.awaitReady(database::answers, PATIENCE);
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
            return database;
        } catch (IOException e) {
            throw new LocalStackException("PostgreSQL cannot use " + folder + ": " + e, e);
        }
    }

    /** The JDBC address of the database that every cluster has. */
    public String jdbcUrl() {
        return jdbcUrl("postgres");
    }

    /** The JDBC address of the database {@code name}, whether it exists or not. */
    public String jdbcUrl(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
    }

    /** The superuser. */
    public String user() {
        return USER;
    }

    /** The superuser's password, the same at every start of this data folder. */
    public String password() {
        return password;
    }

    ChildProcess process() {
        return process;
    }

    /** Stops PostgreSQL, ending open connections; the data stays. */
    @Override
    public void close() {
        process.close();
    }

    private boolean answers() {
        try (var connection = DriverManager.getConnection(jdbcUrl(), USER, password)) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false; // not yet
        }
    }

    private static String password(Path folder) throws IOException {
        var file = folder.resolve("password");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        var password = HexFormat.of().formatHex(random);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password);
        return password;
    }

    private static void makeCluster(Path programs, Path folder, PostgresUser user) throws IOException {
        var cluster = folder.resolve("cluster");
        if (Files.exists(cluster.resolve("PG_VERSION"))) {
            return;
        }
        // Made aside and moved: an initdb that was interrupted leaves nothing that looks whole.
        var unfinished = folder.resolve("cluster-unfinished");
        Folders.delete(unfinished);
        user.own(folder.resolve("password"));
        var command = user.command(List.of(
                programs.resolve("bin/initdb").toString(),
                "--pgdata=" + unfinished,
                "--username=" + USER,
                "--pwfile=" + folder.resolve("password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        try (var initdb = ChildProcess.start(
                "initdb (PostgreSQL)", command, folder.resolve("initdb.log"), ChildProcess.StopSignal.TERM, Map.of())) {
            initdb.awaitSuccess(PATIENCE);
        }
        Files.move(unfinished, cluster);
    }

    private static ChildProcess startServer(Path programs, Path folder, int listen, PostgresUser user) {
        var command = new ArrayList<>(List.of(
                programs.resolve("bin/postgres").toString(),
                "-D",
                folder.resolve("cluster").toString()));
        for (var setting : List.of(
                "port=" + listen,
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=300",
                "shared_buffers=32MB",
                // A power cut may cost the last moments of this machine's own data, never the consistency of the
                // cluster.
                "synchronous_commit=off")) {
            command.addAll(List.of("-c", setting));
        }
        // INT is PostgreSQL's fast stop: it does not wait for clients to leave.
        return ChildProcess.start(
                "PostgreSQL",
                user.command(command),
                folder.resolve("postgresql.log"),
                ChildProcess.StopSignal.INT,
                Map.of());
    }
}
