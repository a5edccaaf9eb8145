package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.warroom.local.testing.Backing;
import io.warroom.simulator.Simulator;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole product for one test class: backing parts, simulator, config service and workers, under a topic prefix of its own. */
public final class Product implements AutoCloseable {

    public static final JsonMapper JSON = JsonMapper.builder().build();

    /** A host's name that apps may have for the platforms, and that nobody resolves who was not told. */
    public static final String PLATFORMS_NAME = "platforms.test";

    private static final List<Product> OPEN = new CopyOnWriteArrayList<>();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> answers = new ArrayList<>();
    private final String operatorPassword = UUID.randomUUID().toString();
    private final String prefix;
    private final String brokers;
    private final String platformsUrl;
    private Backing.FreshDatabase database;
    private final Simulator simulator;
    private List<String> configArguments;
    private ServiceProcess configService;
    private final Path folder;
    private final List<String> workerArguments;
    private final List<ServiceProcess> workers = new CopyOnWriteArrayList<>();

    /**
     * By which way the services reach the backing parts and the platforms.
     *
     * @param brokers the way of whoever is not a worker
     * @param kafka the workers' way to the brokers
     * @param registry the workers' way
     * @param platforms from the simulator's address to the one that apps have
     * @param database from the database's address to the one that the config service has
     */
    public record Routes(
            String brokers,
            String kafka,
            String registry,
            UnaryOperator<String> platforms,
            UnaryOperator<String> database) {
        public static Routes direct() {
            String brokers = Backing.get().kafkaBootstrapServers();
            return new Routes(
                    brokers,
                    brokers,
                    Backing.get().schemaRegistryUrl(),
                    UnaryOperator.identity(),
                    UnaryOperator.identity());
        }
    }

    /** Without a worker, on one broker, by the time of this machine. */
    public Product(Path folder, String prefix, Routes routes) throws Exception {
        this(folder, prefix, routes, 1, Clock.systemUTC());
    }

    /**
     * Without a worker; the set-up and the config service's start take no detour but to the database and to platforms.
     *
     * @param replicas of every partition
     * @param platformTime by which tokens expire and platforms forget
     */
    public Product(Path folder, String prefix, Routes routes, int replicas, Clock platformTime) throws Exception {
        this.prefix = prefix;
        this.brokers = routes.brokers();
        this.folder = folder;
        this.database = Backing.get().newDatabase();
        this.simulator = Simulator.start("127.0.0.1", 0, platformTime);
        this.platformsUrl = routes.platforms().apply(simulator.baseUrl());
        String platforms = "%1$s/wecom,%1$s/dingtalk,%1$s/lark,%2$s/wecom,%2$s/dingtalk,%2$s/lark"
                .formatted(platformsUrl, platformsUrl.replace("127.0.0.1", PLATFORMS_NAME));
        var privateKeys = folder.resolve("private.json");
        var publicKeys = folder.resolve("public.json");
        var shared = List.of(
                "--warroom.topics.prefix=" + prefix,
                // What a log says at its most talkative is searched for secrets, too.
                "--logging.level.io.warroom=trace",
                "--logging.level.org.springframework.web=debug");
        ServiceProcess.run(
                "warroom.config-service.jar",
                folder.resolve("keys.log"),
                List.of("--generate-keys", "--private", privateKeys.toString(), "--public", publicKeys.toString()));
        var password = Files.writeString(folder.resolve("operator-password"), operatorPassword);
        var config = new ArrayList<>(shared);
        config.add("--warroom.access.operator.password-file=" + password);
        config.addAll(List.of(
                "--spring.kafka.bootstrap-servers=" + brokers,
                "--warroom.schema-registry-url=" + Backing.get().schemaRegistryUrl(),
                "--warroom.topics.partitions=4",
                "--warroom.topics.replication=" + replicas,
                "--warroom.sealing.public-keyset=" + publicKeys,
                "--warroom.endpoints.allowed-base-urls=" + platforms));
        config.addAll(datasource(database, routes.database()));
        var setup = new ArrayList<>(config);
        setup.addFirst("--setup");
        ServiceProcess.run("warroom.config-service.jar", folder.resolve("setup.log"), setup);
        this.configArguments = List.copyOf(config);
        this.configService =
                ServiceProcess.start("warroom.config-service.jar", folder.resolve("config-service.log"), config);
        var work = new ArrayList<>(shared);
        work.add("--spring.kafka.bootstrap-servers=" + routes.kafka());
        work.add("--warroom.schema-registry-url=" + routes.registry());
        work.add("--warroom.sealing.private-keyset=" + privateKeys);
        work.add("--warroom.platform.allowed-base-urls=" + platforms);
        this.workerArguments = List.copyOf(work);
        OPEN.add(this);
    }

    /** Those that are not closed, for whoever must tell why a test failed. */
    static List<Product> open() {
        return List.copyOf(OPEN);
    }

    /** The config service and every worker that was launched. */
    List<ServiceProcess> services() {
        return Stream.concat(Stream.of(configService), workers.stream()).toList();
    }

    /** Launches one more worker, which is soon ready; it ends with the product or before. From any thread. */
    public ServiceProcess launchWorker(String... more) throws IOException {
        return launchWorker(List.of(), List.of(more), Map.of());
    }

    /** As above, with options for the virtual machine and more of an environment; of arguments with one name the last counts. */
    public ServiceProcess launchWorker(List<String> machineOptions, List<String> more, Map<String, String> environment)
            throws IOException {
        var byName = new LinkedHashMap<String, String>();
        Stream.concat(workerArguments.stream(), more.stream())
                .forEach(argument -> byName.put(argument.split("=", 2)[0], argument));
        var arguments = List.copyOf(byName.values());
        var log = Files.createTempFile(folder, "worker-", ".log");
        var worker = ServiceProcess.launched("warroom.worker.jar", log, machineOptions, arguments, environment);
        workers.add(worker);
        return worker;
    }

    public ServiceProcess configService() {
        return configService;
    }

    /** Another one, after the last was killed. */
    public void restartConfigService() throws IOException {
        configService.close();
        var log = Files.createTempFile(folder, "config-service-", ".log");
        configService = ServiceProcess.start("warroom.config-service.jar", log, configArguments);
    }

    /** The database is lost: the config service gets an empty one, restores it from the topics, and is started again. */
    public void rebuildInAnEmptyDatabase() throws IOException, InterruptedException {
        configService.close();
        database = Backing.get().newDatabase();
        var arguments = new ArrayList<>(configArguments);
        arguments.removeIf(argument -> argument.startsWith("--spring.datasource."));
        arguments.addAll(datasource(database, UnaryOperator.identity()));
        configArguments = List.copyOf(arguments);
        var rebuild = new ArrayList<>(List.of("rebuild", "--from-topics"));
        rebuild.addAll(configArguments);
        ServiceProcess.run("warroom.config-service.jar", folder.resolve("rebuild.log"), rebuild);
        restartConfigService();
    }

    private static List<String> datasource(Backing.FreshDatabase database, UnaryOperator<String> route) {
        return List.of(
                "--spring.datasource.url=" + route.apply(database.jdbcUrl()),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password());
    }

    /** The base URL of all platforms, as apps have it. */
    public String platformsUrl() {
        return platformsUrl;
    }

    /** {@code host:port} of the simulator, without a detour. */
    public String simulatorAuthority() {
        return URI.create(simulator.baseUrl()).getAuthority();
    }

    /** Asks or tells the simulator, behind {@code /sim/v1}; the answer's body. */
    public JsonNode simulator(String method, String path, @Nullable Object body)
            throws IOException, InterruptedException {
        var answer = send(method, simulator.baseUrl() + "/sim/v1" + path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body());
    }

    /** {@code host:port} of brokers, without a detour. */
    public String brokers() {
        return brokers;
    }

    public String topic(Topic topic) {
        return topic.name(prefix);
    }

    public Backing.FreshDatabase database() {
        return database;
    }

    /** What nobody may find anywhere, besides the apps' secrets. */
    public String operatorPassword() {
        return operatorPassword;
    }

    /** A request to the config service as its operator, behind {@code /api/v1}. From any thread. */
    public HttpRequest.Builder request(String method, String path, @Nullable Object body) {
        var operator = "Basic "
                + Base64.getEncoder().encodeToString(("operator:" + operatorPassword).getBytes(StandardCharsets.UTF_8));
        return requestTo(
                method, configService.url() + "/api/v1" + path, body, "Authorization", operator, "If-Match", "*");
    }

    /** Sends JSON to the config service, as its operator. */
    public HttpResponse<String> api(String method, String path, @Nullable Object body)
            throws IOException, InterruptedException {
        var answer = http.send(
                request(method, path, body).timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        answers.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    /** Tells the simulator about a tenant's organisation. */
    public void organisation(String tenant, Map<String, Object> organisation) throws IOException, InterruptedException {
        var answer = send("PUT", simulator.baseUrl() + "/sim/v1/tenants/" + tenant, organisation);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }

    /** The rooms that the simulator has seen. */
    public List<JsonNode> rooms() throws IOException, InterruptedException {
        var rooms = new ArrayList<JsonNode>();
        JSON.readTree(send("GET", simulator.baseUrl() + "/sim/v1/rooms", null).body())
                .path("rooms")
                .forEach(rooms::add);
        return rooms;
    }

    /** Replaces the faults that wait in the simulator; each is as its {@code /sim/v1/faults} takes it. */
    public void faults(List<Map<String, Object>> faults) throws IOException, InterruptedException {
        var answer = send("PUT", simulator.baseUrl() + "/sim/v1/faults", Map.of("faults", faults));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** How many calls the simulator has had from a tenant. */
    public long calls(String tenant) throws IOException, InterruptedException {
        var answer = send("GET", simulator.baseUrl() + "/sim/v1/calls?tenant=" + tenant, null);
        return JSON.readTree(answer.body()).path("total").asLong(-1);
    }

    private HttpResponse<String> send(String method, String url, @Nullable Object body, String... headers)
            throws IOException, InterruptedException {
        return http.send(
                requestTo(method, url, body, headers)
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder requestTo(String method, String url, @Nullable Object body, String... headers) {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(
                        body instanceof String text ? text : JSON.writeValueAsString(body));
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .method(method, publisher);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    /** Everything that is in a topic now, values as a stock Confluent deserializer reads them. */
    public List<ConsumerRecord<String, Object>> records(Topic topic) {
        var records = read(topic, new StringDeserializer(), stockDeserializer());
        // Said again, as the same event, when the room's first message is in.
        records.removeIf(record -> record.headers().lastHeader("warroom-unbriefed") != null);
        return records;
    }

    /** One value as a stock Confluent deserializer reads it. */
    public Object deserialize(ConsumerRecord<byte[], byte[]> record) {
        try (var deserializer = stockDeserializer()) {
            return deserializer.deserialize(record.topic(), record.headers(), record.value());
        }
    }

    private static KafkaAvroDeserializer stockDeserializer() {
        var deserializer = new KafkaAvroDeserializer();
        deserializer.configure(Map.of("schema.registry.url", Backing.get().schemaRegistryUrl()), false);
        return deserializer;
    }

    /** Everything that is in a topic now, byte for byte. */
    public List<ConsumerRecord<byte[], byte[]>> bytes(Topic topic) {
        return read(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private <K, V> List<ConsumerRecord<K, V>> read(Topic topic, Deserializer<K> keys, Deserializer<V> values) {
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", brokers), keys, values)) {
            var partitions = consumer.partitionsFor(topic(topic)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<K, V>>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    /** Puts bytes on incident-declared, as anybody could. */
    public void declareBytes(String key, byte @Nullable [] value) throws InterruptedException, ExecutionException {
        var values = new ArrayList<byte @Nullable []>();
        values.add(value);
        declareBytes(key, values);
    }

    /** As above, one after the other. */
    public void declareBytes(String key, List<byte @Nullable []> values)
            throws InterruptedException, ExecutionException {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", brokers),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (var value : values) {
                sent.add(producer.send(new ProducerRecord<>(
                        topic(Topic.INCIDENT_DECLARED), 0, key.getBytes(StandardCharsets.UTF_8), value)));
            }
            for (var one : sent) {
                one.get();
            }
        }
    }

    /** All that the services have said so far, to logs and to callers. */
    public String everythingSaid() throws IOException {
        var said = new StringBuilder(configService.log());
        for (var worker : workers) {
            said.append(worker.log());
        }
        return said + String.join("\n", answers);
    }

    @Override
    public void close() {
        OPEN.remove(this);
        workers.forEach(ServiceProcess::close);
        configService.close();
        simulator.close();
    }
}
