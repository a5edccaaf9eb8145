package io.warroom.simulator.witness;

import java.util.Map;

/** What a platform answers, and whether it counts as a failure; the body is text, or an object that is written as JSON. */
public record Answer(int status, String contentType, Object body, boolean failed, Map<String, String> headers) {
    /** An answer without headers of its own. */
    public Answer(int status, String contentType, Object body, boolean failed) {
        this(status, contentType, body, failed, Map.of());
    }

    /** A JSON answer. */
    public static Answer json(int status, Map<String, ?> body, boolean failed) {
        return new Answer(status, "application/json; charset=utf-8", body, failed);
    }

    /** A plain failure, as gateways give it. */
    public static Answer text(int status, String body) {
        return new Answer(status, "text/plain; charset=utf-8", body, true);
    }

    /** The same with a header. */
    public Answer with(String name, String value) {
        return new Answer(status, contentType, body, failed, Map.of(name, value));
    }
}
