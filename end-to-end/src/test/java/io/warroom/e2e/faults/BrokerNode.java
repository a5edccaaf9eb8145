package io.warroom.e2e.faults;

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
import org.apache.kafka.common.utils.Time;

/** A node of a Kafka cluster, broker and controller in one, as a program of its own: what can be killed. */
final class BrokerNode {

    private BrokerNode() {}

    /** Runs until it is told to stop; the arguments are the file of its settings and the cluster's id. */
    public static void main(String[] arguments) throws IOException {
        var file = Path.of(arguments[0]);
        var settings = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        }
        if (!Files.exists(Path.of(settings.getProperty("log.dirs"), "meta.properties"))) {
            var said = new ByteArrayOutputStream();
            int status = StorageTool.execute(
                    new String[] {"format", "--cluster-id", arguments[1], "--config", file.toString()},
                    new PrintStream(said, true, StandardCharsets.UTF_8));
            if (status != 0) {
                throw new IllegalStateException("formatting: " + said.toString(StandardCharsets.UTF_8));
            }
        }
        var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop-broker"));
        server.startup();
        server.awaitShutdown();
    }
}
