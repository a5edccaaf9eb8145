package io.warroom.config.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a request's body as one JSON object, strictly: bounded size, no duplicate names, nothing behind it. Its errors
 * never quote the body, which may hold a secret. Stateless.
 */
public final class JsonBody {

    /** The most that is read of a body: 1 MB, what a Kafka broker takes in one record unless told otherwise. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonBody() {}

    /**
     * The body's fields.
     *
     * @throws Problem 413 when it is larger than {@link #MAX_BYTES}, 400 when it is not one JSON object
     */
    public static Fields read(InputStream body) throws IOException {
        return fields(bytes(body));
    }

    /**
     * The body as it came.
     *
     * @throws Problem 413 when it is larger than {@link #MAX_BYTES}
     */
    public static byte[] bytes(InputStream body) throws IOException {
        var bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new Problem(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "too-large",
                    "The body is larger than 1 MB: send less text or fewer entries.");
        }
        return bytes;
    }

    /**
     * The fields of a body as it came.
     *
     * @throws Problem 400 when it is not one JSON object
     */
    public static Fields fields(byte[] body) {
        return new Fields(objectOf(body));
    }

    private static JsonNode objectOf(byte[] bytes) {
        JsonNode node;
        try {
            node = JSON.readTree(bytes);
        } catch (StreamReadException e) {
            throw malformed(e);
        } catch (JacksonException e) {
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "malformed", "The body is not one JSON object: send exactly one.");
        }
        if (!node.isObject()) {
            throw new Problem(HttpStatus.BAD_REQUEST, "malformed", "The body is not a JSON object: send { ... }.");
        }
        return node;
    }

    /** Jackson's message may quote the input; only the place and, for a repeated name, the kind of error are told. */
    private static Problem malformed(StreamReadException e) {
        var at = e.getLocation();
        var place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        var message = e.getOriginalMessage();
        if (message != null && message.startsWith("Duplicate")) {
            var parser = e.processor();
            var name = parser == null ? null : parser.currentName();
            var path = name == null ? "body" : name;
            return new Problem(
                    HttpStatus.BAD_REQUEST,
                    "duplicate-field",
                    "A field is given twice" + place + ": give each field once.",
                    List.of(new FieldError(Fields.printable(path), "is given twice: give it once")));
        }
        return new Problem(HttpStatus.BAD_REQUEST, "malformed", "The body is not valid JSON" + place + ".");
    }
}
