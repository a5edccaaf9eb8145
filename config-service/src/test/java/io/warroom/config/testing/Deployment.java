package io.warroom.config.testing;

import io.warroom.config.ConfigService;
import io.warroom.config.sealing.GenerateKeys;
import io.warroom.config.setup.SetUp;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** One database, topics under a prefix of their own, and whatever instances of the service a test starts on them. */
public final class Deployment implements AutoCloseable {

    /** The base URL, besides the regions' names, that the instances allow. */
    public static final String ALLOWED_ENDPOINT = "http://127.0.0.1:9200/lark";

    private final String prefix = "config-" + UUID.randomUUID() + "-";
    private final String bootstrapServers;
    private final Backing.FreshDatabase database;
    private final List<String> arguments;
    private final List<Instance> started = new ArrayList<>();

    private Deployment(Path folder, String bootstrapServers) throws Exception {
        this.bootstrapServers = bootstrapServers;
        this.database = Backing.get().newDatabase();
        GenerateKeys.generate(folder.resolve("private.json"), folder.resolve("public.json"));
        var password = Files.writeString(folder.resolve("operator-password"), Instance.OPERATOR_PASSWORD);
        this.arguments = List.of(
                "--warroom.access.operator.password-file=" + password,
                "--server.port=0",
                "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                "--warroom.schema-registry-url=" + Backing.get().schemaRegistryUrl(),
                "--warroom.topics.prefix=" + prefix,
                "--warroom.topics.partitions=3",
                // Changes through a standby wait for the active instance's next look.
                "--warroom.outbox.poll-interval=50ms",
                "--warroom.topics.replication=1",
                "--warroom.rate-limits.key-changes-per-minute=10000",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--warroom.sealing.public-keyset=" + folder.resolve("public.json"),
                "--warroom.endpoints.allowed-base-urls=" + ALLOWED_ENDPOINT);
    }

    /** On the shared broker, its topics and schemas made. */
    public static Deployment inFolder(Path folder) throws Exception {
        return inFolder(folder, Backing.get().kafkaBootstrapServers());
    }

    /** On a broker of the test's own, its topics and schemas made. */
    public static Deployment inFolder(Path folder, String bootstrapServers) throws Exception {
        var deployment = new Deployment(folder, bootstrapServers);
        deployment.setUp();
        return deployment;
    }

    /** The deploy step; may be repeated. */
    public void setUp() {
        SetUp.main(arguments.toArray(String[]::new));
    }

    /**
     * Starts an instance.
     *
     * @param more properties that go before the deployment's own
     */
    public Instance start(String... more) {
        var instance = new Instance(
                new SpringApplicationBuilder(ConfigService.class).run(withOverrides(arguments, List.of(more))));
        started.add(instance);
        return instance;
    }

    /** One argument a property, the later one's value: Spring would join the values with a comma. */
    public static String[] withOverrides(List<String> arguments, List<String> more) {
        var byName = new LinkedHashMap<String, String>();
        Stream.concat(arguments.stream(), more.stream())
                .forEach(argument -> byName.put(argument.split("=", 2)[0], argument));
        return byName.values().toArray(String[]::new);
    }

    /** The properties that every instance has, as command line arguments. */
    public List<String> arguments() {
        return arguments;
    }

    /** The database. */
    public Backing.FreshDatabase database() {
        return database;
    }

    /** Straight to the database, past the instances. */
    public Jdbi jdbi() {
        return Jdbi.create(database.jdbcUrl(), database.user(), database.password())
                .installPlugin(new PostgresPlugin());
    }

    /** Ends the session by which an instance's relay is the active one. @return how many there were: one, or none just now */
    public int endRelaySession() {
        return jdbi().withHandle(
                        handle -> handle.createQuery("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_locks
                         WHERE locktype = 'advisory' AND granted
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""").mapTo(Integer.class).one());
    }

    /** Whether some instance's relay is the active one. */
    public boolean hasActiveRelay() {
        return jdbi().withHandle(
                        handle -> handle.createQuery("""
                        SELECT EXISTS (SELECT 1 FROM pg_locks
                         WHERE locktype = 'advisory' AND granted
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))""").mapTo(Boolean.class).one());
    }

    /** Stands before every topic's name. */
    public String prefix() {
        return prefix;
    }

    /** Stops what is still running. */
    @Override
    public void close() {
        started.forEach(Instance::close);
    }

    /** The values of a key, tombstones left out, in the order of the topic. */
    public List<GenericRecord> values(Topic topic, String key) {
        return records(topic, key).stream()
                .filter(record -> record.value() != null)
                .map(record -> (GenericRecord) record.value())
                .toList();
    }

    /**
     * The changes that a key's values are of, in the order of the topic: 1 is the first of the key's changes that is on a topic of
     * configuration, 2 the second, by their revisions.
     */
    public List<Long> changes(Topic topic, String key) {
        var revisions = Stream.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED, Topic.MEMBER_BOUND)
                .flatMap(each -> revisions(each, key).stream())
                .distinct()
                .sorted()
                .toList();
        return revisions(topic, key).stream()
                .map(revision -> revisions.indexOf(revision) + 1L)
                .filter(change -> change > 0)
                .toList();
    }

    /** The revisions of a key's values that no transaction took back, in the order of the topic. */
    public List<Long> revisions(Topic topic, String key) {
        return readCommitted(topic).stream()
                .filter(record -> record.key().equals(key) && record.value() != null)
                .map(record -> (Long) ((GenericRecord) record.value()).get("revision"))
                .toList();
    }

    /** The records of a key, in the order of the topic. */
    public List<ConsumerRecord<String, Object>> records(Topic topic, String key) {
        return read(topic).stream().filter(record -> record.key().equals(key)).toList();
    }

    /** Everything that is in the topic now, with what transactions took back. */
    public List<ConsumerRecord<String, Object>> read(Topic topic) {
        return read(topic, Map.of());
    }

    /** What of the topic can be read now that no transaction took back, values as the generated classes. */
    public List<ConsumerRecord<String, Object>> readCommitted(Topic topic) {
        return read(topic, Map.of("isolation.level", "read_committed", "specific.avro.reader", true));
    }

    private List<ConsumerRecord<String, Object>> read(Topic topic, Map<String, Object> more) {
        var properties = new HashMap<String, Object>(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "schema.registry.url",
                Backing.get().schemaRegistryUrl(),
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                "io.confluent.kafka.serializers.KafkaAvroDeserializer"));
        properties.putAll(more);
        try (var consumer = new KafkaConsumer<String, Object>(properties)) {
            var partitions = consumer.partitionsFor(topic.name(prefix)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<String, Object>>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }
}
