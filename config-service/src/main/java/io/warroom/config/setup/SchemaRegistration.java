package io.warroom.config.setup;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.avro.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers the schemas with a Confluent-compatible registry, each subject BACKWARD_TRANSITIVE. Each is registered twice:
 * as Java's generated classes carry it ({@code avro.java.string}) and, latest, as the contract says; so producers in any
 * language find theirs without settings. What the registry stored is read back: some registries leave out what they do not compare.
 */
final class SchemaRegistration implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String COMPATIBILITY = "BACKWARD_TRANSITIVE";
    private static final String JAVA_STRING = "avro.java.string";

    /** What of the producer's properties is the registry client's. */
    private static final List<String> CLIENT_PREFIXES =
            List.of("schema.registry.", "basic.auth.", "bearer.auth.", "proxy.", "sasl.jaas.config");

    private static final Map<String, Object> CLIENT_DEFAULTS =
            Map.of("schema.registry.http.connect.timeout.ms", 10_000, "schema.registry.http.read.timeout.ms", 30_000);

    private final SchemaRegistryClient writer;

    /** A client of its own: the writer answers from its cache what it has just sent. */
    private final SchemaRegistryClient reader;

    private final RegistryAddress address;
    private final String prefix;
    private final Consumer<String> report;

    /** @param properties the producer's, with how to sign in to the registry */
    SchemaRegistration(String url, Map<String, Object> properties, String prefix, Consumer<String> report) {
        this.address = new RegistryAddress(url);
        this.prefix = prefix;
        this.report = report;
        var settings = new HashMap<>(CLIENT_DEFAULTS);
        settings.putAll(address.signIn());
        properties.forEach((name, value) -> {
            if (value != null && CLIENT_PREFIXES.stream().anyMatch(name::startsWith)) {
                settings.put(name, value);
            }
        });
        this.writer = client(settings);
        this.reader = client(settings);
    }

    private SchemaRegistryClient client(Map<String, Object> settings) {
        try {
            return new CachedSchemaRegistryClient(List.of(address.withoutUser()), 1_000, settings);
        } catch (RuntimeException e) {
            throw new SetUpException(
                    "the settings of the schema registry's client cannot be used ("
                            + address.withoutPassword(Objects.requireNonNullElse(
                                    e.getMessage(), e.getClass().getSimpleName()))
                            + "). Check basic.auth.*, bearer.auth.* and schema.registry.ssl.* under"
                            + " spring.kafka.properties.",
                    e);
        }
    }

    void run() {
        for (var topic : Topic.values()) {
            var schema = topic.schema();
            if (schema.isPresent()) {
                register(topic.subject(prefix), schema.get());
            }
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
            reader.close();
        } catch (IOException e) {
            report.accept(
                    "The registry's client was not closed: " + e.getClass().getSimpleName());
        }
    }

    private void register(String subject, Schema schema) {
        try {
            // A registry may know settings only of subjects that exist; a new subject gets them behind its first
            // version.
            boolean guarded = guard(subject);
            var javaForm = version(subject, schema);
            if (!guarded && !guard(subject)) {
                throw new SetUpException(
                        "the registry does not take the compatibility of " + subject
                                + ": use a Confluent-compatible registry with /config/{subject}.",
                        null);
            }
            requireGuarded(subject);
            var plain = version(subject, plain(schema));
            report.accept("schema " + subject + ": id " + plain.id() + " (Java's form " + javaForm.id() + "), "
                    + COMPATIBILITY + (plain.sameDocumentation() ? "" : ", with an earlier version's documentation"));
        } catch (RestClientException e) {
            throw refused(subject, e);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** @return false when the registry does not know the subject yet */
    private boolean guard(String subject) throws IOException, RestClientException {
        try {
            writer.updateConfig(subject, new Config(COMPATIBILITY));
            return true;
        } catch (RestClientException e) {
            if (e.getStatus() == 404) {
                return false;
            }
            throw e;
        }
    }

    /** A registry's own rule may be NONE: then it takes any schema. */
    private void requireGuarded(String subject) throws IOException, RestClientException {
        var rule = reader.getConfig(subject).getCompatibilityLevel();
        if (!COMPATIBILITY.equals(rule)) {
            throw new SetUpException(
                    "the registry's compatibility of " + subject + " is " + rule + " after it was set to "
                            + COMPATIBILITY
                            + ": incompatible schemas would be accepted. Set it in the registry, then run --setup again.",
                    null);
        }
    }

    private record Version(int id, boolean sameDocumentation) {}

    private Version version(String subject, Schema schema) throws IOException, RestClientException {
        var avro = new AvroSchema(schema);
        int id = writer.register(subject, avro);
        // By the subject: the answered id may be that of another subject's schema.
        var stored = reader.getSchemaMetadata(subject, reader.getVersion(subject, avro))
                .getSchema();
        var sent = schema.toString();
        if (without(Set.of(JAVA_STRING), stored).equals(without(Set.of(JAVA_STRING), sent))) {
            return new Version(id, true);
        }
        var documentation = Set.of(JAVA_STRING, "doc", "aliases");
        if (!without(documentation, stored).equals(without(documentation, sent))) {
            throw new SetUpException(
                    "the registry answered " + subject + " with its schema " + id
                            + ", which differs in an enum's default or another part that the registry does not compare."
                            + " Readers would fail on a symbol that they do not know. Delete that version in the registry,"
                            + " then run --setup again.",
                    null);
        }
        return new Version(id, false);
    }

    private SetUpException refused(String subject, RestClientException failure) {
        return switch (failure.getStatus()) {
            case 409 ->
                new SetUpException(
                        "the registry holds schemas of " + subject
                                + " that this version is not compatible with. Is it another deployment's registry, or a newer version's?",
                        failure);
            case 401, 403 ->
                new SetUpException(
                        "the registry at " + address + " answered HTTP " + failure.getStatus() + " for " + subject
                                + ": it does not accept the credentials, or they lack the permission to write. Set"
                                + " basic.auth.credentials.source=USER_INFO and basic.auth.user.info, or bearer.auth.*, under"
                                + " spring.kafka.properties.",
                        failure);
            default ->
                new SetUpException(
                        "the registry at " + address + " refused " + subject + " with HTTP " + failure.getStatus()
                                + ". Check that warroom.schema-registry-url is its Confluent-compatible address, and its log.",
                        failure);
        };
    }

    private SetUpException unreachable(IOException failure) {
        return switch (failure) {
            case SocketException _, SocketTimeoutException _, UnknownHostException _, SSLException _ ->
                new SetUpException(
                        "the schema registry at " + address + " does not answer ("
                                + address.withoutPassword(failure.toString())
                                + "). Check warroom.schema-registry-url and that it runs, then run --setup again.",
                        failure);
            default ->
                new SetUpException(
                        "what answers at " + address + " is no schema registry. Check warroom.schema-registry-url.",
                        failure);
        };
    }

    private static Schema plain(Schema schema) {
        return new Schema.Parser().parse(without(Set.of(JAVA_STRING), schema.toString()));
    }

    /** As text: schemas are equal to Avro whatever their documentation, aliases and enum defaults are. */
    private static String without(Set<String> names, String schema) {
        var tree = JSON.readTree(schema);
        remove(tree, names);
        return new Schema.Parser().parse(tree.toString()).toString();
    }

    private static void remove(JsonNode node, Set<String> names) {
        if (node instanceof ObjectNode object) {
            object.remove(names);
            if (object.size() == 1 && object.has("type")) {
                return;
            }
        }
        node.forEach(child -> remove(child, names));
    }
}
