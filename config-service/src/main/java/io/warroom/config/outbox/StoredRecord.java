package io.warroom.config.outbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record as an outbox row keeps it: an Avro container with its schema. So a change can be accepted while the registry
 * is away, and a relay of another version publishes the record exactly as it was written.
 */
final class StoredRecord {

    private StoredRecord() {}

    static byte[] write(SpecificRecord event) {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new DataFileWriter<>(new SpecificDatumWriter<SpecificRecord>(event.getSchema()))) {
            writer.create(event.getSchema(), bytes);
            writer.append(event);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static GenericRecord read(byte[] bytes) {
        try (var reader =
                new DataFileReader<>(new SeekableByteArrayInput(bytes), new GenericDatumReader<GenericRecord>())) {
            return reader.next();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}
