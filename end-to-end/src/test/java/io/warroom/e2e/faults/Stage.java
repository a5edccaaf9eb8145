package io.warroom.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.e2e.Product;
import io.warroom.e2e.SampleTenants;
import io.warroom.e2e.ServiceProcess;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import io.warroom.local.testing.Backing;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A whole product with the 30 sample tenants' apps enabled, ways to its parts that can go bad, workers that come and go, and
 * those who watch all the while. Close it.
 */
final class Stage implements AutoCloseable {

    /** What a worker is told to keep to: low, so that bounds are met. */
    static final int MOST_IN_FLIGHT = 300;

    /** In every incident's first message, and in no other. */
    static final String TITLE = "checkout is down";

    private static final int MOST_IN_A_PARTITION = 150;
    /** What the name of a closed room begins with. */
    private static final String RESOLVED = "[Resolved] ";

    final Brokers brokers;
    final Product product;
    final Admin admin;
    final PlatformTime platformTime = new PlatformTime();
    final Link toRegistry;
    final Link toDatabase;
    final Link toBroker;
    final Secrets secrets = new Secrets();
    final TopicWatch topics;
    final CommitWatch commits;
    final WorkerWatch workerWatch;
    /** Those that should be alive. */
    final List<ServiceProcess> workers = new CopyOnWriteArrayList<>();
    /** How long workers took that were told to stop. */
    final List<Duration> stops = new ArrayList<>();

    final List<JsonNode> tenants = new ArrayList<>();
    final String group;

    private final List<Link> platformLinks = new ArrayList<>();
    private final KafkaProducer<String, Object> producer;
    private @Nullable Protocol protocol;
    private List<String> startOptions = List.of();

    /** @param prefix of the topics' names */
    Stage(Brokers brokers, Path folder, String prefix) throws Exception {
        this.brokers = brokers;
        // One broker can be reached by a way that goes bad; three are themselves what goes bad.
        this.toBroker = Link.toBroker(brokers.bootstrap().split(",", 2)[0]);
        var registry = URI.create(Backing.get().schemaRegistryUrl());
        this.toRegistry = Link.to(registry.getAuthority());
        // Every database is on the one server.
        var database = URI.create(Backing.get().newDatabase().jdbcUrl().substring("jdbc:".length()));
        this.toDatabase = Link.to(database.getAuthority());
        this.product = new Product(
                folder,
                prefix,
                new Product.Routes(
                        brokers.bootstrap(),
                        brokers.count() == 1 ? toBroker.address() : brokers.bootstrap(),
                        registry.toString().replace(registry.getAuthority(), toRegistry.address()),
                        this::platforms,
                        url -> url.replace(database.getAuthority(), toDatabase.address())),
                brokers.count(),
                platformTime);
        this.group = prefix + "warroom-worker";
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrap()));
        secrets.add(product.operatorPassword());
        for (JsonNode tenant : SampleTenants.tenants()) {
            enable(tenant);
            tenants.add(tenant);
        }
        this.topics = new TopicWatch(product, secrets);
        this.commits = new CommitWatch(
                admin, group, product.topic(Topic.INCIDENT_DECLARED), this::partitionsOfWhatWorkersSay, topics);
        this.workerWatch = new WorkerWatch(secrets, MOST_IN_FLIGHT);
        this.producer = producer(brokers.bootstrap());
    }

    private String platforms(String simulator) {
        String authority = URI.create(simulator).getAuthority();
        var link = Link.to(authority);
        platformLinks.add(link);
        return simulator.replace(authority, link.address());
    }

    /** As an incident management system has it. */
    static KafkaProducer<String, Object> producer(String bootstrap) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("schema.registry.url", Backing.get().schemaRegistryUrl());
        settings.put("key.serializer", StringSerializer.class);
        settings.put("value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer");
        settings.put("partitioner.class", TenantPartitioner.class);
        settings.put("auto.register.schemas", false);
        settings.put("avro.remove.java.properties", true);
        settings.put("metadata.max.age.ms", 2_000);
        return new KafkaProducer<>(settings);
    }

    /** Enables an app for the tenant; its secrets must be found nowhere. */
    Map<String, Object> enable(JsonNode tenant) throws IOException, InterruptedException {
        var parameters = SampleTenants.enable(product, tenant);
        SampleTenants.secretsOf(parameters).forEach(secrets::add);
        return parameters;
    }

    Link toPlatforms() {
        return platformLinks.getFirst();
    }

    /** Where the workers' topics end; the partitions that there are now. */
    private List<TopicPartition> partitionsOfWhatWorkersSay() {
        var names = List.of(
                product.topic(Topic.INCIDENT_DECLARED),
                product.topic(Topic.WAR_ROOM_OPENED),
                product.topic(Topic.WAR_ROOM_FAILED),
                product.topic(Topic.WAR_ROOM_CLOSED),
                product.topic(Topic.INCIDENT_PARKED),
                product.topic(Topic.INCIDENT_REJECTED));
        try {
            return admin.describeTopics(names).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .toList();
        } catch (ExecutionException e) {
            return List.of(); // a topic is being made anew
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** Waits until the watch has read what workers have written so far. */
    void awaitRead() throws InterruptedException, ExecutionException {
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(partitionsOfWhatWorkersSay().stream()
                        .collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())))
                .all()
                .get()
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> topics.hasRead(ends));
    }

    /** All workers share by this protocol from now on; those of another are stopped. */
    void protocol(Protocol wanted) throws InterruptedException {
        if (protocol != wanted) {
            stopAll();
            protocol = wanted;
        }
    }

    /** All workers are launched with this cache of their classes from now on. */
    void startFrom(Path cache) {
        startOptions = List.of("-XX:AOTCache=" + cache);
    }

    /** Launches one more worker, which is soon ready. */
    ServiceProcess launch(List<String> machineOptions, List<String> more) throws IOException {
        return launch(machineOptions, more, Map.of());
    }

    /** As above, with more of an environment. */
    ServiceProcess launch(List<String> machineOptions, List<String> more, Map<String, String> environment)
            throws IOException {
        if (protocol == null) {
            throw new IllegalStateException("no protocol was chosen");
        }
        var arguments = new ArrayList<>(protocol.arguments());
        // It gives up soon what a platform does not answer, and is missed soon when it does not poll.
        arguments.add("--warroom.opening.patience=6s");
        arguments.add("--spring.kafka.consumer.properties.max.poll.interval.ms=10000");
        arguments.add("--spring.kafka.consumer.properties.metadata.max.age.ms=5000");
        arguments.add("--spring.kafka.producer.properties.metadata.max.age.ms=5000");
        arguments.add("--warroom.intake.per-worker=" + MOST_IN_FLIGHT);
        arguments.add("--warroom.intake.per-partition=" + MOST_IN_A_PARTITION);
        arguments.addAll(more);
        var options =
                Stream.concat(startOptions.stream(), machineOptions.stream()).toList();
        var worker = product.launchWorker(options, arguments, environment);
        workers.add(worker);
        workerWatch.add(worker);
        return worker;
    }

    /** So many workers are there and ready, not more and not fewer. */
    void requireWorkers(int count) throws IOException, InterruptedException {
        workers.removeIf(worker -> !worker.isAlive());
        while (workers.size() > count) {
            stop(workers.getLast());
        }
        while (workers.size() < count) {
            launch(List.of(), List.of());
        }
        for (var worker : workers) {
            worker.awaitReady();
        }
    }

    /** {@code kill -9}. */
    void kill(ServiceProcess worker) throws InterruptedException {
        workerWatch.leave(worker);
        workers.remove(worker);
        worker.kill();
    }

    /** {@code SIGTERM}. */
    void stop(ServiceProcess worker) throws InterruptedException {
        workerWatch.leave(worker);
        workers.remove(worker);
        var took = worker.terminate(WorkerWatch.longestStop());
        synchronized (stops) {
            stops.add(took);
        }
    }

    void stopAll() throws InterruptedException {
        for (var worker : List.copyOf(workers)) {
            stop(worker);
        }
    }

    /** Declares so many incidents of these tenants in turn, as an incident management system would; gives their keys. */
    List<String> declare(String prefix, int count, List<JsonNode> of) throws InterruptedException, ExecutionException {
        var keys = new ArrayList<String>();
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < count; i++) {
            var incident = incident(of.get(i % of.size()), prefix + "-" + i);
            sent.add(producer.send(
                    new ProducerRecord<>(product.topic(Topic.INCIDENT_DECLARED), incident.getTenantId(), incident)));
            keys.add(incident.getTenantId() + "/" + incident.getIncidentId());
        }
        for (var one : sent) {
            assertThat(one.get().offset()).isNotNegative();
        }
        return keys;
    }

    /** With three people of the tenant. */
    static IncidentDeclared incident(JsonNode tenant, String id) {
        var incident =
                IncidentDeclaration.of(tenant.path("tenantId").asString(), id, TITLE, Severity.P1, Instant.EPOCH);
        for (int i = 0; i < 3; i++) {
            JsonNode person = tenant.path("people").get(i);
            incident.responder(
                    person.path("personId").asString(),
                    person.path("name").asString(),
                    i == 0 ? Role.COMMANDER : Role.RESPONDER,
                    person.path("email").asString(),
                    person.path("mobile").asString());
        }
        return incident.build();
    }

    /** Puts an update or a resolution where an incident management system would. */
    Future<RecordMetadata> send(Topic topic, String tenantId, Object event) {
        return producer.send(new ProducerRecord<>(product.topic(topic), tenantId, event));
    }

    /** The rooms that the simulator has, by the incident that their names begin with. */
    Map<String, List<JsonNode>> rooms(Collection<String> incidents) throws IOException, InterruptedException {
        var rooms = new HashMap<String, List<JsonNode>>();
        var ids = incidents.stream().map(TenantPartitioner::tenantOf).distinct().toList();
        for (String tenant : ids) {
            for (JsonNode room :
                    product.simulator("GET", "/rooms?tenant=" + tenant, null).path("rooms")) {
                String name = room.path("name").asString();
                String incident = tenant + "/"
                        + name.substring(name.startsWith(RESOLVED) ? RESOLVED.length() : 0)
                                .split(" ", 2)[0];
                rooms.computeIfAbsent(incident, none -> new ArrayList<>()).add(room);
            }
        }
        return rooms;
    }

    static List<String> ids(List<JsonNode> rooms) {
        return rooms.stream().map(room -> room.path("roomId").asString()).toList();
    }

    /** Whether the simulator's room contains a message with that text. */
    static boolean contains(JsonNode room, String text) {
        return room.path("messages")
                .valueStream()
                .anyMatch(message -> message.path("text").asString().contains(text));
    }

    /** Nothing is in anybody's way any more. */
    void heal() throws IOException, InterruptedException {
        toBroker.heal();
        toRegistry.heal();
        toDatabase.heal();
        platformLinks.forEach(Link::heal);
        product.faults(List.of());
    }

    List<String> topicNames() {
        return Arrays.stream(Topic.values()).map(product::topic).toList();
    }

    @Override
    public void close() throws IOException {
        try {
            heal();
            stopAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            topics.close();
            commits.close();
            workerWatch.close();
            producer.close(Duration.ofSeconds(5));
            admin.close(Duration.ofSeconds(5));
            product.close();
            toBroker.close();
            toRegistry.close();
            toDatabase.close();
            for (var link : platformLinks) {
                link.close();
            }
        }
    }
}
