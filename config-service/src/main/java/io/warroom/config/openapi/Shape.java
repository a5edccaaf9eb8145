package io.warroom.config.openapi;

import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.Schema;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What a value may look like: a JSON Schema (2020-12), as OpenAPI 3.1 has it. Objects are closed. For one thread. */
public final class Shape {

    /** Control characters, and the marks that turn the reading direction around. */
    private static final String HIDDEN = "\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";

    /** Of ids in addresses: no control characters, no '/', not blank. */
    private static final String ID = "^[^/" + HIDDEN + "]*[^\\s/" + HIDDEN + "][^/" + HIDDEN + "]*$";

    /** In addresses the server itself refuses some characters, encoded or not, and takes dots for a way. */
    private static final String ID_IN_ADDRESS =
            "^(?!\\.{1,2}$)[^/\\\\;%" + HIDDEN + "]*[^\\s/\\\\;%" + HIDDEN + "][^/\\\\;%" + HIDDEN + "]*$";

    /** One line that is not blank. */
    private static final String LINE = "^[^" + HIDDEN + "]*[^\\s" + HIDDEN + "][^" + HIDDEN + "]*$";

    /** No space in it, as keys and ids that were copied from a console. */
    private static final String WORD = "^[^\\s\\u0000-\\u001f\\u007f-\\u009f]+$";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Schema<Object> schema;

    private Shape(Schema<Object> schema) {
        this.schema = schema;
    }

    /** One line of 1 to {@code max} characters (code points), not blank. */
    public static Shape line(int max) {
        return any(max).matching(LINE);
    }

    /** One line of 1 to {@code max} characters, without any space. */
    public static Shape word(int max) {
        return any(max).matching(WORD);
    }

    /** An id of 1 to 128 characters, as events and addresses take it. */
    public static Shape id() {
        return any(128).matching(ID);
    }

    /** An id as a part of an address, percent-encoded there. */
    public static Shape idInAddress() {
        return any(128).matching(ID_IN_ADDRESS);
    }

    /** Text of at most {@code max} characters (code points), line breaks allowed; may be empty. */
    public static Shape text(int max) {
        var shape = of("string")
                .matching(
                        "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$");
        shape.schema.setMaxLength(max);
        return shape;
    }

    /** A string, whatever is in it. */
    public static Shape string() {
        return of("string");
    }

    /** A time with its offset from UTC. */
    public static Shape time() {
        return string().format("date-time").like("2026-10-01T09:30:00Z");
    }

    /** True or false. */
    public static Shape flag() {
        return of("boolean");
    }

    /** A whole number. */
    public static Shape number(long least, long most) {
        var shape = of("integer").format(most > Integer.MAX_VALUE ? "int64" : "int32");
        shape.schema.setMinimum(BigDecimal.valueOf(least));
        shape.schema.setMaximum(BigDecimal.valueOf(most));
        return shape;
    }

    /** A count or revision: from 0 on. */
    public static Shape count() {
        return number(0, Long.MAX_VALUE);
    }

    /** One of these names. */
    public static Shape oneOf(List<String> names) {
        var shape = of("string");
        names.forEach(shape.schema::addEnumItemObject);
        return shape;
    }

    /** One of these names. */
    public static Shape oneOf(Enum<?>... values) {
        return oneOf(Arrays.stream(values).map(Enum::name).toList());
    }

    /** This very value. */
    public static Shape exactly(Object value) {
        var shape = new Shape(made());
        shape.schema.setConst(value);
        return shape;
    }

    /** A list. */
    public static Shape list(Shape items) {
        var shape = of("array");
        shape.schema.setItems(items.schema);
        return shape;
    }

    /** An object; it has no other fields than those that are added to it. */
    public static Shape object() {
        var shape = of("object");
        shape.schema.setAdditionalProperties(false);
        return shape;
    }

    /** The shape of that name, of the same document. */
    public static Shape named(String name) {
        var shape = new Shape(made());
        shape.schema.set$ref("#/components/schemas/" + name);
        return shape;
    }

    /** Any of these shapes. */
    public static Shape anyOf(Shape... shapes) {
        var shape = new Shape(made());
        for (var each : shapes) {
            shape.schema.addAnyOfItem(each.schema);
        }
        return shape;
    }

    /** All of these at once. */
    static Shape allOf(Shape... shapes) {
        var shape = new Shape(made());
        for (var each : shapes) {
            shape.schema.addAllOfItem(each.schema);
        }
        return shape;
    }

    /** Adds a field that must be given. */
    public Shape with(String field, Shape shape) {
        schema.addProperty(field, shape.schema);
        schema.addRequiredItem(field);
        return this;
    }

    /** Adds a field that may be left out. */
    public Shape maybe(String field, Shape shape) {
        schema.addProperty(field, shape.schema);
        return this;
    }

    /** At least one of the fields must be given. */
    public Shape needingAnyOf(String... fields) {
        for (var field : fields) {
            var needs = made();
            needs.addRequiredItem(field);
            schema.addAnyOfItem(needs);
        }
        return this;
    }

    /** Fields of any other name may be there, of this shape. */
    public Shape others(Shape shape) {
        schema.setAdditionalProperties(shape.schema);
        return this;
    }

    /** Or null. */
    public Shape orNull() {
        if (schema.get$ref() != null) {
            return anyOf(this, of("null"));
        }
        schema.addType("null");
        if (schema.getEnum() != null) {
            schema.addEnumItemObject(null);
        }
        return this;
    }

    /** At most so many entries. */
    public Shape atMost(int entries) {
        schema.setMaxItems(entries);
        return this;
    }

    /** The whole of it is matched, or what the pattern's anchors say (ECMA-262). */
    public Shape matching(String pattern) {
        schema.setPattern(pattern);
        return this;
    }

    /** Of a known format. */
    public Shape format(String format) {
        schema.setFormat(format);
        return this;
    }

    /** What it means. */
    public Shape saying(String words) {
        schema.setDescription(words);
        return this;
    }

    /** An example. */
    public Shape like(Object example) {
        schema.addExample(example);
        return this;
    }

    /** An example, as JSON. */
    public Shape likeJson(String example) {
        return like(JSON.readValue(example, Object.class));
    }

    /** What it is when it is left out. */
    public Shape otherwise(Object value) {
        schema.setDefault(value);
        return this;
    }

    /** A secret: taken, and never shown. */
    public Shape secret() {
        schema.setWriteOnly(true);
        return format("password");
    }

    /** For programs that read the document; {@code name} begins with {@code x-}. */
    public Shape note(String name, Object value) {
        schema.addExtension(name, value);
        return this;
    }

    Schema<Object> schema() {
        return schema;
    }

    private static Shape any(int max) {
        var shape = of("string");
        shape.schema.setMinLength(1);
        shape.schema.setMaxLength(max);
        return shape;
    }

    private static Shape of(String type) {
        var shape = new Shape(made());
        shape.schema.addType(type);
        return shape;
    }

    private static Schema<Object> made() {
        return new Schema<>(SpecVersion.V31);
    }
}
