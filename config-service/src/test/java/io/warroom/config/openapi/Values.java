package io.warroom.config.openapi;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that a schema allows, at its bounds more often than chance would, and values that it may not. For one thread. */
final class Values {

    private static final JsonNodeFactory NODES = JsonMapper.shared().getNodeFactory();
    private static final List<String> ALPHABETS = List.of(
            "abcdefghijklmnopqrstuvwxyz",
            "ABCXYZ0123456789._-",
            "0123456789",
            "'\"<>&$#?=+,:()[]{}|^~`!@*",
            "\u4e2d\u6587\u5b57\u7b26\u00e9\u00fc\u00df\u0130",
            "\u05d0\u05d1\u0645\u0631\u062d\u0628\u0627",
            "\ud83d\ude00\ud83d\udd25\ud83d\udc68",
            "a\u0301e\u0308\u200d\ufe0f",
            "ab cd ");

    /** Values that are texts and seldom right. */
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "\ud800",
            "\u202egnp.exe",
            "\n",
            "\t\r\n",
            "null",
            "' OR 1=1 --",
            "\"; DROP TABLE audit; --",
            "<script>alert(1)</script>",
            "${jndi:ldap://127.0.0.1/a}",
            "../../etc/passwd",
            "{{7*7}}",
            "-1",
            "1e309",
            "9".repeat(30),
            "x".repeat(5000));

    private final Random random;
    private final Contract contract;
    private final Map<String, Pattern> patterns = new HashMap<>();

    Values(Random random, Contract contract) {
        this.random = random;
        this.contract = contract;
    }

    /** A value that the schema allows. */
    JsonNode valid(JsonNode given) {
        var schema = contract.resolved(given);
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.has("enum")) {
            return any(schema.path("enum").valueStream().toList());
        }
        if (schema.has("anyOf") && !schema.has("properties")) {
            return valid(any(schema.path("anyOf").valueStream().toList()));
        }
        return switch (schema.path("type").asString("")) {
            case "object" -> object(schema);
            case "array" -> array(schema);
            case "integer" -> NODES.numberNode(integer(schema));
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "string" -> NODES.stringNode(text(schema));
            default -> throw new IllegalArgumentException("no value is known of " + schema);
        };
    }

    /** One of several. */
    <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Whether something that happens so often happens now. */
    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    /** A text that is seldom right anywhere. */
    String nasty() {
        return any(NASTY);
    }

    /**
     * The value with one thing changed that its schema may not allow.
     *
     * @return null when nothing of that kind can be changed
     */
    @Nullable
    JsonNode spoiled(JsonNode given, JsonNode value) {
        var schema = contract.resolved(given);
        if (!(value instanceof ObjectNode)) {
            return spoiledPlain(schema, value);
        }
        var copy = (ObjectNode) value.deepCopy();
        if (chance(0.1)) {
            copy.put(any(List.of("colour", "__proto__", "TITLE", "", "\u0000", "x".repeat(300))), 1);
            return copy;
        }
        var names = new ArrayList<>(copy.propertyNames());
        if (names.isEmpty() || chance(0.05)) {
            return any(List.of(NODES.nullNode(), NODES.arrayNode(), NODES.stringNode("x"), NODES.numberNode(1)));
        }
        var name = any(names);
        if (chance(0.2)) {
            copy.remove(name);
            return copy;
        }
        var inner = propertyOf(schema, name);
        var spoiled = inner == null ? null : spoiled(inner, copy.path(name));
        if (spoiled == null) {
            copy.remove(name);
        } else {
            copy.set(name, spoiled);
        }
        return copy;
    }

    private @Nullable JsonNode propertyOf(JsonNode schema, String name) {
        if (schema.path("properties").has(name)) {
            return schema.path("properties").path(name);
        }
        for (var branch : schema.path("anyOf")) {
            var found = propertyOf(contract.resolved(branch), name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable JsonNode spoiledPlain(JsonNode schema, JsonNode value) {
        if (value instanceof ArrayNode array && !array.isEmpty() && chance(0.7)) {
            var copy = array.deepCopy();
            int at = random.nextInt(copy.size());
            var inner = spoiled(schema.path("items"), copy.get(at));
            if (inner != null) {
                copy.set(at, inner);
            }
            return copy;
        }
        return switch (random.nextInt(7)) {
            case 0 -> NODES.numberNode(random.nextInt());
            case 1 -> NODES.booleanNode(true);
            case 2 -> NODES.arrayNode().add(1).add("x");
            case 3 -> NODES.objectNode().put("a", 1);
            case 4 -> NODES.stringNode(nasty());
            case 5 ->
                schema.has("maxLength")
                        ? NODES.stringNode("x".repeat(schema.path("maxLength").asInt() + 1))
                        : NODES.numberNode(1.5);
            default ->
                schema.has("maximum")
                        ? NODES.numberNode(
                                schema.path("maximum").bigIntegerValue().add(BigInteger.ONE))
                        : NODES.numberNode(-1);
        };
    }

    private ObjectNode object(JsonNode schema) {
        var made = NODES.objectNode();
        var required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        var needed = new ArrayList<>(required);
        if (schema.has("anyOf")) {
            any(schema.path("anyOf").valueStream().toList())
                    .path("required")
                    .forEach(name -> needed.add(name.asString()));
        }
        boolean bare = chance(0.1);
        schema.path("properties").forEachEntry((name, property) -> {
            if (property.has("x-same-as")) {
                return;
            }
            if (needed.contains(name) || (!bare && random.nextBoolean())) {
                made.set(name, valid(property));
            }
        });
        return made;
    }

    private ArrayNode array(JsonNode schema) {
        var made = NODES.arrayNode();
        int most = schema.path("maxItems").asInt(3);
        int size = most <= 20 && chance(0.1) ? most : random.nextInt(4);
        for (int i = 0; i < size; i++) {
            made.add(valid(schema.path("items")));
        }
        return made;
    }

    private long integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(Long.MAX_VALUE);
        return switch (random.nextInt(3)) {
            case 0 -> least;
            case 1 -> most;
            default -> least + (long) ((most - least) * random.nextDouble());
        };
    }

    private String text(JsonNode schema) {
        return switch (schema.path("format").asString("")) {
            case "date-time" -> {
                var example = schema.path("examples").path(0).asString("2026-10-01T00:00:00Z");
                // Before the example, but for what must lie far ahead: no clock that runs a test shows an earlier year.
                yield Instant.parse(example.startsWith("2999") ? example : "2025-06-01T00:00:00Z")
                        .minusSeconds(random.nextInt(100_000_000))
                        .plusMillis(random.nextInt(1000))
                        .toString();
            }
            case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
            case "uri" -> "https://status.example.com/" + characters(ALPHABETS.get(1), 1 + random.nextInt(40));
            default -> word(schema);
        };
    }

    private String word(JsonNode schema) {
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(40);
        var pattern = schema.has("pattern")
                ? patterns.computeIfAbsent(schema.path("pattern").asString(), Pattern::compile)
                : null;
        for (int i = 0; i < 40; i++) {
            int length =
                    chance(0.1) ? most : chance(0.1) ? least : least + random.nextInt(Math.min(most - least, 30) + 1);
            var candidate = characters(any(ALPHABETS), length);
            if (pattern == null || pattern.matcher(candidate).find()) {
                return candidate;
            }
        }
        for (var example : schema.path("examples")) {
            return varied(example.asString(), pattern);
        }
        throw new IllegalArgumentException("give an example: no text was found for " + schema);
    }

    /** The example with one of its letters or digits changed, if that is allowed too. */
    private String varied(String example, @Nullable Pattern pattern) {
        var changed = new StringBuilder(example);
        int at = random.nextInt(example.length());
        if (Character.isLetterOrDigit(example.charAt(at))) {
            changed.setCharAt(at, (char) ('0' + random.nextInt(10)));
        }
        return pattern == null || pattern.matcher(changed).find() ? changed.toString() : example;
    }

    private String characters(String alphabet, int codePoints) {
        var all = alphabet.codePoints().toArray();
        var text = new StringBuilder();
        for (int i = 0; i < codePoints; i++) {
            text.appendCodePoint(all[random.nextInt(all.length)]);
        }
        return text.toString();
    }
}
