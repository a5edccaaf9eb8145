package io.warroom.worker.schemas;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** The least that fits a schema of ours. */
final class Example {

    private Example() {}

    /** @param schema of a generated class; times in it are milliseconds since 1970 */
    static SpecificRecord of(Schema schema) {
        var record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
        for (var field : schema.getFields()) {
            record.put(field.pos(), value(field.schema()));
        }
        return record;
    }

    private static @Nullable Object value(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> of(schema);
            case ENUM -> SpecificData.get().createEnum(schema.getEnumSymbols().getFirst(), schema);
            case ARRAY -> List.of();
            case MAP -> Map.of();
            case UNION -> schema.isNullable() ? null : value(schema.getTypes().getFirst());
            case STRING -> "";
            case BYTES -> ByteBuffer.allocate(0);
            case INT -> 0;
            case LONG -> schema.getLogicalType() == null ? (Object) 0L : Instant.EPOCH;
            case BOOLEAN -> false;
            case FIXED, FLOAT, DOUBLE, NULL ->
                throw new IllegalArgumentException("no schema of ours has a " + schema.getType());
        };
    }
}
