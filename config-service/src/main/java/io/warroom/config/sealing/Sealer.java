package io.warroom.config.sealing;

import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HybridConfig;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.event.SealingContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** Seals secrets with the workers' public key (Tink HPKE); nothing here can open them again. Safe for concurrent use. */
public final class Sealer {

    /** Before the ciphertext: one byte that says so, and the key's id in four (Tink's output prefix). */
    private static final int PREFIX_BYTES = 5;

    private static final byte PREFIXED = 1;

    private final HybridEncrypt publicKey;
    private final int newestKey;

    /**
     * Reads the public keyset.
     *
     * @param publicKeyset its file, or its JSON, as the environment may hold it
     * @throws UnusableKeysetException naming the file and the property when it is missing or is no public HPKE keyset; never showing the
     *     JSON, as somebody may have given the private one
     */
    public Sealer(String publicKeyset) {
        boolean isJson = publicKeyset.stripLeading().startsWith("{");
        var where = isJson ? "the JSON that is its value" : "the file " + publicKeyset;
        if (publicKeyset.isBlank()) {
            throw new UnusableKeysetException(
                    "warroom.sealing.public-keyset is not set: give the file of the public keyset; --generate-keys makes one.",
                    null);
        }
        try {
            HybridConfig.register();
            var keyset = TinkJsonProtoKeysetFormat.parseKeysetWithoutSecret(
                    isJson ? publicKeyset : Files.readString(Path.of(publicKeyset)), RegistryConfiguration.get());
            this.publicKey = keyset.getPrimitive(RegistryConfiguration.get(), HybridEncrypt.class);
            this.newestKey = keyset.getPrimary().getId();
        } catch (IOException | InvalidPathException e) {
            throw new UnusableKeysetException(
                    "warroom.sealing.public-keyset: " + where
                            + " cannot be read. Give the public file that --generate-keys made.",
                    e);
        } catch (GeneralSecurityException e) {
            throw new UnusableKeysetException(
                    "warroom.sealing.public-keyset: " + where
                            + " holds no public Tink HPKE keyset. Give the public file that --generate-keys made.",
                    e);
        }
    }

    /** The id of the key that is sealed with: of several, the one that the keyset calls its primary. */
    int newestKey() {
        return newestKey;
    }

    /** Whether the secret is sealed with that key. */
    boolean isNewest(SealedSecret secret) {
        var sealed = secret.getCiphertext().duplicate();
        return sealed.remaining() > PREFIX_BYTES && sealed.get() == PREFIXED && sealed.getInt() == newestKey;
    }

    /** The secret, bound to tenant, platform, field and the revision that sets it. */
    public SealedSecret seal(String tenantId, Platform platform, String field, long revision, Secret secret) {
        try {
            var context = SealingContext.of(tenantId, platform, field, revision);
            var ciphertext = publicKey.encrypt(secret.value().getBytes(StandardCharsets.UTF_8), context);
            return new SealedSecret(field, revision, ByteBuffer.wrap(ciphertext));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing " + field, e);
        }
    }
}
