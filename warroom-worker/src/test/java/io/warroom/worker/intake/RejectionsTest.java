package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.worker.intake.Reception.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RejectionsTest {

    private static final int ONE_MIB = 1_048_576;
    private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);
    private static final Reception.Rejected WHY = new Reception.Rejected(Reason.NOT_AVRO, "No Avro.");

    @Test
    void theBytesAndHeadersStandAsReceivedBesideTheReason() {
        var broker = new TakingProducer(4 * ONE_MIB);
        byte[] value = filled(1_048_400);

        new Rejections(broker.template(), "p-").reject(record(KEY, value, 5), WHY);

        assertThat(broker.history()).singleElement().satisfies(rejected -> {
            assertThat(rejected.topic()).isEqualTo("p-incident-rejected");
            assertThat(rejected.partition()).isEqualTo(2);
            assertThat(rejected.key()).isEqualTo(KEY);
            assertThat(rejected.value()).isEqualTo(value);
            assertThat(broker.headers(rejected, "warroom-reason")).containsExactly("NOT_AVRO");
            assertThat(broker.headers(rejected, "warroom-offset")).containsExactly("7");
            assertThat(broker.headers(rejected, "foreign")).hasSize(1);
            assertThat(broker.headers(rejected, "warroom-step")).containsExactly("DECODE");
            assertThat(broker.headers(rejected, "warroom-tenant")).isEmpty();
            assertThat(broker.headers(rejected, "warroom-cut")).isEmpty();
        });
    }

    @Test
    void whatIsTooLargeForTheTopicIsCutAndSaysHowLargeItWas() {
        var broker = new TakingProducer(ONE_MIB);
        byte[] value = filled(3_000_000);

        new Rejections(broker.template(), "").reject(record(KEY, value, 5), WHY);

        assertThat(broker.history()).singleElement().satisfies(rejected -> {
            assertThat(rejected.value()).isEqualTo(Arrays.copyOf(value, 512 * 1_024));
            assertThat(broker.headers(rejected, "warroom-cut")).containsExactly("3000000");
            assertThat(broker.headers(rejected, "warroom-reason")).containsExactly("NOT_AVRO");
            assertThat(broker.headers(rejected, "foreign")).isEmpty();
        });
    }

    @Test
    void headersAndKeysThatAreTooLargeAreLeftOut() {
        var broker = new TakingProducer(ONE_MIB);

        new Rejections(broker.template(), "").reject(record(KEY, null, 2 * ONE_MIB), WHY);
        new Rejections(broker.template(), "").reject(record(filled(2 * ONE_MIB), new byte[1], 5), WHY);

        assertThat(broker.history())
                .hasSize(2)
                .allSatisfy(rejected ->
                        assertThat(broker.headers(rejected, "foreign")).isEmpty());
        assertThat(broker.history().getFirst().value()).isNull();
        assertThat(broker.headers(broker.history().getFirst(), "warroom-cut")).containsExactly("0");
        assertThat(broker.history().getLast().key()).hasSize(64 * 1_024);
    }

    @Test
    void aBrokerThatIsAwayIsAnotherMatter() {
        var broker = new TakingProducer(ONE_MIB);
        broker.failWith(new TimeoutException("away"));
        var rejections = new Rejections(broker.template(), "");

        assertThatThrownBy(() -> rejections.reject(record(KEY, filled(10), 5), WHY))
                .hasRootCauseInstanceOf(TimeoutException.class);
        assertThat(broker.history()).isEmpty();
    }

    private static byte[] filled(int length) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte @Nullable [] value, int headerBytes) {
        var headers = new RecordHeaders().add("foreign", filled(headerBytes));
        return new ConsumerRecord<>(
                "incident-declared", 2, 7, 1, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }
}
