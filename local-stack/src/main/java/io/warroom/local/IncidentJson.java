package io.warroom.local;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.Responder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An incident as the HTTP API takes it, from a file or from flags; what is wrong with it is said by line or field. */
final class IncidentJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> REQUIRED = List.of("tenantId", "incidentId", "title");

    private IncidentJson() {}

    /** What the command line gave. {@code responders} are {@code name,email,mobile}, the last two possibly empty or absent. */
    record Flags(String tenant, String incidentId, String title, String severity, List<String> responders) {}

    /** @throws LocalStackException naming the file, and the line or field, when it is no incident */
    static ObjectNode read(Path file) {
        JsonNode read;
        try {
            read = JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            var at = e.getLocation();
            var where = at == null ? "" : " line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new LocalStackException(file + where + ": not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new LocalStackException("Cannot read " + file + ": " + e.getMessage(), e);
        }
        if (!(read instanceof ObjectNode incident)) {
            throw new LocalStackException(file + ": an incident is a JSON object, in braces.");
        }
        for (var name : REQUIRED) {
            var value = incident.get(name);
            if (value == null || !value.isString() || value.asString().isBlank()) {
                throw new LocalStackException(file + ": field '" + name + "' is missing or is not text.");
            }
        }
        requireKnown(file, "", incident, IncidentDeclared.getClassSchema());
        var responders = incident.get("responders");
        if (responders != null && !responders.isArray()) {
            throw new LocalStackException(file + ": field 'responders' must be a list.");
        }
        for (int i = 0; responders != null && i < responders.size(); i++) {
            var field = "responders[" + i + "]";
            if (!(responders.get(i) instanceof ObjectNode responder)) {
                throw new LocalStackException(file + ": field '" + field + "' must be an object.");
            }
            requireKnown(file, field + ".", responder, Responder.getClassSchema());
        }
        return incident;
    }

    /** @throws LocalStackException naming the flag that is wrong */
    static ObjectNode of(Flags flags, Instant now) {
        var incident = JSON.createObjectNode();
        incident.put("tenantId", flags.tenant());
        incident.put("incidentId", flags.incidentId());
        incident.put("title", flags.title());
        incident.put("severity", flags.severity());
        incident.put("declaredAt", now.toString());
        var responders = incident.putArray("responders");
        for (var flag : flags.responders()) {
            var parts = Arrays.stream(flag.split(",", -1)).map(String::strip).toList();
            if (parts.size() > 3 || parts.getFirst().isEmpty()) {
                throw new LocalStackException(
                        "--responder " + flag + ": give name,email,mobile; leave out what you do not know.");
            }
            var responder = responders.addObject();
            responder.put("personId", personId(parts.getFirst()));
            responder.put("name", parts.getFirst());
            putUnlessEmpty(responder, "email", parts, 1);
            putUnlessEmpty(responder, "mobile", parts, 2);
            responder.put("role", responders.size() == 1 ? "COMMANDER" : "RESPONDER");
        }
        return incident;
    }

    private static String personId(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("\\s+", ".");
    }

    private static void putUnlessEmpty(ObjectNode responder, String field, List<String> parts, int index) {
        if (index < parts.size() && !parts.get(index).isEmpty()) {
            responder.put(field, parts.get(index));
        }
    }

    private static void requireKnown(Path file, String path, ObjectNode node, Schema schema) {
        for (var name : node.propertyNames()) {
            if (schema.getField(name) == null) {
                throw new LocalStackException(file + ": field '" + path + name + "' is unknown; known are "
                        + String.join(
                                ", ",
                                schema.getFields().stream()
                                        .map(Schema.Field::name)
                                        .toList()) + ".");
            }
        }
    }
}
