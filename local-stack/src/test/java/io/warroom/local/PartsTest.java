package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
    @TempDir
    private Path folder;

    @Test
    void theBrokerKeepsItsTopicsAcrossARestart() throws Exception {
        try (var broker = Broker.start(folder, 0);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("kept", 3, (short) 1)))
                    .all()
                    .get();
        }

        try (var broker = Broker.start(folder, 0);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).contains("kept");
        }
    }

    @Test
    void theDatabaseKeepsItsRowsAndItsPasswordAcrossARestart() throws Exception {
        String password;
        try (var database = Database.start(folder, 0);
                var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var statement = connection.createStatement()) {
            password = database.password();
            statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }

        try (var database = Database.start(folder, 0);
                var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT answer FROM kept")) {
            assertThat(database.password()).isEqualTo(password);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void theDatabaseLetsNobodyInWithoutThePassword() {
        try (var database = Database.start(folder, 0)) {
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "guess"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void theRegistryKeepsSchemaIdsAcrossARestartWhenAsked() throws Exception {
        var http = new Http();
        String registered;
        try (var registry = Registry.start(folder, 0, Registry.Storage.KEPT)) {
            registered = register(http, registry);
        }

        try (var registry = Registry.start(folder, 0, Registry.Storage.KEPT)) {
            assertThat(http.get(registry.url() + "/subjects/kept-value/versions/1")
                            .body())
                    .contains(registered.replaceAll("[{}]", ""));
        }
    }

    @Test
    void aTakenPortIsNamedWithWhoWantsItAndWhoHasIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = taken.getLocalPort();
            assertThatThrownBy(() -> Broker.start(folder, port))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContaining("Port " + port)
                    .hasMessageContaining("the Kafka broker")
                    .hasMessageContaining(
                            "is taken by process " + ProcessHandle.current().pid());
            assertThatThrownBy(() -> Database.start(folder, port)).hasMessageContaining("PostgreSQL");
            assertThatThrownBy(() -> Registry.start(folder, port)).hasMessageContaining("the schema registry");
        }
    }

    @Test
    void aPortOutsideTheRangeIsRefusedInWords() {
        assertThatThrownBy(() -> Broker.start(folder, 70_000)).hasMessageContaining("70000 is no port");
    }

    private static String register(Http http, Registry registry) throws Exception {
        var answer = http.json(
                "POST",
                registry.url() + "/subjects/kept-value/versions",
                "{\"schema\": \"{\\\"type\\\": \\\"string\\\"}\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.body().replaceAll(".*(\"id\":\\d+).*", "$1");
    }
}
