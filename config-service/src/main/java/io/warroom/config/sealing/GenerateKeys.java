package io.warroom.config.sealing;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyTemplates;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HybridConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;

/** Makes a key pair: the private keyset for the workers, the public one for the config service. */
public final class GenerateKeys {

    private GenerateKeys() {}

    /** {@code --private FILE --public FILE}; ends with status 1 and one line when it cannot. */
    @SuppressWarnings("SystemOut") // a command: it answers whoever typed it
    public static void main(String[] arguments) {
        var words = List.of(arguments);
        int privateAt = words.indexOf("--private") + 1;
        int publicAt = words.indexOf("--public") + 1;
        if (words.size() != 4 || privateAt % 2 == 0 || publicAt % 2 == 0) {
            System.err.println("usage: --private FILE --public FILE");
            System.exit(1);
        }
        try {
            generate(Path.of(words.get(privateAt)), Path.of(words.get(publicAt)));
        } catch (FileAlreadyExistsException e) {
            System.err.println(
                    e.getMessage() + " exists already and is not overwritten: every secret was sealed with it");
            System.exit(1);
        } catch (IOException | GeneralSecurityException e) {
            System.err.println("The keys could not be made: " + e);
            System.exit(1);
        }
    }

    /** Writes both files; the private one is readable by its owner alone. Refuses to overwrite either. */
    public static void generate(Path privateFile, Path publicFile) throws IOException, GeneralSecurityException {
        for (var file : List.of(privateFile, publicFile)) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        HybridConfig.register();
        var keys = KeysetHandle.generateNew(
                KeyTemplates.get("DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM")
                        .toParameters(),
                RegistryConfiguration.get());
        Files.createFile(
                privateFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                privateFile,
                TinkJsonProtoKeysetFormat.serializeKeyset(
                        keys, RegistryConfiguration.get(), InsecureSecretKeyAccess.get()));
        Files.writeString(
                publicFile,
                TinkJsonProtoKeysetFormat.serializeKeysetWithoutSecret(
                        keys.getPublicKeysetHandle(), RegistryConfiguration.get()),
                StandardOpenOption.CREATE_NEW);
    }
}
