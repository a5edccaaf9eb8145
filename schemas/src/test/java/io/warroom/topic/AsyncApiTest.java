package io.warroom.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class AsyncApiTest {

    private static final Path DOCUMENT = Path.of("src/main/asyncapi/asyncapi.yaml");

    @Test
    void everyTopicOfTheCatalogueIsDescribedAsItIsCreated() throws Exception {
        var described = new TreeMap<String, Map<String, String>>();
        for (Object channel : map(document().get("channels")).values()) {
            var settings = new TreeMap<String, String>();
            map(at(channel, "bindings", "kafka", "topicConfiguration"))
                    .forEach((name, value) -> settings.put(
                            name,
                            value instanceof List<?> list
                                    ? String.join(
                                            ",",
                                            list.stream().map(String::valueOf).toList())
                                    : String.valueOf(value)));
            described.put(String.valueOf(map(channel).get("address")), settings);
        }

        var catalogue = new TreeMap<String, Map<String, String>>();
        for (Topic topic : Topic.values()) {
            var settings = new TreeMap<>(topic.settings());
            settings.keySet().retainAll(List.of("cleanup.policy", "retention.ms", "max.message.bytes"));
            catalogue.put(topic.name(""), settings);
        }
        assertThat(described).isEqualTo(catalogue);
    }

    @Test
    void everyPayloadIsTheSchemaOfItsTopic() throws Exception {
        for (Object channel : map(document().get("channels")).values()) {
            var topic = Arrays.stream(Topic.values())
                    .filter(one -> one.name("").equals(map(channel).get("address")))
                    .findFirst()
                    .orElseThrow();
            for (Object message : map(map(channel).get("messages")).values()) {
                if (topic.schema().isEmpty()) {
                    assertThat(map(message)).doesNotContainKey("payload");
                } else {
                    var file = DOCUMENT.resolveSibling(String.valueOf(at(message, "payload", "schema", "$ref")));
                    assertThat(file).isRegularFile();
                    assertThat(map(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file))))
                            .containsEntry("name", topic.schema().get().getName());
                }
            }
        }
    }

    @Test
    void everyChannelHasAnOperationThatSaysWhoWrites() throws Exception {
        var addressed = new ArrayList<String>();
        map(document().get("operations"))
                .values()
                .forEach(operation -> addressed.add(String.valueOf(at(operation, "channel", "$ref"))));

        assertThat(addressed)
                .containsExactlyInAnyOrderElementsOf(map(document().get("channels")).keySet().stream()
                        .map(name -> "#/channels/" + name)
                        .toList());
    }

    private static Map<String, Object> document() throws Exception {
        return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(DOCUMENT)));
    }

    private static Object at(Object root, String... path) {
        Object at = root;
        for (String step : path) {
            at = Objects.requireNonNull(map(at).get(step), step);
        }
        return at;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }
}
