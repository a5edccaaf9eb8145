package io.warroom.simulator.witness;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads and writes JSON; safe for any number of threads. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** Gives the JSON object in the text, or a missing node when the text holds anything else. */
    public static JsonNode object(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.isObject() ? node : MissingNode.getInstance();
        } catch (JacksonException notJson) {
            // Callers answer bad JSON in their platform's own words; the parser's add nothing to those.
            return MissingNode.getInstance();
        }
    }

    /** The same of UTF-8. */
    public static JsonNode object(byte[] text) {
        if (text.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.isObject() ? node : MissingNode.getInstance();
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** Gives the value of that type in the JSON text; throws JacksonException for any other text. */
    static <T> T value(byte[] text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /** Gives the value as JSON in UTF-8. */
    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
