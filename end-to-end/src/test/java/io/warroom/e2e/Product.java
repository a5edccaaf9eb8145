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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole product for one test class: backing parts, simulator, config service and workers, under a topic prefix of its own. */
final class Product implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> answers = new ArrayList<>();
    private final String operatorPassword = UUID.randomUUID().toString();
    private final String prefix;
    private final Backing.FreshDatabase database;
    private final Simulator simulator;
    private final ServiceProcess configService;
    private final Path folder;
    private final List<String> workerArguments;
    private final List<ServiceProcess> workers = new CopyOnWriteArrayList<>();

    /** By which way the services reach the backing parts. */
    record Routes(String kafka, String registry, UnaryOperator<String> database) {
        static Routes direct() {
            return new Routes(
                    Backing.get().kafkaBootstrapServers(), Backing.get().schemaRegistryUrl(), UnaryOperator.identity());
        }
    }

    /** Without a worker; the set-up and the config service's start take no detour but to the database. */
    Product(Path folder, String prefix, Routes routes) throws Exception {
        this.prefix = prefix;
        this.folder = folder;
        this.database = Backing.get().newDatabase();
        this.simulator = Simulator.start("127.0.0.1", 0);
        String platforms = "%1$s/wecom,%1$s/dingtalk,%1$s/lark".formatted(simulator.baseUrl());
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
                "--spring.kafka.bootstrap-servers=" + Backing.get().kafkaBootstrapServers(),
                "--warroom.schema-registry-url=" + Backing.get().schemaRegistryUrl(),
                "--spring.datasource.url=" + routes.database().apply(database.jdbcUrl()),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--warroom.topics.partitions=4",
                "--warroom.topics.replication=1",
                "--warroom.sealing.public-keyset=" + publicKeys,
                "--warroom.endpoints.allowed-base-urls=" + platforms));
        var setup = new ArrayList<>(config);
        setup.addFirst("--setup");
        ServiceProcess.run("warroom.config-service.jar", folder.resolve("setup.log"), setup);
        this.configService =
                ServiceProcess.start("warroom.config-service.jar", folder.resolve("config-service.log"), config);
        var work = new ArrayList<>(shared);
        work.add("--spring.kafka.bootstrap-servers=" + routes.kafka());
        work.add("--warroom.schema-registry-url=" + routes.registry());
        work.add("--warroom.sealing.private-keyset=" + privateKeys);
        work.add("--warroom.platform.allowed-base-urls=" + platforms);
        this.workerArguments = List.copyOf(work);
    }

    /** Launches one more worker, which is soon ready; it ends with the product or before. From any thread. */
    ServiceProcess launchWorker(String... more) throws IOException {
        var arguments = new ArrayList<>(workerArguments);
        arguments.addAll(List.of(more));
        var log = Files.createTempFile(folder, "worker-", ".log");
        var worker = ServiceProcess.launched("warroom.worker.jar", log, arguments);
        workers.add(worker);
        return worker;
    }

    ServiceProcess configService() {
        return configService;
    }

    String simulatorUrl() {
        return simulator.baseUrl();
    }

    String topic(Topic topic) {
        return topic.name(prefix);
    }

    Backing.FreshDatabase database() {
        return database;
    }

    /** What nobody may find anywhere, besides the apps' secrets. */
    String operatorPassword() {
        return operatorPassword;
    }

    /** Sends JSON to the config service, as its operator. */
    HttpResponse<String> api(String method, String path, @Nullable Object body)
            throws IOException, InterruptedException {
        var operator = "Basic "
                + Base64.getEncoder().encodeToString(("operator:" + operatorPassword).getBytes(StandardCharsets.UTF_8));
        var answer =
                send(method, configService.url() + "/api/v1" + path, body, "Authorization", operator, "If-Match", "*");
        answers.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    /** Tells the simulator about a tenant's organisation. */
    void organisation(String tenant, Map<String, Object> organisation) throws IOException, InterruptedException {
        var answer = send("PUT", simulator.baseUrl() + "/sim/v1/tenants/" + tenant, organisation);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }

    /** The rooms that the simulator has seen. */
    List<JsonNode> rooms() throws IOException, InterruptedException {
        var rooms = new ArrayList<JsonNode>();
        JSON.readTree(send("GET", simulator.baseUrl() + "/sim/v1/rooms", null).body())
                .path("rooms")
                .forEach(rooms::add);
        return rooms;
    }

    /** Replaces the faults that wait in the simulator; each is as its {@code /sim/v1/faults} takes it. */
    void faults(List<Map<String, Object>> faults) throws IOException, InterruptedException {
        var answer = send("PUT", simulator.baseUrl() + "/sim/v1/faults", Map.of("faults", faults));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** How many calls the simulator has had from a tenant. */
    long calls(String tenant) throws IOException, InterruptedException {
        var answer = send("GET", simulator.baseUrl() + "/sim/v1/calls?tenant=" + tenant, null);
        return JSON.readTree(answer.body()).path("total").asLong(-1);
    }

    private HttpResponse<String> send(String method, String url, @Nullable Object body, String... headers)
            throws IOException, InterruptedException {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(
                        body instanceof String text ? text : JSON.writeValueAsString(body));
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(method, publisher);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Everything that is in a topic now, values as a stock Confluent deserializer reads them. */
    List<ConsumerRecord<String, Object>> records(Topic topic) {
        var records = read(topic, new StringDeserializer(), stockDeserializer());
        // Said again, as the same event, when the room's first message is in.
        records.removeIf(record -> record.headers().lastHeader("warroom-unbriefed") != null);
        return records;
    }

    /** One value as a stock Confluent deserializer reads it. */
    Object deserialize(ConsumerRecord<byte[], byte[]> record) {
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
    List<ConsumerRecord<byte[], byte[]>> bytes(Topic topic) {
        return read(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private <K, V> List<ConsumerRecord<K, V>> read(Topic topic, Deserializer<K> keys, Deserializer<V> values) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()), keys, values)) {
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
    void declareBytes(String key, byte @Nullable [] value) throws InterruptedException, ExecutionException {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic(Topic.INCIDENT_DECLARED), 0, key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }

    /** All that the services have said so far, to logs and to callers. */
    String everythingSaid() throws IOException {
        var said = new StringBuilder(configService.log());
        for (var worker : workers) {
            said.append(worker.log());
        }
        return said + String.join("\n", answers);
    }

    @Override
    public void close() {
        workers.forEach(ServiceProcess::close);
        configService.close();
        simulator.close();
    }
}
