package io.warroom.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds every schema against its committed history, {@code history/<topic>/<version>.avsc}. After a compatible change, run
 * the test once with {@code -Dschemas.history=add} to add the new version, and commit it.
 */
class SchemaHistoryTest {

    private static final Path HISTORY = Path.of("history");

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void theSchemaReadsWhatEveryEarlierVersionWrote(Topic topic) throws IOException {
        Schema current = topic.schema().orElseThrow();
        for (Schema earlier : history(topic)) {
            var result = SchemaCompatibility.checkReaderWriterCompatibility(current, earlier);
            assertThat(result.getType())
                    .as("%s: %s", topic.name(""), result.getDescription())
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void theNewestVersionOfTheHistoryIsTheSchema(Topic topic) throws IOException {
        Schema current = topic.schema().orElseThrow();
        List<Schema> history = history(topic);
        if ("add".equals(System.getProperty("schemas.history")) && !history.contains(current)) {
            var folder = Files.createDirectories(HISTORY.resolve(topic.name("")));
            Files.writeString(
                    folder.resolve((history.size() + 1) + ".avsc"),
                    new ObjectMapper().readTree(current.toString()).toPrettyString() + "\n");
            history = history(topic);
        }

        assertThat(history).isNotEmpty().last().isEqualTo(current);
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void aFieldThatHistoryDoesNotHaveAndThatHasNoDefaultWouldFailTheTest(Topic topic) {
        Schema current = topic.schema().orElseThrow();
        var fields = new ArrayList<Schema.Field>();
        current.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field("added", Schema.create(Schema.Type.STRING), "", (Object) null));
        var changed = Schema.createRecord(current.getName(), "", current.getNamespace(), false, fields);

        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(changed, current)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void everyFieldIsDocumentedAndEveryTimeNamesItsUnit(Topic topic) {
        for (var field : topic.schema().orElseThrow().getFields()) {
            assertThat(field.doc()).as(field.name()).isNotBlank();
            if (field.schema().getLogicalType() != null) {
                assertThat(field.doc()).as(field.name()).contains("milliseconds");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void logicalTypesNeverChange(Topic topic) throws IOException {
        var known = new HashMap<String, String>();
        for (var version : history(topic)) {
            places(version).forEach((place, schema) -> {
                var type = String.valueOf(schema.getLogicalType()) + schema.getObjectProp("logicalType");
                assertThat(known.putIfAbsent(place + " " + schema.getType(), type))
                        .as(place)
                        .isIn(null, type);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void noUnionIsMoreThanNullAndOneAndNoneIsWidened(Topic topic) throws IOException {
        var known = new HashMap<String, Boolean>();
        for (var version : history(topic)) {
            places(version).forEach((place, schema) -> {
                if (schema.isUnion()) {
                    assertThat(schema.getTypes()).as(place).hasSize(2);
                    assertThat(schema.isNullable()).as(place).isTrue();
                }
                assertThat(known.putIfAbsent(place, schema.isUnion())).as(place).isIn(null, schema.isUnion());
            });
        }
    }

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = "INCIDENT_REJECTED", mode = EnumSource.Mode.EXCLUDE)
    void anEnumHasItsDefaultBeforeItGetsASymbol(Topic topic) throws IOException {
        var known = new HashMap<String, Schema>();
        for (var version : history(topic)) {
            places(version).forEach((place, schema) -> {
                if (schema.getType() == Schema.Type.ENUM) {
                    var earlier = known.put(schema.getFullName(), schema);
                    if (earlier != null && !earlier.getEnumSymbols().containsAll(schema.getEnumSymbols())) {
                        assertThat(earlier.getEnumDefault()).as(place).isNotNull();
                    }
                }
            });
        }
    }

    /** Every schema in the record, by the path of fields that leads to it. */
    private static Map<String, Schema> places(Schema root) {
        var places = new LinkedHashMap<String, Schema>();
        collect(root, "", places);
        return places;
    }

    private static void collect(Schema schema, String path, Map<String, Schema> places) {
        places.put(path, schema);
        switch (schema.getType()) {
            case RECORD ->
                schema.getFields().forEach(field -> collect(field.schema(), path + "/" + field.name(), places));
            case ARRAY -> collect(schema.getElementType(), path + "[]", places);
            case MAP -> collect(schema.getValueType(), path + "{}", places);
            case UNION ->
                schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .forEach(type -> collect(type, path + "?", places));
            default -> {}
        }
    }

    private static List<Schema> history(Topic topic) throws IOException {
        var versions = new ArrayList<Schema>();
        for (int version = 1; ; version++) {
            var file = HISTORY.resolve(topic.name("")).resolve(version + ".avsc");
            if (!Files.exists(file)) {
                return versions;
            }
            versions.add(new Schema.Parser().parse(Files.readString(file)));
        }
    }
}
