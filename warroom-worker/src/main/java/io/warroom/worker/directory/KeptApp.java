package io.warroom.worker.directory;

import io.warroom.event.EventClasses;
import io.warroom.event.MobileApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/**
 * An app's parameters as a table of a million keeps them: encoded, which takes less memory than the decoded object; that is made
 * anew each time it is asked for (microseconds). Thread-safe.
 */
final class KeptApp {

    static {
        EventClasses.trust();
    }

    private static final SpecificDatumWriter<MobileApp> WRITER = new SpecificDatumWriter<>(MobileApp.class);
    private static final SpecificDatumReader<MobileApp> READER = new SpecificDatumReader<>(MobileApp.class);

    /** Each has a buffer of kilobytes, and a million apps are kept in a few seconds by few threads. */
    private static final ThreadLocal<BinaryEncoder> ENCODERS = new ThreadLocal<>();

    private final byte[] encoded;
    private volatile boolean opens;

    private KeptApp(byte[] encoded) {
        this.encoded = encoded;
    }

    /** As the schema says and no more: the table holds one schema, so none is named. */
    static KeptApp of(MobileApp app) {
        try {
            var bytes = new ByteArrayOutputStream(256);
            var encoder = EncoderFactory.get().binaryEncoder(bytes, ENCODERS.get());
            ENCODERS.set(encoder);
            WRITER.write(app, encoder);
            encoder.flush();
            return new KeptApp(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("an app that was decoded cannot be encoded", e);
        }
    }

    /** @param app as {@link MobileApp}'s schema says, and no more; not copied */
    static KeptApp encoded(byte[] app) {
        return new KeptApp(app);
    }

    MobileApp app() {
        try {
            return READER.read(null, DecoderFactory.get().binaryDecoder(encoded, null));
        } catch (IOException e) {
            throw new UncheckedIOException("an app that was encoded here cannot be decoded", e);
        }
    }

    /** Whether {@link #opens} was said of it. */
    boolean hasOpened() {
        return opens;
    }

    /** Its secrets were opened by this worker: they can be again. */
    void opens() {
        opens = true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeptApp kept && Arrays.equals(encoded, kept.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }
}
