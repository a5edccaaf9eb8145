package io.warroom.config.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** The id that a request has in answers, problems, the log and the audit: the caller's own when it can be used, else a new one. */
public final class RequestId {

    /** The header that brings it and takes it back. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

    private RequestId() {}

    /** The id of this request, the same at every call. */
    public static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        var given = request.getHeader(HEADER);
        // What is written to logs and headers must be harmless there: anything else is replaced, not refused.
        var id = given != null && SHAPE.matcher(given).matches() ? given : generated();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    /** The id of the request that this thread answers; null when it answers none. */
    public static @Nullable String current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? of(attributes.getRequest())
                : null;
    }

    static String generated() {
        return UUID.randomUUID().toString();
    }
}
