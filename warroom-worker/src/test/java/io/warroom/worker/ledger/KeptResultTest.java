package io.warroom.worker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptResultTest {

    private static final String KEY = "acme/事件-1";

    @Test
    void aResultComesBackWithItsHeadersInTheirOrderWhateverTheyAre() {
        var headers = new RecordHeaders();
        headers.add("ce_id", bytes("e-1"));
        headers.add("warroom-unbriefed", null);
        headers.add("twice", bytes("first"));
        headers.add("twice", bytes("second"));
        headers.add("名", new byte[0]);
        headers.add("", bytes("without a name"));
        var record = record(headers, bytes("value"));

        var again = new KeptResult(record).record(KEY);

        assertThat(again.headers()).isEqualTo(headers);
        assertThat(again).usingRecursiveComparison().ignoringFields("headers").isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300, 70_000})
    void aResultOfAnySizeComesBackToTheByte(int size) {
        var value = new byte[size];
        new Random(size).nextBytes(value);
        var kept = new KeptResult(record(new RecordHeaders(), value));

        assertThat(kept.record(KEY).value()).isEqualTo(value);
        assertThat(kept.offset()).isEqualTo(7);
        assertThat(kept.timestamp()).isEqualTo(1_700_000_000_000L);
    }

    private static ConsumerRecord<byte[], byte[]> record(RecordHeaders headers, byte[] value) {
        return new ConsumerRecord<>(
                "war-room-opened",
                3,
                7,
                1_700_000_000_000L,
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                bytes(KEY),
                value,
                headers,
                Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
