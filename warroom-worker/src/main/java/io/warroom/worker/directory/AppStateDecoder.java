package io.warroom.worker.directory;

import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads app-enabled and key-rotated as this version writes them, which nearly all are, without making an object of the app: the table
 * keeps it encoded, as it came. A worker that starts does little else. Thread-safe.
 */
final class AppStateDecoder {

    private static final Platform[] PLATFORMS = Platform.values();

    /** Each has buffers, and a million records are read in a few seconds by few threads. */
    private static final ThreadLocal<BinaryDecoder> DECODERS = new ThreadLocal<>();

    private final Set<String> topics;
    private final Function<String, byte @Nullable []> frames;

    /** @param frames by topic, what every value begins with that was written with this version's schema; null when unknown */
    AppStateDecoder(String topicPrefix, Function<String, byte @Nullable []> frames) {
        this.topics = Set.of(Topic.APP_ENABLED.name(topicPrefix), Topic.KEY_ROTATED.name(topicPrefix));
        this.frames = frames;
    }

    /**
     * The state that the record tells.
     *
     * @return null when it is of another topic, or was written with another schema
     * @throws RuntimeException Avro's own, or the JDK's, when it does not fit its schema
     */
    @Nullable
    AppState read(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        byte[] frame = topics.contains(record.topic()) ? frames.apply(record.topic()) : null;
        if (frame == null
                || value.length < frame.length
                || !Arrays.equals(value, 0, frame.length, frame, 0, frame.length)) {
            return null;
        }
        var decoder =
                DecoderFactory.get().binaryDecoder(value, frame.length, value.length - frame.length, DECODERS.get());
        DECODERS.set(decoder);
        try {
            return read(value, decoder);
        } catch (IOException e) {
            throw new AvroRuntimeException("the record does not fit its schema", e);
        }
    }

    private static AppState read(byte[] value, BinaryDecoder decoder) throws IOException {
        passBytes(decoder); // the event's id
        int length = length(decoder);
        String tenantId = new String(value, position(value, decoder), length, StandardCharsets.UTF_8);
        decoder.skipFixed(length);
        int platform = decoder.readEnum();
        if (platform < 0 || platform >= PLATFORMS.length) {
            throw new AvroRuntimeException("no platform has the number " + platform);
        }
        long revision = decoder.readLong();
        long activation = decoder.readLong();
        decoder.readLong(); // when it was changed
        int begin = position(value, decoder);
        pass(MobileApp.getClassSchema(), decoder);
        return new AppState(
                tenantId,
                AppState.kind(PLATFORMS[platform]),
                revision,
                activation,
                KeptApp.encoded(Arrays.copyOfRange(value, begin, position(value, decoder))));
    }

    /** Avro's own skipping believes every length, negative ones too. */
    private static void pass(Schema schema, BinaryDecoder decoder) throws IOException {
        switch (schema.getType()) {
            case RECORD -> {
                for (var field : schema.getFields()) {
                    pass(field.schema(), decoder);
                }
            }
            case ARRAY -> {
                for (long items = decoder.readArrayStart(); items > 0; items = decoder.arrayNext()) {
                    for (long item = 0; item < items; item++) {
                        pass(schema.getElementType(), decoder);
                    }
                }
            }
            case UNION -> {
                int branch = decoder.readIndex();
                if (branch < 0 || branch >= schema.getTypes().size()) {
                    throw new AvroRuntimeException("a union has no branch " + branch);
                }
                pass(schema.getTypes().get(branch), decoder);
            }
            case STRING, BYTES -> passBytes(decoder);
            case LONG -> decoder.readLong();
            case NULL -> decoder.readNull();
            case ENUM, MAP, FIXED, INT, FLOAT, DOUBLE, BOOLEAN ->
                throw new IllegalStateException("an app has no " + schema.getType());
        }
    }

    private static void passBytes(BinaryDecoder decoder) throws IOException {
        decoder.skipFixed(length(decoder));
    }

    /** Of the string or bytes that begin here. */
    private static int length(BinaryDecoder decoder) throws IOException {
        long length = decoder.readLong();
        if (length < 0 || length > decoder.inputStream().available()) {
            throw new AvroRuntimeException("a string of " + length + " bytes in a record that ends before");
        }
        return (int) length;
    }

    private static int position(byte[] value, BinaryDecoder decoder) throws IOException {
        return value.length - decoder.inputStream().available();
    }
}
