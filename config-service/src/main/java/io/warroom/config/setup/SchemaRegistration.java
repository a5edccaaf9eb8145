package io.warroom.config.setup;

import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers the schemas with a Confluent-compatible registry, each subject BACKWARD_TRANSITIVE. Each is registered twice:
 * as Java's generated classes carry it ({@code avro.java.string}) and, latest, as the contract says; so producers in any
 * language find theirs without settings.
 */
final class SchemaRegistration implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String url;
    private final String prefix;
    private final Consumer<String> report;

    SchemaRegistration(String url, String prefix, Consumer<String> report) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.prefix = prefix;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        for (var topic : Topic.values()) {
            var schema = topic.schema();
            if (schema.isPresent()) {
                register(topic.subject(prefix), schema.get());
            }
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private void register(String subject, Schema schema) throws IOException, InterruptedException {
        // A registry may know settings only of subjects that exist; a new subject gets them behind its first version.
        boolean guarded = guard(subject);
        int javaId = version(subject, schema.toString());
        if (!guarded && !guard(subject)) {
            throw new SetUpException(
                    "the registry does not take the compatibility of " + subject
                            + ": use a Confluent-compatible registry with /config/{subject}.",
                    null);
        }
        int id = version(subject, plain(schema));
        report.accept("schema " + subject + ": id " + id + " (Java's form " + javaId + "), BACKWARD_TRANSITIVE");
    }

    private boolean guard(String subject) throws IOException, InterruptedException {
        var answer = send("PUT", "/config/" + subject, Map.of("compatibility", "BACKWARD_TRANSITIVE"));
        if (answer.statusCode() == 404) {
            return false;
        }
        requireOk(subject, answer);
        return true;
    }

    private int version(String subject, String schema) throws IOException, InterruptedException {
        var answer = send("POST", "/subjects/" + subject + "/versions", Map.of("schema", schema));
        requireOk(subject, answer);
        try {
            return JSON.readTree(answer.body()).path("id").asInt();
        } catch (JacksonException e) {
            throw new SetUpException(
                    "what answers at " + url + " is no schema registry. Check warroom.schema-registry-url.", e);
        }
    }

    private HttpResponse<String> send(String method, String path, Map<String, String> body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", CONTENT_TYPE)
                .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void requireOk(String subject, HttpResponse<String> answer) {
        if (answer.statusCode() == 409) {
            throw new SetUpException(
                    "the registry holds schemas of " + subject
                            + " that this version is not compatible with. Is it another deployment's registry, or a newer version's?",
                    null);
        }
        if (answer.statusCode() != 200) {
            throw new SetUpException(
                    "the registry at " + url + " refused " + subject + " with HTTP " + answer.statusCode()
                            + ". Check that warroom.schema-registry-url is its Confluent-compatible address, and its log.",
                    null);
        }
    }

    private static String plain(Schema schema) {
        var tree = JSON.readTree(schema.toString());
        removeJavaProperties(tree);
        return new Schema.Parser().parse(tree.toString()).toString();
    }

    private static void removeJavaProperties(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("avro.java.string");
            if (object.size() == 1 && object.has("type")) {
                return;
            }
        }
        node.forEach(SchemaRegistration::removeJavaProperties);
    }
}
