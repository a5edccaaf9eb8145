package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeKeysFolder() throws Exception {
        Files.createDirectories(folder.resolve("keys"));
    }

    @Test
    void thePasswordIsMadeOnceAndIsFreshOnce() {
        var first = SignIn.keptIn(folder);
        var second = SignIn.keptIn(folder);

        assertThat(first.fresh()).isTrue();
        assertThat(first.password()).matches("[A-Za-z0-9_-]{24}");
        assertThat(second).isEqualTo(new SignIn(first.password(), false)).isEqualTo(SignIn.read(folder));
    }

    @Test
    void itsFilesAreTheOwnersAlone() throws Exception {
        var signIn = SignIn.keptIn(folder);

        for (var file : new Path[] {SignIn.file(folder), SignIn.curlConfig(folder)}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(file)).contains(signIn.password());
        }
    }

    @Test
    void itsTextShowsNoPassword() {
        var signIn = SignIn.keptIn(folder);

        assertThat(signIn.toString()).doesNotContain(signIn.password());
    }

    @Test
    void aStackThatWasNeverStartedHasNone() {
        assertThatThrownBy(() -> SignIn.read(folder))
                .isInstanceOf(LocalStackException.class)
                .hasMessageContaining("operator-password");
    }

    @Test
    void declaringElsewhereNeedsATokenOfThatPlace() {
        assertThatThrownBy(() -> DeclareCommand.bearer(null))
                .isInstanceOf(LocalStackException.class)
                .hasMessageContaining("WARROOM_API_TOKEN");
        assertThat(DeclareCommand.bearer("wrt_x\n")).isEqualTo("Bearer wrt_x");
    }
}
