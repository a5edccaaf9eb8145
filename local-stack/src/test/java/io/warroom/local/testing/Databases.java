package io.warroom.local.testing;

import io.warroom.local.testing.Backing.FreshDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes databases on a running server, one name after the other. */
final class Databases {
    private final AtomicInteger made = new AtomicInteger();
    private final FreshDatabase server;

    /** @param server a database that exists, and a user who may create others */
    Databases(FreshDatabase server) {
        this.server = server;
    }

    FreshDatabase create() {
        var name = "fresh_" + made.incrementAndGet();
        try (var connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("No new database: " + e.getMessage(), e);
        }
        var address = server.jdbcUrl().replaceFirst("/[^/?]*(\\?.*)?$", "/" + name);
        return new FreshDatabase(address, server.user(), server.password());
    }
}
