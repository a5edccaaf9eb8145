package io.warroom.simulator.witness;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /** Gives the platform's code, the one that says most, or null when the answer has none. */
    @Nullable
    String code() {
        if (body instanceof Map<?, ?> fields) {
            for (String name : List.of("sub_code", "errcode", "code")) {
                if (fields.get(name) != null) {
                    return String.valueOf(fields.get(name));
                }
            }
        }
        return null;
    }

    /** The same under another type. */
    public Answer typed(String otherType) {
        return new Answer(status, otherType, body, failed, headers);
    }

    /** The same with a header. */
    public Answer with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Answer(status, contentType, body, failed, Map.copyOf(more));
    }
}
