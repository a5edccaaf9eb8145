package io.warroom.worker.directory;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HybridConfig2026;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.event.SealingContext;
import io.warroom.platform.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** Opens sealed secrets with the private keys that only workers hold. Safe for concurrent use. */
public final class SecretOpener {

    private final HybridDecrypt keys;

    private SecretOpener(HybridDecrypt keys) {
        this.keys = keys;
    }

    /**
     * Reads the private keyset (Tink JSON; several keys while the sealing key is rotated).
     *
     * @param privateKeyset its file, or its JSON
     * @throws IllegalStateException when the file is missing, or there is no private keyset: it names the file and never shows
     *     the JSON
     */
    public static SecretOpener read(Secret privateKeyset) {
        String given = privateKeyset.reveal();
        boolean isJson = given.stripLeading().startsWith("{");
        String where = isJson ? "the JSON that is its value" : "the file " + given;
        try {
            var handle = TinkJsonProtoKeysetFormat.parseKeyset(
                    isJson ? given : Files.readString(Path.of(given)),
                    HybridConfig2026.get(),
                    InsecureSecretKeyAccess.get());
            return new SecretOpener(handle.getPrimitive(HybridConfig2026.get(), HybridDecrypt.class));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalStateException(
                    "warroom.sealing.private-keyset: " + where + " cannot be read. Give the path of the private"
                            + " keyset whose public half the config service seals with.",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "warroom.sealing.private-keyset: " + where + " holds no Tink private keyset for HPKE.", e);
        }
    }

    /**
     * Opens one of the app's secrets.
     *
     * @throws GeneralSecurityException when it is missing, sealed with another key, or was sealed for another place
     */
    Secret open(String tenantId, Platform platform, MobileApp app, String field) throws GeneralSecurityException {
        SealedSecret sealed = app.getSecrets().stream()
                .filter(secret -> secret.getField().equals(field))
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException(field + " is not among the app's secrets"));
        byte[] context = SealingContext.of(tenantId, platform, field, sealed.getRevision());
        return Secret.of(new String(keys.decrypt(bytes(sealed.getCiphertext()), context), StandardCharsets.UTF_8));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
