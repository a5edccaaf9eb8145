package io.warroom.config.sealing;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
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
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * Opens sealed secrets and seals them with the newest key: for one command, which is run where the workers' private keyset
 * is. The service itself never makes one. Safe for concurrent use.
 */
public final class Resealer {

    private final Sealer sealer;
    private final HybridDecrypt privateKeys;

    /**
     * Reads the private keyset.
     *
     * @param sealer with the public half of the keyset
     * @throws UnusableKeysetException naming the file when it is missing, is no private HPKE keyset, or its newest key is
     *     not the one that is sealed with
     */
    public Resealer(Path privateKeyset, Sealer sealer) {
        this.sealer = sealer;
        try {
            HybridConfig.register();
            KeysetHandle keys = TinkJsonProtoKeysetFormat.parseKeyset(
                    Files.readString(privateKeyset), RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
            if (keys.getPrimary().getId() != sealer.newestKey()) {
                throw new UnusableKeysetException(
                        privateKeyset
                                + " and warroom.sealing.public-keyset are not two halves of one: give both files that"
                                + " --generate-keys made together.",
                        null);
            }
            this.privateKeys = keys.getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class);
        } catch (IOException e) {
            throw new UnusableKeysetException(
                    "--private: the file " + privateKeyset + " cannot be read. Give the workers' private keyset.", e);
        } catch (GeneralSecurityException e) {
            throw new UnusableKeysetException(
                    "--private: the file " + privateKeyset + " holds no private Tink HPKE keyset.", e);
        }
    }

    /** What it seals with. */
    public Sealer sealer() {
        return sealer;
    }

    /** Whether the secret is sealed with the newest key already. */
    public boolean isNewest(SealedSecret secret) {
        return sealer.isNewest(secret);
    }

    /**
     * The same secret, bound to the same place, sealed with the newest key.
     *
     * @throws IllegalStateException naming the field when no key of the keyset opens it
     */
    public SealedSecret reseal(String tenantId, Platform platform, SealedSecret sealed) {
        byte[] context = SealingContext.of(tenantId, platform, sealed.getField(), sealed.getRevision());
        try {
            byte[] opened = privateKeys.decrypt(bytes(sealed.getCiphertext()), context);
            return sealer.seal(
                    tenantId,
                    platform,
                    sealed.getField(),
                    sealed.getRevision(),
                    new Secret(new String(opened, StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "no key of the private keyset opens " + sealed.getField() + " of " + tenantId + "/" + platform
                            + ". Its key must be changed in the console.",
                    e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
