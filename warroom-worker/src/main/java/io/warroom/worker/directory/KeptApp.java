package io.warroom.worker.directory;

import io.warroom.event.EventClasses;
import io.warroom.event.MobileApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An app's parameters as a table of a million keeps them: encoded, which takes less memory than the decoded object; that is made
 * anew each time it is asked for (microseconds, beside the opening of its secrets). Immutable.
 */
final class KeptApp {

    static {
        EventClasses.trust();
    }

    private final byte[] encoded;

    private KeptApp(byte[] encoded) {
        this.encoded = encoded;
    }

    static KeptApp of(MobileApp app) {
        try {
            var buffer = MobileApp.getEncoder().encode(app);
            var encoded = new byte[buffer.remaining()];
            buffer.get(encoded);
            return new KeptApp(encoded);
        } catch (IOException e) {
            throw new UncheckedIOException("an app that was decoded cannot be encoded", e);
        }
    }

    MobileApp app() {
        try {
            return MobileApp.getDecoder().decode(encoded);
        } catch (IOException e) {
            throw new UncheckedIOException("an app that was encoded here cannot be decoded", e);
        }
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
