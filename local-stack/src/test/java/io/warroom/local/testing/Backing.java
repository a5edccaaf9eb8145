package io.warroom.local.testing;

/**
 * What integration tests stand on: one broker, one PostgreSQL and one schema registry per JVM, each started when first asked
 * for and stopped when the JVM ends. The system property {@code warroom.backing} chooses where they run: {@code embedded}
 * (the default: on this machine) or {@code containers} (Testcontainers). Thread-safe.
 */
public final class Backing {
    /** The system property that chooses where the parts run. */
    public static final String PROPERTY = "warroom.backing";

    private final Once<Parts.Kafka> kafka;
    private final Once<Parts.Postgres> postgres;
    private final Once<Parts.SchemaRegistry> registry;

    Backing(Parts parts) {
        this.kafka = new Once<>(parts::startKafka);
        this.postgres = new Once<>(parts::startPostgres);
        this.registry = new Once<>(parts::startRegistry);
    }

    /** The JVM's own. */
    public static Backing get() {
        return Shared.INSTANCE;
    }

    /** Whether the parts run on this machine, beside or in this JVM, and not in containers. */
    public static boolean isEmbedded() {
        return kind() == Kind.EMBEDDED;
    }

    /** {@code host:port} of the broker. */
    public String kafkaBootstrapServers() {
        return kafka.get().bootstrapServers();
    }

    /** For {@code schema.registry.url}. */
    public String schemaRegistryUrl() {
        return registry.get().url();
    }

    /** A new, empty database, for the caller alone. */
    public FreshDatabase newDatabase() {
        return postgres.get().newDatabase();
    }

    /** As {@link #newDatabase()}, for whoever needs no more than its address; user and password are in it. */
    public String jdbcUrl() {
        var database = newDatabase();
        return database.jdbcUrl() + "?user=" + database.user() + "&password=" + database.password();
    }

    /** An empty database: its JDBC address and who may enter. */
    public record FreshDatabase(String jdbcUrl, String user, String password) {}

    enum Kind {
        EMBEDDED,
        CONTAINERS
    }

    static Kind kind() {
        return kind(System.getProperty(PROPERTY, "embedded"));
    }

    static Kind kind(String value) {
        return switch (value) {
            case "embedded" -> Kind.EMBEDDED;
            case "containers" -> Kind.CONTAINERS;
            default ->
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + "=" + value + ": only 'embedded' and 'containers' are known.");
        };
    }

    private void stop() {
        kafka.ifStarted(Parts.Kafka::close);
        registry.ifStarted(Parts.SchemaRegistry::close);
        postgres.ifStarted(Parts.Postgres::close);
    }

    private static final class Shared {
        static final Backing INSTANCE = create();

        private static Backing create() {
            var parts = switch (kind()) {
                case EMBEDDED -> new EmbeddedParts();
                case CONTAINERS -> new ContainerParts();
            };
            var backing = new Backing(parts);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                backing.stop();
                                parts.close();
                            },
                            "stop-backing"));
            return backing;
        }
    }
}
