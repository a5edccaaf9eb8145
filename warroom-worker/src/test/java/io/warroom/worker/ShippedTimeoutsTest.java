package io.warroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the product ships, what its containers and local stack run with and what its tests run with is the same. */
class ShippedTimeoutsTest {

    private static final Path ROOT = Path.of("..");

    /** A setting of consumers or their brokers, in any spelling, and its value; not those between broker and controller. */
    private static final Pattern SETTING = Pattern.compile("(?i)(?<![a-z._])(?:kafka_)?"
            + "((?:group[._]consumer[._])?(?:session[._]timeout|heartbeat[._]interval)[._]ms|stop_grace_period)"
            + "[\"',:=\\s]+([0-9]+)");

    private static final Pattern TEXT = Pattern.compile(".*\\.(java|ya?ml|properties|sh)");

    @Test
    void productContainersAndTestsHaveOneSessionTimeout() throws IOException {
        var values = new TreeMap<String, TreeSet<String>>();
        var places = new TreeMap<String, TreeSet<String>>();
        try (var files = Files.walk(ROOT)) {
            for (var file : files.filter(ShippedTimeoutsTest::isSource).toList()) {
                var found = SETTING.matcher(Files.readString(file));
                while (found.find()) {
                    String name = found.group(1).toLowerCase(Locale.ROOT).replace('_', '.');
                    values.computeIfAbsent(name, none -> new TreeSet<>()).add(found.group(2));
                    places.computeIfAbsent(name, none -> new TreeSet<>())
                            .add(ROOT.relativize(file).toString().replace('\\', '/'));
                }
            }
        }

        assertThat(values)
                .as("found in %s", places)
                .containsAllEntriesOf(Map.of(
                        "session.timeout.ms", new TreeSet<>(Set.of("10000")),
                        "heartbeat.interval.ms", new TreeSet<>(Set.of("3000")),
                        "group.consumer.session.timeout.ms", new TreeSet<>(Set.of("10000")),
                        "group.consumer.heartbeat.interval.ms", new TreeSet<>(Set.of("2000")),
                        // More than the 10 s + 4 s that a worker takes to stop.
                        "stop.grace.period", new TreeSet<>(Set.of("30"))));
        assertThat(places.get("session.timeout.ms"))
                .contains(
                        "warroom-worker/src/main/resources/application.yaml",
                        "config-service/src/main/resources/application.yml");
        assertThat(places.get("group.consumer.session.timeout.ms"))
                .contains("docker-compose.yml", "local-stack/src/main/java/io/warroom/local/Broker.java");
    }

    private static boolean isSource(Path file) {
        String path = ROOT.relativize(file).toString().replace('\\', '/');
        return TEXT.matcher(path).matches()
                && !path.contains("target/")
                && !path.contains("node_modules/")
                && !path.startsWith(".");
    }
}
