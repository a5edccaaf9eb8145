package io.warroom.worker.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.EventClasses;
import io.warroom.event.KeyRotated;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppStateDecoderTest {

    static {
        EventClasses.trust();
    }

    private static final Instant CHANGED = Instant.parse("2026-10-01T00:00:00Z");
    private static final MobileApp LARK = new MobileApp(
            "cli_1", "cli_1", null, null, "FEISHU", null, List.of(secret("appSecret", new byte[] {1, 2, 3})));
    private static final MobileApp DINGTALK = new MobileApp(
            "ding-1",
            "123456",
            "template-1",
            "robot-1",
            "https://example.com/\u4f01\u4e1a",
            "owner-1",
            List.of(secret("clientSecret", new byte[300]), secret("another", new byte[0])));

    private static final byte[] FRAME = {0, 0, 0, 1, 44};

    private final AppStateDecoder decoder = new AppStateDecoder(
            "p-", Map.of("p-app-enabled", FRAME, "p-key-rotated", FRAME, "p-app-deleted", FRAME)::get);

    static Stream<SpecificRecord> events() {
        return Stream.of(
                new AppEnabled("e-1", "acme", Platform.LARK, 1L, 1L, CHANGED, LARK),
                new AppEnabled("", "a".repeat(64), Platform.DINGTALK, Long.MAX_VALUE, 7L, CHANGED, DINGTALK),
                new KeyRotated("e-2", "acme", Platform.WECOM, 300L, 2L, CHANGED, DINGTALK),
                new KeyRotated("e-3", "acme", Platform.LARK, 2L, 2L, CHANGED, LARK));
    }

    @ParameterizedTest
    @MethodSource("events")
    void whatThisVersionHasWrittenIsReadAsTheDecoderOfEverythingReadsIt(SpecificRecord event) throws Exception {
        var state = decoder.read(record(topic(event), framed(event)));

        assertThat(state).isEqualTo(AppState.of(event));
        assertThat(Objects.requireNonNull(Objects.requireNonNull(state).app()).app())
                .isEqualTo(event.get(event.getSchema().getField("app").pos()));
    }

    @Test
    void whatIsOfAnotherTopicOrOfAnotherSchemaIsLeftToTheDecoderOfEverything() throws Exception {
        var enabled = framed(events().findFirst().orElseThrow());
        var deleted = framed(new AppDeleted("e-1", "acme", Platform.LARK, 3L, CHANGED));
        var older = enabled.clone();
        older[4] = 43;

        assertThat(decoder.read(record(Topic.APP_DELETED, deleted))).isNull();
        assertThat(decoder.read(record(Topic.MEMBER_BOUND, enabled))).isNull();
        assertThat(decoder.read(record(Topic.APP_ENABLED, older))).isNull();
        assertThat(decoder.read(record(Topic.APP_ENABLED, new byte[0]))).isNull();
        assertThat(decoder.read(record(Topic.APP_ENABLED, Arrays.copyOf(enabled, 4))))
                .isNull();
        assertThat(new AppStateDecoder("p-", topic -> null).read(record(Topic.APP_ENABLED, enabled)))
                .as("the registry has not told")
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("events")
    void aRecordThatEndsAnywhereBeforeItsEndIsRefused(SpecificRecord event) throws Exception {
        byte[] whole = framed(event);
        for (int length = FRAME.length; length < whole.length; length++) {
            var cut = record(topic(event), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> decoder.read(cut)).as("%d bytes", length).isInstanceOf(AvroRuntimeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0265 feffffff0f", // a tenant id of 2 GB
                "01", // an event id of -1 bytes
                "0265 0261 28 02 02 00", // a platform that nobody knows
                "0265 0261 06 02 02 00 0261 0261 04", // a template id that is neither null nor a string
                "0265 0261 06 02 02 00 0261 0261 00 00 0261 00 80897a 01", // a million secrets
            })
    void aRecordThatClaimsWhatItHasNotIsRefused(String hostile) {
        byte[] value = HexFormat.of().parseHex("000000012c" + hostile.replace(" ", ""));

        assertThatThrownBy(() -> decoder.read(record(Topic.APP_ENABLED, value)))
                .isInstanceOf(AvroRuntimeException.class);
    }

    private static SealedSecret secret(String field, byte[] sealed) {
        return new SealedSecret(field, 1L, ByteBuffer.wrap(sealed));
    }

    private static Topic topic(SpecificRecord event) {
        return event instanceof AppEnabled ? Topic.APP_ENABLED : Topic.KEY_ROTATED;
    }

    private static ConsumerRecord<byte[], byte[]> record(Topic topic, byte[] value) {
        return new ConsumerRecord<>(topic.name("p-"), 0, 0, new byte[0], value);
    }

    private static byte[] framed(SpecificRecord event) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(FRAME);
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<SpecificRecord>(event.getSchema()).write(event, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
