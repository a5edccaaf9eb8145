package io.warroom.config.access;

import io.warroom.config.http.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The bearer token that reads metrics and nothing else, so that no monitoring system holds a person's password. Immutable. */
final class MetricsToken {

    private final byte[] digest;

    MetricsToken(String token) {
        this.digest = digest(token);
    }

    boolean is(String token) {
        return MessageDigest.isEqual(digest, digest(token));
    }

    private static byte[] digest(String token) {
        return Sha256.of(token.getBytes(StandardCharsets.UTF_8));
    }
}
