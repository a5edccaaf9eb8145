package io.warroom.config.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object of a request. Reading collects what is wrong instead of stopping at it; a reader that
 * found a fault returns a harmless stand-in, and {@link #requireValid} ends the request. For one thread.
 */
public final class Fields {

    /** Nobody mends more at a time, and the answer must not outgrow the request. */
    private static final int MAX_ERRORS = 100;

    private final String path;
    private final JsonNode object;
    private final Map<String, FieldError> errors;
    private final Set<String> known = new HashSet<>();

    Fields(JsonNode object) {
        this("", object, new LinkedHashMap<>());
    }

    private Fields(String path, JsonNode object, Map<String, FieldError> errors) {
        this.path = path;
        this.object = object;
        this.errors = errors;
    }

    /** Notes what is wrong with a field, and what to do; of several faults the first, as the others may follow from it. */
    public void refuse(String field, String message) {
        if (errors.size() < MAX_ERRORS) {
            errors.putIfAbsent(path + field, new FieldError(path + field, message));
        }
    }

    /** A text as it is given, its limits being somebody else's to check; empty after a fault. */
    public String requireAnyText(String field) {
        var text = findAnyText(field);
        if (text == null) {
            // Keeps the first fault, if it was no text.
            refuse(field, "is missing: give it");
        }
        return text == null ? "" : text;
    }

    /** As {@link #requireAnyText}; null when it is absent, null or no text. */
    public @Nullable String findAnyText(String field) {
        var node = node(field);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            refuse(field, "must be a text in quotes");
            return null;
        }
        return node.asString();
    }

    /** A text of 1 to {@code max} characters on one line; empty after a fault. */
    public String requireText(String field, int max) {
        var text = findText(field, max);
        if (text == null && !given(field)) {
            refuse(field, "is missing: give it");
        }
        return text == null ? "" : text;
    }

    /** A text of 1 to {@code max} characters on one line; null when it is absent, null or at fault. */
    public @Nullable String findText(String field, int max) {
        return read(field, max);
    }

    /** A non-negative integer of at most 18 digits, given as a JSON number or as digits in quotes; empty after a fault. */
    public String requireDigits(String field) {
        var node = node(field);
        if (node != null && node.isIntegralNumber()) {
            var digits = node.asString();
            if (digits.matches("[0-9]{1,18}")) {
                return digits;
            }
            refuse(field, "must be a whole number of at most 18 digits");
            return "";
        }
        var text = requireText(field, 32);
        if (!text.isEmpty() && !text.matches("[0-9]{1,18}")) {
            refuse(field, "must be a whole number (digits only), as the platform's console shows it");
            return "";
        }
        return text;
    }

    /** One of the named values, exact; null when it is absent, null or at fault. */
    public <T extends Enum<T>> @Nullable T findOneOf(String field, List<T> values) {
        var text = findText(field, 64);
        if (text == null) {
            return null;
        }
        for (var value : values) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        refuse(field, "must be one of " + values);
        return null;
    }

    /** The objects of an array of at most {@code max} entries, each read by {@code reader}; empty when absent or null. */
    public <T> List<T> objects(String field, int max, Function<Fields, T> reader) {
        var node = node(field);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            refuse(field, "must be an array");
            return List.of();
        }
        if (node.size() > max) {
            refuse(field, "has " + node.size() + " entries: at most " + max + " are allowed");
            return List.of();
        }
        var read = new ArrayList<T>();
        for (int i = 0; i < node.size(); i++) {
            var entry = node.get(i);
            var at = field + "[" + i + "]";
            if (entry.isObject()) {
                var fields = new Fields(path + at + ".", entry, errors);
                read.add(reader.apply(fields));
                fields.refuseUnknown();
            } else {
                refuse(at, "must be an object");
            }
        }
        return read;
    }

    /**
     * To be called when every field was read.
     *
     * @throws Problem 422 with everything that is wrong, unknown fields included
     */
    public void requireValid() {
        refuseUnknown();
        if (!errors.isEmpty()) {
            throw Problem.invalid(List.copyOf(errors.values()));
        }
    }

    private void refuseUnknown() {
        for (var name : object.propertyNames()) {
            if (!known.contains(name)) {
                refuse(printable(name), "is not known here: check its spelling, or leave it out");
            }
        }
    }

    /** Whether it is given as a JSON number. */
    public boolean isNumber(String field) {
        var node = node(field);
        return node != null && node.isNumber();
    }

    private boolean given(String field) {
        return node(field) != null;
    }

    private @Nullable JsonNode node(String field) {
        known.add(field);
        var node = object.get(field);
        return node == null || node.isNull() ? null : node;
    }

    private @Nullable String read(String field, int max) {
        var text = findAnyText(field);
        if (text == null) {
            return null;
        }
        var wrong = faultOf(text, max);
        if (wrong != null) {
            refuse(field, wrong);
            return null;
        }
        return text;
    }

    static @Nullable String faultOf(String text, int max) {
        int length = text.codePointCount(0, text.length());
        if (text.isBlank()) {
            return "is empty: give it, or leave the field out if it is optional";
        }
        if (length > max) {
            return "has " + length + " characters: at most " + max + " are allowed";
        }
        if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            return "has half a character (an unpaired surrogate): remove it";
        }
        if (text.codePoints().anyMatch(Fields::turnsTheReadingDirection)) {
            return "has a mark that turns the reading direction, so that it would be read as something else: remove it";
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            return "has control characters (perhaps a line break or a tab): remove them";
        }
        return null;
    }

    private static boolean turnsTheReadingDirection(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }

    /** A field name from outside, fit to be shown: cut, and without control characters. */
    static String printable(String name) {
        var cut = name.length() > 64 ? name.substring(0, 64) + "..." : name;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
