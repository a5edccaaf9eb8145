package io.warroom.local.testing;

import io.warroom.local.testing.Backing.FreshDatabase;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The parts in containers, by Testcontainers. */
final class ContainerParts implements Parts {
    private static final int REGISTRY_PORT = 8080;

    @Override
    public Kafka startKafka() {
        var container = new KafkaContainer("apache/kafka:4.2.1")
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
        container.start();
        return new KafkaInContainer(container);
    }

    @Override
    public Postgres startPostgres() {
        var container = new PostgreSQLContainer("postgres:18").withCommand("postgres", "-c", "max_connections=300");
        container.start();
        var server = new FreshDatabase(container.getJdbcUrl(), container.getUsername(), container.getPassword());
        return new PostgresInContainer(container, new Databases(server));
    }

    @Override
    @SuppressWarnings("resource") // closed with the part that it becomes
    public SchemaRegistry startRegistry() {
        var container = new GenericContainer<>("apicurio/apicurio-registry:3.3.3")
                .withExposedPorts(REGISTRY_PORT)
                .waitingFor(Wait.forHttp("/apis/ccompat/v7/subjects").withStartupTimeout(Duration.ofMinutes(2)));
        container.start();
        return new RegistryInContainer(container);
    }

    @Override
    public void close() {
        // Every container is closed as a part.
    }

    private record KafkaInContainer(KafkaContainer container) implements Kafka {
        @Override
        public String bootstrapServers() {
            return container.getBootstrapServers();
        }

        @Override
        public void close() {
            container.close();
        }
    }

    private record PostgresInContainer(PostgreSQLContainer container, Databases databases) implements Postgres {
        @Override
        public FreshDatabase newDatabase() {
            return databases.create();
        }

        @Override
        public void close() {
            container.close();
        }
    }

    private record RegistryInContainer(GenericContainer<?> container) implements SchemaRegistry {
        @Override
        public String url() {
            return "http://" + container.getHost() + ":" + container.getMappedPort(REGISTRY_PORT) + "/apis/ccompat/v7";
        }

        @Override
        public void close() {
            container.close();
        }
    }
}
