package io.warroom.config.audit;

import io.warroom.config.http.FieldError;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Which entries are asked for, newest first.
 *
 * @param from the earliest time, included
 * @param to the latest time, not included
 * @param before the page begins behind the entry of this id
 */
record AuditQuery(
        TenantId tenant,
        @Nullable String actor,
        @Nullable String action,
        @Nullable Instant from,
        @Nullable Instant to,
        long before,
        int limit) {

    static final int MAX_LIMIT = 200;
    private static final int DEFAULT_LIMIT = 50;
    private static final Set<String> KNOWN = Set.of("actor", "action", "from", "to", "cursor", "limit");

    /** @throws Problem 400 naming every parameter at fault */
    static AuditQuery read(TenantId tenant, Map<String, String[]> parameters) {
        var errors = new ArrayList<FieldError>();
        parameters.forEach((name, values) -> {
            if (!KNOWN.contains(name)) {
                var shown = name.length() > 64 ? name.substring(0, 64) + "..." : name;
                errors.add(new FieldError(
                        shown.replaceAll("\\p{Cntrl}", "?"), "is not known here: check its spelling, or leave it out"));
            } else if (values.length > 1) {
                errors.add(new FieldError(name, "is given more than once: give it once"));
            }
        });
        var query = new AuditQuery(
                tenant,
                text(parameters, "actor", errors),
                text(parameters, "action", errors),
                time(parameters, "from", errors),
                time(parameters, "to", errors),
                cursor(parameters, errors),
                limit(parameters, errors));
        if (!errors.isEmpty()) {
            var first = errors.getFirst();
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid-parameter", first.field() + " " + first.message(), errors);
        }
        return query;
    }

    /** The cursor of the page behind an entry. */
    static String cursor(long id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    }

    private static @Nullable String first(Map<String, String[]> parameters, String name) {
        var values = parameters.get(name);
        return values == null || values.length == 0 ? null : values[0];
    }

    private static @Nullable String text(Map<String, String[]> parameters, String name, List<FieldError> errors) {
        var text = first(parameters, name);
        if (text != null && (text.isBlank() || text.length() > 256 || text.indexOf('\0') >= 0)) {
            errors.add(new FieldError(name, "must be 1 to 256 characters, or left out"));
        }
        return text;
    }

    private static @Nullable Instant time(Map<String, String[]> parameters, String name, List<FieldError> errors) {
        var text = first(parameters, name);
        if (text == null) {
            return null;
        }
        try {
            var time = Instant.parse(text);
            if (time.isBefore(Instant.parse("1970-01-01T00:00:00Z"))
                    || time.isAfter(Instant.parse("9999-12-31T23:59:59Z"))) {
                errors.add(new FieldError(name, "must be of the years 1970 to 9999"));
            }
            return time;
        } catch (DateTimeParseException _) {
            errors.add(new FieldError(name, "must be a time like 2026-10-01T00:00:00Z"));
            return null;
        }
    }

    private static long cursor(Map<String, String[]> parameters, List<FieldError> errors) {
        var text = first(parameters, "cursor");
        if (text == null) {
            return Long.MAX_VALUE;
        }
        try {
            var bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        errors.add(new FieldError("cursor", "must be the nextCursor of an earlier page, or left out"));
        return Long.MAX_VALUE;
    }

    private static int limit(Map<String, String[]> parameters, List<FieldError> errors) {
        var text = first(parameters, "limit");
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (text.matches("[0-9]{1,3}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        errors.add(new FieldError("limit", "must be a whole number from 1 to " + MAX_LIMIT));
        return DEFAULT_LIMIT;
    }
}
