package io.warroom.config.outbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
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
 * is away, and a relay of another version publishes the record exactly as it was written. The container's sync marker,
 * its last bytes, is made of the schema's text, so that a relay parses each schema once and not with every row.
 * Containers with other markers are read as well.
 */
final class StoredRecord {

    private static final ConcurrentMap<Schema, UUID> MARKERS = new ConcurrentHashMap<>();

    /** By their markers, and only where that was made of the schema: as many as there are schemas. */
    private static final ConcurrentMap<UUID, Head> HEADS = new ConcurrentHashMap<>();

    /** Of a container: all that comes before the record. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Head(byte[] bytes, DataFileStream.Header read) {

        boolean begins(byte[] container) {
            return container.length >= bytes.length
                    && Arrays.equals(container, 0, bytes.length, bytes, 0, bytes.length);
        }
    }

    private StoredRecord() {}

    static byte[] write(SpecificRecord event) {
        var schema = event.getSchema();
        var marker =
                MARKERS.computeIfAbsent(schema, it -> markerOf(it.toString().getBytes(StandardCharsets.UTF_8)));
        var bytes = new ByteArrayOutputStream();
        try (var writer = new DataFileWriter<>(new SpecificDatumWriter<SpecificRecord>(schema))) {
            writer.create(schema, bytes, bytesOf(marker));
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
        var marker = lastOf(bytes);
        var known = HEADS.get(marker);
        if (known != null && known.begins(bytes)) {
            input.seek(known.bytes().length);
            return DataFileReader.openReader(input, datums, known.read(), false);
        }
        var reader = new DataFileReader<>(input, datums);
        if (markerOf(reader.getMeta(DataFileConstants.SCHEMA)).equals(marker)) {
            HEADS.put(
                    marker, new Head(Arrays.copyOf(bytes, Math.toIntExact(reader.previousSync())), reader.getHeader()));
        }
        return reader;
    }

    private static UUID markerOf(byte[] schema) {
        return UUID.nameUUIDFromBytes(schema);
    }

    private static byte[] bytesOf(UUID marker) {
        return ByteBuffer.allocate(DataFileConstants.SYNC_SIZE)
                .putLong(marker.getMostSignificantBits())
                .putLong(marker.getLeastSignificantBits())
                .array();
    }

    /** What is shorter than a marker has none, and is no container. */
    private static UUID lastOf(byte[] bytes) throws IOException {
        if (bytes.length < DataFileConstants.SYNC_SIZE) {
            throw new IOException("an Avro container is longer");
        }
        var last = ByteBuffer.wrap(bytes, bytes.length - DataFileConstants.SYNC_SIZE, DataFileConstants.SYNC_SIZE);
        return new UUID(last.getLong(), last.getLong());
    }
}
