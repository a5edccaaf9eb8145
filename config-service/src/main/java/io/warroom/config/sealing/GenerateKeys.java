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
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a key pair: the private keyset for the workers, the public one for the config service. */
public final class GenerateKeys {

    private GenerateKeys() {}

    private static final String USAGE =
            "usage: --private FILE --public FILE, and --from FILE to keep the keys of an older private keyset";

    /** {@code --private FILE --public FILE [--from FILE]}; ends with status 1 and one line when it cannot. */
    @SuppressWarnings("SystemOut") // a command: it answers whoever typed it
    public static void main(String[] arguments) {
        var files = new HashMap<String, Path>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            files.put(arguments[i], Path.of(arguments[i + 1]));
        }
        var privateFile = files.remove("--private");
        var publicFile = files.remove("--public");
        var older = files.remove("--from");
        if (privateFile == null || publicFile == null || !files.isEmpty() || arguments.length % 2 != 0) {
            System.err.println(USAGE);
            System.exit(1);
            return;
        }
        try {
            generate(privateFile, publicFile, older);
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
        generate(privateFile, publicFile, null);
    }

    /**
     * Writes both files, with a new key that seals from now on.
     *
     * @param older a private keyset whose keys go on opening what they sealed; null for none
     */
    public static void generate(Path privateFile, Path publicFile, @Nullable Path older)
            throws IOException, GeneralSecurityException {
        for (var file : List.of(privateFile, publicFile)) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        HybridConfig.register();
        var builder = older == null
                ? KeysetHandle.newBuilder()
                : KeysetHandle.newBuilder(TinkJsonProtoKeysetFormat.parseKeyset(
                        Files.readString(older), RegistryConfiguration.get(), InsecureSecretKeyAccess.get()));
        var keys = builder.addEntry(KeysetHandle.generateEntryFromParameters(
                                KeyTemplates.get("DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM")
                                        .toParameters())
                        .withRandomId()
                        .makePrimary())
                .build();
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
