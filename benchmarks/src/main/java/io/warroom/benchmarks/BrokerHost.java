package io.warroom.benchmarks;

import io.warroom.local.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A broker in a process of its own, until its standard input ends. */
public final class BrokerHost {

    private BrokerHost() {}

    public static void main(String[] arguments) throws IOException {
        var folder = Files.createTempDirectory("warroom-benchmark-");
        try (var broker = Broker.start(folder, 0)) {
            ChildJvm.say(ChildJvm.Word.READY, broker.bootstrapServers());
            while (System.in.read() >= 0) {
                // Nothing is said to it but its end.
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var everything = Files.walk(folder)) {
            for (var path : everything.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
