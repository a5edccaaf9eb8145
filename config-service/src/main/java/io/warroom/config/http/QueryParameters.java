package io.warroom.config.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The query parameters of a request. Reading collects what is wrong instead of stopping at it, and {@link #requireValid}
 * ends the request. For one thread.
 */
public final class QueryParameters {

    private static final int MAX_ERRORS = 20;

    private final Map<String, String[]> given;
    private final Map<String, FieldError> errors = new LinkedHashMap<>();
    private final Set<String> known = new HashSet<>();

    /** @param given names and values, as the request has them */
    public QueryParameters(Map<String, String[]> given) {
        this.given = given;
    }

    /** Notes what is wrong with a parameter, and what to do; of several faults the first. */
    public void refuse(String name, String message) {
        if (errors.size() < MAX_ERRORS) {
            var shown = Fields.printable(name);
            errors.putIfAbsent(shown, new FieldError(shown, message));
        }
    }

    /** A text of 1 to {@code max} characters on one line; null when it is absent or at fault. */
    public @Nullable String findText(String name, int max) {
        var values = values(name);
        if (values.length > 1) {
            refuse(name, "is given " + values.length + " times: give it once");
        }
        if (values.length != 1) {
            return null;
        }
        var wrong = Fields.faultOf(values[0], max);
        if (wrong != null) {
            refuse(name, wrong);
        }
        return wrong == null ? values[0] : null;
    }

    /** One of the named values, exact; null when it is absent or at fault. */
    public <T extends Enum<T>> @Nullable T findOneOf(String name, List<T> allowed) {
        var text = findText(name, 64);
        return text == null ? null : named(name, text, allowed);
    }

    /** Any number of the named values; empty when it is absent. */
    public <T extends Enum<T>> Set<T> anyOf(String name, List<T> allowed) {
        var found = new HashSet<T>();
        for (var text : values(name)) {
            var value = named(name, text, allowed);
            if (value != null) {
                found.add(value);
            }
        }
        return found;
    }

    /** A time; null when it is absent or at fault. */
    public @Nullable Instant findTime(String name) {
        var text = findText(name, 64);
        if (text == null) {
            return null;
        }
        try {
            var time = OffsetDateTime.parse(text);
            if (time.getYear() >= 1 && time.getYear() <= 9998) {
                return time.toInstant();
            }
        } catch (DateTimeException _) {
            // Said below, like a time that no calendar shows.
        }
        refuse(name, "must be a time like 2026-10-01T00:00:00Z (in an address, write + as %2B)");
        return null;
    }

    /** A whole number within bounds; {@code otherwise} when it is absent or at fault. */
    public int number(String name, int least, int most, int otherwise) {
        var text = findText(name, 64);
        if (text == null) {
            return otherwise;
        }
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        refuse(name, "must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    /**
     * To be called when every parameter was read.
     *
     * @throws Problem 400 with everything that is wrong, unknown parameters included
     */
    public void requireValid() {
        for (var name : given.keySet()) {
            if (!known.contains(name)) {
                refuse(name, "is no parameter of this address: check its spelling, or leave it out");
            }
        }
        if (!errors.isEmpty()) {
            var all = List.copyOf(errors.values());
            throw new Problem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-parameter",
                    all.getFirst().field() + " " + all.getFirst().message(),
                    all);
        }
    }

    private String[] values(String name) {
        known.add(name);
        return given.getOrDefault(name, new String[0]);
    }

    private <T extends Enum<T>> @Nullable T named(String name, String text, List<T> allowed) {
        for (var value : allowed) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        refuse(name, "must be one of " + allowed);
        return null;
    }
}
