package io.warroom.simulator.witness;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One request to a platform; immutable. {@code path} starts behind the platform's own base, {@code endpoint} is what the platform
 * calls it, header names are lower case; a malformed body is a missing node, {@code escaped} one that writes a character as
 * {@code \\uXXXX}.
 */
public record Call(
        String method,
        String path,
        String endpoint,
        Map<String, String> query,
        Map<String, String> headers,
        JsonNode body,
        boolean malformed,
        boolean escaped,
        String from) {
    /** Gives the query parameter, or empty text. */
    public String query(String name) {
        return query.getOrDefault(name, "");
    }

    /** Gives the body's field as text, or empty text. */
    public String text(String field) {
        return body.path(field).asString("");
    }

    /** Gives the same call with another body. */
    public Call with(JsonNode otherBody) {
        return new Call(method, path, endpoint, query, headers, otherBody, false, escaped, from);
    }
}
