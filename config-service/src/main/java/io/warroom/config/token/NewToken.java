package io.warroom.config.token;

import com.fasterxml.jackson.annotation.JsonValue;
import io.warroom.config.http.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** A token in the clear: 256 random bits, on its way into the one answer that shows it. Its text never does. */
public record NewToken(@JsonValue String value) {

    /** What every token begins with, so that scanners for leaked secrets know it. */
    static final String PREFIX = "wrt_";

    private static final int BYTES = 32;
    private static final String SHAPE = PREFIX + "[A-Za-z0-9_-]{43}";

    /** @param random a {@link SecureRandom}, but in tests */
    static NewToken create(RandomGenerator random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new NewToken(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Whether a text could be a token at all. */
    static boolean isShaped(String text) {
        return text.matches(SHAPE);
    }

    /** What is kept of a token. Of 256 random bits a plain hash cannot be turned back, so none that is slow on purpose is needed. */
    static byte[] hash(String token) {
        return Sha256.of(token.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "********";
    }
}
