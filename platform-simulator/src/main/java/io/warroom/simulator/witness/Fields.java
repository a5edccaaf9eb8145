package io.warroom.simulator.witness;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads a JSON object strictly: every complaint names the field. */
final class Fields {
    /** What the caller sent is wrong; the message names the field. */
    static final class Bad extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Bad(String message) {
            super(message);
        }
    }

    private final JsonNode node;
    private final String where;

    Fields(JsonNode node, String where, Set<String> allowed) {
        if (!node.isObject()) {
            throw new Bad(where + " must be a JSON object");
        }
        this.node = node;
        this.where = where;
        for (String name : node.propertyNames()) {
            if (!allowed.contains(name)) {
                throw new Bad(where + " has an unknown field: " + name);
            }
        }
    }

    String text(String name) {
        if (!node.path(name).isString() || node.path(name).asString().isBlank()) {
            throw new Bad(where + "." + name + " is missing or no text");
        }
        return node.path(name).asString();
    }

    String text(String name, String otherwise) {
        return node.hasNonNull(name) ? text(name) : otherwise;
    }

    String textOrNumber(String name) {
        return node.path(name).isIntegralNumber() ? node.path(name).asString() : text(name);
    }

    /** A text or a whole number that is one of those. */
    String oneOf(String name, List<String> allowed) {
        String given = textOrNumber(name);
        if (!allowed.contains(given)) {
            throw new Bad(where + "." + name + " must be one of " + allowed);
        }
        return given;
    }

    boolean flag(String name, boolean otherwise) {
        if (!node.hasNonNull(name)) {
            return otherwise;
        }
        if (!node.path(name).isBoolean()) {
            throw new Bad(where + "." + name + " must be true or false");
        }
        return node.path(name).asBoolean();
    }

    int number(String name, int least, int most, int otherwise) {
        if (!node.hasNonNull(name)) {
            return otherwise;
        }
        if (!node.path(name).canConvertToInt() || !node.path(name).isIntegralNumber()) {
            throw new Bad(where + "." + name + " must be a whole number");
        }
        int number = node.path(name).asInt();
        if (number < least || number > most) {
            throw new Bad(where + "." + name + " must be from " + least + " to " + most);
        }
        return number;
    }

    /** The same where there is no other value. */
    int number(String name, int least, int most) {
        if (!node.hasNonNull(name)) {
            throw new Bad(where + "." + name + " is missing");
        }
        return number(name, least, most, least);
    }

    double decimal(String name, double least, double most, double otherwise) {
        if (!node.hasNonNull(name)) {
            return otherwise;
        }
        double number = node.path(name).isNumber() ? node.path(name).asDouble() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw new Bad(where + "." + name + " must be a number from " + least + " to " + most);
        }
        return number;
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) {
        return choice(where + "." + name, text(name), type);
    }

    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        return has(name) ? choice(name, type) : otherwise;
    }

    Set<String> texts(String name) {
        Set<String> texts = new LinkedHashSet<>();
        for (JsonNode one : list(name)) {
            if (!one.isString()) {
                throw new Bad(where + "." + name + " must hold texts");
            }
            texts.add(one.asString());
        }
        return texts;
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    List<JsonNode> list(String name) {
        if (!node.path(name).isArray()) {
            throw new Bad(where + "." + name + " is missing or no list");
        }
        return List.copyOf(node.path(name).values());
    }

    JsonNode node(String name) {
        return node.path(name);
    }

    static <E extends Enum<E>> E choice(String where, String value, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(value))
                .findFirst()
                .orElseThrow(() -> new Bad(where + " must be one of " + Arrays.toString(type.getEnumConstants())));
    }
}
