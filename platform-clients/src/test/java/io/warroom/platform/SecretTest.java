package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void aSecretThatIsOpenedWhenNeededIsOpenedAnewEachTimeItIsRevealedAndNotBefore() {
        // Given
        var opened = new AtomicInteger();
        var secret = Secret.openedWhenNeeded(() -> "s3cret-" + opened.incrementAndGet());

        // When
        var words = secret.toString();

        // Then
        assertThat(opened).hasValue(0);
        assertThat(words).doesNotContain("s3cret");
        assertThat(secret.reveal()).isEqualTo("s3cret-1");
        assertThat(secret.reveal()).isEqualTo("s3cret-2");
    }

    @Test
    void aBlankSecretIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> Secret.of(" "));
    }
}
