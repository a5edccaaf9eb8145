package io.warroom.config.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What is kept in place of a text that must not be read back. Stateless. */
public final class Sha256 {

    private Sha256() {}

    /** The 32 bytes of the hash. */
    public static byte[] of(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
