package io.warroom.event;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a sealed secret is bound to: the HPKE context (application info) that sealer and opener must agree on, so that a
 * ciphertext moved to another tenant, platform, field or revision does not open. Part of the event contract; immutable.
 */
public final class SealingContext {

    private static final String VERSION = "warroom-sealing-1";

    private SealingContext() {}

    /**
     * The context bytes: each part UTF-8 with its length before it, so that no two different contexts give the same bytes.
     *
     * @param revision the revision of the app that set the secret ({@link SealedSecret#getRevision()}), at least 1
     */
    public static byte[] of(String tenantId, Platform platform, String field, long revision) {
        if (revision < 1) {
            throw new IllegalArgumentException("revision must be at least 1, not " + revision);
        }
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(VERSION);
            out.writeUTF(tenantId);
            out.writeUTF(platform.name());
            out.writeUTF(field);
            out.writeLong(revision);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
