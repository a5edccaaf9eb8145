package io.warroom.config.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import io.warroom.event.Platform;
import io.warroom.event.SealingContext;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key pair, and what is sealed with its public half. */
class KeysTest {

    @TempDir
    Path folder;

    private Path privateFile;
    private Path publicFile;

    @BeforeEach
    void name() {
        privateFile = folder.resolve("private.json");
        publicFile = folder.resolve("public.json");
    }

    @Test
    void thePrivateFileIsItsOwnersAlone() throws Exception {
        GenerateKeys.generate(privateFile, publicFile);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(privateFile)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private.json", "public.json"})
    void neitherFileIsEverOverwrittenAndTheOtherIsNotMade(String there) throws Exception {
        Files.writeString(folder.resolve(there), "every secret was sealed with me");

        assertThatThrownBy(() -> GenerateKeys.generate(privateFile, publicFile))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(there);

        assertThat(folder.resolve(there)).hasContent("every secret was sealed with me");
        assertThat(folder).isDirectoryContaining(file -> true);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve(there));
        }
    }

    @Test
    void whatIsSealedOpensInItsPlaceAndNowhereElse() throws Exception {
        GenerateKeys.generate(privateFile, publicFile);

        var sealed =
                new Sealer(publicFile.toString()).seal("acme", Platform.LARK, "appSecret", 3, new Secret("s3cret"));

        var opener = TinkJsonProtoKeysetFormat.parseKeyset(
                        Files.readString(privateFile), RegistryConfiguration.get(), InsecureSecretKeyAccess.get())
                .getPrimitive(RegistryConfiguration.get(), HybridDecrypt.class);
        var ciphertext = sealed.getCiphertext().array();
        assertThat(opener.decrypt(ciphertext, SealingContext.of("acme", Platform.LARK, "appSecret", 3)))
                .asString()
                .isEqualTo("s3cret");
        assertThatThrownBy(() -> opener.decrypt(ciphertext, SealingContext.of("other", Platform.LARK, "appSecret", 3)))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> opener.decrypt(ciphertext, SealingContext.of("acme", Platform.LARK, "appSecret", 4)))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "null", "{\"primaryKeyId\":1,\"key\":[]}"})
    void aDamagedKeysetIsRefusedInOneLineNamingFileAndProperty(String content) throws Exception {
        Files.writeString(publicFile, content);

        assertThatThrownBy(() -> new Sealer(publicFile.toString()))
                .isInstanceOf(UnusableKeysetException.class)
                .hasMessageContainingAll("warroom.sealing.public-keyset", publicFile.toString(), "--generate-keys")
                .message()
                .hasLineCount(1);
    }

    @Test
    void thePrivateKeysetInThePublicOnesPlaceIsRefused() throws Exception {
        GenerateKeys.generate(privateFile, publicFile);

        assertThatThrownBy(() -> new Sealer(privateFile.toString()))
                .isInstanceOf(UnusableKeysetException.class)
                .hasMessageContaining("holds no public Tink HPKE keyset");
    }

    @Test
    void theKeysetMayBeGivenItselfAsTheEnvironmentHoldsIt() throws Exception {
        GenerateKeys.generate(privateFile, publicFile);

        assertThat(new Sealer("\n" + Files.readString(publicFile)).newestKey())
                .isEqualTo(new Sealer(publicFile.toString()).newestKey());
    }

    @Test
    void aPrivateKeysetThatIsGivenItselfIsRefusedAndNotShown() throws Exception {
        GenerateKeys.generate(privateFile, publicFile);
        var given = Files.readString(privateFile);

        assertThatThrownBy(() -> new Sealer(given))
                .isInstanceOf(UnusableKeysetException.class)
                .hasMessageContaining("holds no public Tink HPKE keyset")
                .message()
                .hasLineCount(1)
                .doesNotContain("{", "keyData");
    }

    @Test
    void aMissingFileAndNoFileAtAllAreRefusedInOneLine() {
        assertThatThrownBy(() -> new Sealer(publicFile.toString()))
                .isInstanceOf(UnusableKeysetException.class)
                .hasMessageContainingAll(publicFile.toString(), "cannot be read")
                .message()
                .hasLineCount(1);
        assertThatThrownBy(() -> new Sealer(""))
                .isInstanceOf(UnusableKeysetException.class)
                .hasMessageContaining("is not set");
    }
}
