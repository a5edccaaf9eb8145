package io.warroom.config.openapi;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document as a program reads it: its operations, and whether an answer is one that it lists. For one thread. */
public final class Contract {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final JsonNode document;
    private final Map<JsonNode, Schema> known = new HashMap<>();

    /** @param document as JSON */
    public Contract(String document) {
        this.document = JSON.readTree(document);
    }

    /** The document as it is in the repository. */
    public static Contract committed() throws IOException {
        Object document = new Yaml().load(Files.readString(Path.of("../docs/openapi.yaml")));
        return new Contract(JSON.writeValueAsString(document));
    }

    /** What is wrong with a value of the shape of that name; empty when nothing is. */
    public List<String> faults(String shape, Object value) {
        return faults(document.at("/components/schemas/" + shape), JSON.valueToTree(value));
    }

    /** One method of one address. */
    public record Operation(String method, String path, JsonNode node) {

        /** As the document names it. */
        public String id() {
            return node.path("operationId").asString();
        }

        /** Its parameters in the path, the query and the header. */
        List<JsonNode> parameters() {
            return node.path("parameters").valueStream().toList();
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** All, in the document's order. */
    public List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        document.path("paths")
                .forEachEntry((path, item) -> item.forEachEntry((method, operation) ->
                        operations.add(new Operation(method.toUpperCase(Locale.ROOT), path, operation))));
        return operations;
    }

    JsonNode document() {
        return document;
    }

    /** What a reference points at; itself when it is none. */
    JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref");
        return reference.isMissingNode()
                ? node
                : resolved(document.at(reference.asString().substring(1)));
    }

    /** What is wrong with a value; empty when nothing is. */
    List<String> faults(JsonNode schema, JsonNode value) {
        return known
                .computeIfAbsent(schema, it -> {
                    var whole = (ObjectNode) it.deepCopy();
                    whole.set("components", document.path("components"));
                    return SCHEMAS.getSchema(whole);
                })
                .validate(value)
                .stream()
                .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .toList();
    }

    /** What the document does not say of an answer; empty when it says it all. */
    List<String> faults(Operation operation, HttpResponse<String> answer) {
        var listed = resolved(operation.node().path("responses").path(Integer.toString(answer.statusCode())));
        if (listed.isMissingNode()) {
            return List.of("status " + answer.statusCode() + " is not listed");
        }
        var faults = new ArrayList<String>();
        listed.path("headers").forEachEntry((name, header) -> {
            var given = answer.headers().firstValue(name);
            if (given.isEmpty() && !name.equals("Idempotency-Replayed")) {
                faults.add("header " + name + " is missing");
            }
            given.ifPresent(value ->
                    faults.addAll(faults(resolved(header).path("schema"), headerValue(resolved(header), value)).stream()
                            .map(fault -> "header " + name + fault)
                            .toList()));
        });
        faults.addAll(bodyFaults(listed.path("content"), answer));
        return faults;
    }

    private static JsonNode headerValue(JsonNode header, String value) {
        return header.path("schema").path("type").asString("").equals("integer")
                ? JSON.readTree(value)
                : JSON.valueToTree(value);
    }

    private List<String> bodyFaults(JsonNode content, HttpResponse<String> answer) {
        var type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        if (content.isEmpty()) {
            return answer.body().isEmpty() ? List.of() : List.of("has a body, and none is listed");
        }
        var media = content.path(type);
        if (media.isMissingNode()) {
            return List.of("content type '" + type + "' is not listed");
        }
        if (!type.endsWith("json")) {
            return List.of();
        }
        try {
            return faults(media.path("schema"), JSON.readTree(answer.body()));
        } catch (JacksonException _) {
            return List.of("the body is no JSON");
        }
    }
}
