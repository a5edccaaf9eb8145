package io.warroom.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A one-node Kafka broker (KRaft, broker and controller in one) in this process, on 127.0.0.1. Its storage is formatted on the
 * first start and kept. Started once, closed once; safe to close from another thread.
 */
public final class Broker implements AutoCloseable {
    private static final int NODE_ID = 1;

    private final KafkaRaftServer server;
    private final int port;

    private Broker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts the broker and waits until it takes requests.
     *
     * @param dataDir made when missing; what it holds from an earlier start is served again
     * @param port 0 for a free one
     * @throws LocalStackException when the port is taken or the storage cannot be used
     */
    public static Broker start(Path dataDir, int port) {
        var listen = Ports.choose(port, "the Kafka broker");
        var controller = Ports.choose(0, "the Kafka controller");
        var settings = settings(dataDir.toAbsolutePath(), listen, controller);
        try {
            Files.createDirectories(dataDir);
            formatOnce(dataDir, settings);
        } catch (IOException e) {
            throw new LocalStackException("The Kafka broker cannot use " + dataDir + ": " + e, e);
        }
        var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new LocalStackException("The Kafka broker did not start: " + e.getMessage(), e);
        }
        return new Broker(server, listen);
    }

    /** {@code host:port}, for any Kafka client. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops the broker after its logs are flushed; the data stays. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties settings(Path dataDir, int listen, int controller) {
        var settings = new Properties();
        settings.setProperty("node.id", Integer.toString(NODE_ID));
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("log.dirs", dataDir.resolve("log").toString());
        settings.setProperty("listeners", "PLAINTEXT://127.0.0.1:" + listen + ",CONTROLLER://127.0.0.1:" + controller);
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + listen);
        settings.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.setProperty("controller.listener.names", "CONTROLLER");
        settings.setProperty("inter.broker.listener.name", "PLAINTEXT");
        // A quorum fixed in the settings, so that the controller's port may be another one at every start.
        settings.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controller);
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("offsets.topic.num.partitions", "4");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("transaction.state.log.num.partitions", "4");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.num.partitions", "4");
        // The first consumer of a group would wait three seconds for others to join.
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        // Under KIP-848 whoever comes or goes is learnt of with two heartbeats, of 5 s by default.
        settings.setProperty("group.consumer.min.heartbeat.interval.ms", "2000");
        settings.setProperty("group.consumer.heartbeat.interval.ms", "2000");
        // A member that dies without leaving is missed as soon as under the classic protocol; the default is 45 s.
        settings.setProperty("group.consumer.min.session.timeout.ms", "10000");
        settings.setProperty("group.consumer.session.timeout.ms", "10000");
        // Topics have settings that matter: a misspelt one must fail and not be made with the defaults.
        settings.setProperty("auto.create.topics.enable", "false");
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024));
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "4");
        return settings;
    }

    private static void formatOnce(Path dataDir, Properties settings) throws IOException {
        if (Files.exists(dataDir.resolve("log").resolve("meta.properties"))) {
            return;
        }
        var file = dataDir.resolve("format.properties");
        try (var writer = Files.newBufferedWriter(file)) {
            settings.store(writer, "The settings this storage was formatted with");
        }
        var said = new ByteArrayOutputStream();
        var arguments = new String[] {
            "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString(), "--ignore-formatted"
        };
        int status = StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new LocalStackException("The storage of the Kafka broker could not be formatted: "
                    + said.toString(StandardCharsets.UTF_8).strip());
        }
    }
}
