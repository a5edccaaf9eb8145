package io.warroom.config.outbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record as an outbox row keeps it: an Avro container with its schema. So a change can be accepted while the registry
 * is away, and a relay of another version publishes the record exactly as it was written. All containers have the same
 * sync marker, so that those of one schema begin with the same bytes: a relay parses each schema once and not with every
 * row. Containers with other markers are read as well.
 */
final class StoredRecord {

    /** Sixteen bytes. Avro makes them by chance, to find records in a damaged file; here is one record. */
    private static final byte[] MARKER = "warroom's outbox".getBytes(StandardCharsets.US_ASCII);

    /** Only of containers with our marker: as many as there are schemas. */
    private static final List<Head> HEADS = new CopyOnWriteArrayList<>();

    /** Of a container: all that comes before the record. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Head(byte[] bytes, DataFileStream.Header read) {

        boolean begins(byte[] container) {
            return container.length >= bytes.length
                    && Arrays.equals(container, 0, bytes.length, bytes, 0, bytes.length);
        }

        boolean isOurs() {
            return Arrays.equals(bytes, bytes.length - MARKER.length, bytes.length, MARKER, 0, MARKER.length);
        }
    }

    private StoredRecord() {}

    static byte[] write(SpecificRecord event) {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new DataFileWriter<>(new SpecificDatumWriter<SpecificRecord>(event.getSchema()))) {
            writer.create(event.getSchema(), bytes, MARKER);
            writer.append(event);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static GenericRecord read(byte[] bytes) {
        try (var reader = open(bytes)) {
            return reader.next();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static DataFileReader<GenericRecord> open(byte[] bytes) throws IOException {
        var input = new SeekableByteArrayInput(bytes);
        var datums = new GenericDatumReader<GenericRecord>();
        for (var known : HEADS) {
            if (known.begins(bytes)) {
                input.seek(known.bytes().length);
                return DataFileReader.openReader(input, datums, known.read(), false);
            }
        }
        var reader = new DataFileReader<>(input, datums);
        var head = new Head(Arrays.copyOf(bytes, Math.toIntExact(reader.previousSync())), reader.getHeader());
        if (head.isOurs()) {
            HEADS.add(head);
        }
        return reader;
    }
}
