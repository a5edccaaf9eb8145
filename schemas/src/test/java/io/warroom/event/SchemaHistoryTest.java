package io.warroom.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
