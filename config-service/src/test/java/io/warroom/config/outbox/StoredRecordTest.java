package io.warroom.config.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.event.AppDeleted;
import io.warroom.event.EventClasses;
import io.warroom.event.MemberBound;
import io.warroom.event.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StoredRecordTest {

    private static final AppDeleted DELETED = new AppDeleted("e-1", "acme", Platform.LARK, 3L, Instant.EPOCH);
    private static final MemberBound BOUND =
            new MemberBound("e-2", "acme", Platform.LARK, "p-1", "ou_1", 1L, Instant.EPOCH);

    @BeforeAll
    static void trust() {
        EventClasses.trust();
    }

    @Test
    void aRecordIsReadAsAvroReadsItTheFirstTimeAndTheSecond() throws Exception {
        for (int time = 0; time < 2; time++) {
            for (SpecificRecord event : List.of(DELETED, BOUND)) {
                byte[] written = StoredRecord.write(event);
                assertThat(StoredRecord.read(written)).isEqualTo(readByAvro(written));
            }
        }
    }

    @Test
    void aSchemaIsParsedOnce() {
        var first = StoredRecord.read(StoredRecord.write(DELETED));
        var second = StoredRecord.read(StoredRecord.write(DELETED));

        assertThat(second.getSchema()).isSameAs(first.getSchema()).isEqualTo(DELETED.getSchema());
    }

    @Test
    void aContainerWithAMarkerOfItsOwnIsReadByItsOwnSchema() throws Exception {
        byte[] written = container(DELETED, null);
        var first = StoredRecord.read(written);
        var second = StoredRecord.read(written);

        assertThat(first).isEqualTo(readByAvro(written)).isEqualTo(second);
        assertThat(second.getSchema()).isNotSameAs(first.getSchema());
    }

    @Test
    void containersWithOneMarkerAreReadEachByItsOwnSchema() throws Exception {
        byte[] bound = StoredRecord.write(BOUND);
        StoredRecord.read(bound);

        byte[] deleted = container(DELETED, lastOf(bound));
        assertThat(StoredRecord.read(deleted)).isEqualTo(readByAvro(deleted));
        assertThat(StoredRecord.read(bound)).isEqualTo(readByAvro(bound));
    }

    @Test
    void whatIsDamagedIsNotRead() {
        byte[] whole = StoredRecord.write(DELETED);
        byte[] marker = lastOf(whole);
        StoredRecord.read(whole);

        for (byte[] damaged : List.of(new byte[0], new byte[3], marker, Arrays.copyOf(whole, whole.length - 1))) {
            assertThatThrownBy(() -> StoredRecord.read(damaged)).isInstanceOf(RuntimeException.class);
        }
    }

    private static byte[] lastOf(byte[] container) {
        return Arrays.copyOfRange(container, container.length - DataFileConstants.SYNC_SIZE, container.length);
    }

    private static GenericRecord readByAvro(byte[] container) throws IOException {
        try (var reader =
                new DataFileReader<>(new SeekableByteArrayInput(container), new GenericDatumReader<GenericRecord>())) {
            return reader.next();
        }
    }

    /** @param marker null for one of chance */
    private static byte[] container(SpecificRecord event, byte @Nullable [] marker) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new DataFileWriter<>(new SpecificDatumWriter<SpecificRecord>(event.getSchema()))) {
            writer.create(event.getSchema(), bytes, marker);
            writer.append(event);
        }
        return bytes.toByteArray();
    }
}
