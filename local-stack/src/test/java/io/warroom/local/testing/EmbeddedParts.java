package io.warroom.local.testing;

import io.warroom.local.Broker;
import io.warroom.local.Database;
import io.warroom.local.Registry;
import io.warroom.local.testing.Backing.FreshDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The parts on this machine, in a folder that is deleted in the end. */
final class EmbeddedParts implements Parts {
    private final Path folder;

    EmbeddedParts() {
        try {
            folder = Files.createTempDirectory("warroom-backing-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Kafka startKafka() {
        return new EmbeddedKafka(Broker.start(folder.resolve("kafka"), 0));
    }

    @Override
    public Postgres startPostgres() {
        var database = Database.start(folder.resolve("postgresql"), 0);
        var server = new FreshDatabase(database.jdbcUrl(), database.user(), database.password());
        return new EmbeddedPostgres(database, new Databases(server));
    }

    @Override
    public SchemaRegistry startRegistry() {
        return new EmbeddedRegistry(Registry.start(folder.resolve("registry"), 0));
    }

    @Override
    public void close() {
        try (var everything = Files.walk(folder)) {
            for (var path : everything.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record EmbeddedKafka(Broker broker) implements Kafka {
        @Override
        public String bootstrapServers() {
            return broker.bootstrapServers();
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    private record EmbeddedPostgres(Database database, Databases databases) implements Postgres {
        @Override
        public FreshDatabase newDatabase() {
            return databases.create();
        }

        @Override
        public void close() {
            database.close();
        }
    }

    private record EmbeddedRegistry(Registry registry) implements SchemaRegistry {
        @Override
        public String url() {
            return registry.url();
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
