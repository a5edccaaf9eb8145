package io.warroom.e2e.faults;

import static org.awaitility.Awaitility.await;

import io.warroom.local.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * Kafka as operating system processes, one or three nodes that are broker and controller in one. Each can be killed and comes
 * back with its data on its ports. Beside the open listener there is one that wants a name and password, for whoever is to be
 * refused things. Whoever is missed is missed soon, under both group protocols.
 */
final class Brokers implements AutoCloseable {

    /** Who comes through the listener that asks for a name. */
    static final String NAME = "worker";

    private static final String PASSWORD = "not-a-secret";

    private record Node(int id, int port, int named, int controller) {}

    private final Path folder;
    private final String cluster = Uuid.randomUuid().toString();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    /** Starts so many nodes and waits until they are one cluster. */
    Brokers(Path folder, int count) throws IOException {
        this.folder = folder;
        for (int id = 1; id <= count; id++) {
            nodes.add(new Node(id, Ports.free("a broker"), Ports.free("a broker"), Ports.free("a controller")));
        }
        for (var node : nodes) {
            processes.add(launch(node));
        }
        awaitAll();
    }

    private Process launch(Node node) throws IOException {
        var home = Files.createDirectories(folder.resolve("broker-" + node.id()));
        var file = home.resolve("node.properties");
        try (var writer = Files.newBufferedWriter(file)) {
            settings(node, home).store(writer, null);
        }
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx320m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BrokerNode.class.getName(),
                        file.toString(),
                        cluster)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("broker.log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private Properties settings(Node node, Path home) {
        var settings = new Properties();
        int replicas = nodes.size();
        settings.setProperty("node.id", Integer.toString(node.id()));
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("log.dirs", home.resolve("log").toString());
        settings.setProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,NAMED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(node.port(), node.named(), node.controller()));
        settings.setProperty(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,NAMED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty("inter.broker.listener.name", "PLAINTEXT");
        settings.setProperty(
                "controller.quorum.voters",
                nodes.stream()
                        .map(one -> one.id() + "@127.0.0.1:" + one.controller())
                        .collect(Collectors.joining(",")));
        settings.setProperty("sasl.enabled.mechanisms", "PLAIN");
        settings.setProperty(
                "listener.name.named.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
                        .formatted(NAME, PASSWORD));
        settings.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.setProperty("super.users", "User:ANONYMOUS");
        settings.setProperty("allow.everyone.if.no.acl.found", "true");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.setProperty(topic + ".replication.factor", Integer.toString(replicas));
            settings.setProperty(topic + ".num.partitions", "4");
        }
        settings.setProperty("transaction.state.log.min.isr", Integer.toString(Math.min(2, replicas)));
        settings.setProperty("share.coordinator.state.topic.min.isr", Integer.toString(Math.min(2, replicas)));
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        // A node that is killed is missed soon: the default is 9 s.
        settings.setProperty("broker.heartbeat.interval.ms", "500");
        settings.setProperty("broker.session.timeout.ms", "3000");
        // A member that is killed is missed as the product ships it.
        settings.setProperty("group.consumer.min.session.timeout.ms", "10000");
        settings.setProperty("group.consumer.session.timeout.ms", "10000");
        settings.setProperty("group.consumer.min.heartbeat.interval.ms", "2000");
        settings.setProperty("group.consumer.heartbeat.interval.ms", "2000");
        // Compaction and retention when they are asked for, not minutes later.
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1_024 * 1_024));
        settings.setProperty("log.cleaner.backoff.ms", "500");
        settings.setProperty("log.retention.check.interval.ms", "1000");
        settings.setProperty("log.initial.task.delay.ms", "1000");
        return settings;
    }

    /** {@code host:port} of every node, for whoever may do all. */
    String bootstrap() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
    }

    /** A worker's arguments to come in by name. */
    List<String> byName() {
        return List.of(
                "--spring.kafka.bootstrap-servers="
                        + nodes.stream()
                                .map(node -> "127.0.0.1:" + node.named())
                                .collect(Collectors.joining(",")),
                "--spring.kafka.properties.security.protocol=SASL_PLAINTEXT",
                "--spring.kafka.properties.sasl.mechanism=PLAIN",
                "--spring.kafka.properties.sasl.jaas.config="
                        + "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
                                .formatted(NAME, PASSWORD));
    }

    int count() {
        return nodes.size();
    }

    /** {@code kill -9} of the node of that id, from 1. */
    void kill(int id) throws InterruptedException {
        processes.get(id - 1).destroyForcibly().waitFor();
    }

    /** {@code SIGTERM}: the node hands over what it leads, first. */
    void stop(int id) throws InterruptedException {
        var process = processes.get(id - 1);
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("broker " + id + " does not stop");
        }
    }

    /** Starts the node again, with its data, and waits until the cluster is whole. */
    void restart(int id) throws IOException {
        processes.set(id - 1, launch(nodes.get(id - 1)));
        awaitAll();
    }

    private void awaitAll() {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        if (IntStream.range(0, processes.size())
                                .anyMatch(i -> !processes.get(i).isAlive())) {
                            throw new IllegalStateException("a broker has ended; its log is in " + folder);
                        }
                        try {
                            return admin.describeCluster()
                                            .nodes()
                                            .get(10, TimeUnit.SECONDS)
                                            .size()
                                    == nodes.size();
                        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                            return false; // not yet
                        }
                    });
        }
    }

    @Override
    public void close() {
        for (var process : processes) {
            process.destroyForcibly();
        }
    }
}
