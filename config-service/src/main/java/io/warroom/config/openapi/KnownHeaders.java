package io.warroom.config.openapi;

import io.swagger.v3.oas.models.headers.Header;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of answers. Stateless. */
final class KnownHeaders {

    static final String REQUEST_ID = "X-Request-Id";
    static final String RETRY_AFTER = "Retry-After";
    static final String CHALLENGE = "WWW-Authenticate";

    private KnownHeaders() {}

    /** All, by name. */
    static Map<String, Header> all() {
        var headers = new LinkedHashMap<String, Header>();
        headers.put(
                REQUEST_ID,
                header(
                        "The request's id, the caller's own or a new one; the audit and the log have it too.",
                        Shape.string().matching("^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")));
        headers.put(
                "ETag",
                header(
                        "The state that was answered, for If-Match and for comparison.",
                        Shape.string().matching("^\"[^\"]+\"$").like("\"3\"")));
        headers.put(
                "Idempotency-Replayed",
                header("`true` when the answer was given before, to the same Idempotency-Key.", Shape.exactly("true")));
        headers.put(
                RETRY_AFTER,
                header(
                        "After how many seconds to try again.",
                        Shape.number(1, 3600).like(5)));
        headers.put(CHALLENGE, header("How to say who calls.", Shape.string().like("Bearer realm=\"warroom\"")));
        return headers;
    }

    private static Header header(String words, Shape shape) {
        return new Header().description(words).schema(shape.schema());
    }
}
