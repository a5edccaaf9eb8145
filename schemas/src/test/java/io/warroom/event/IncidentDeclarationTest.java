package io.warroom.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class IncidentDeclarationTest {

    @Test
    void secondsTakenAsMillisecondsAreRefusedWithTheRemedy() {
        var seconds = Instant.parse("2026-10-01T12:00:00Z").getEpochSecond();
        var declaration = IncidentDeclaration.of("acme", "INC-1", "down", Severity.P1, Instant.ofEpochMilli(seconds));

        assertThatIllegalArgumentException()
                .isThrownBy(declaration::build)
                .withMessageContaining("declaredAt", "seconds")
                .withMessageContaining("Instant.ofEpochSecond");
        assertThat(IncidentDeclaration.of("acme", "INC-1", "down", Severity.P1, Instant.ofEpochSecond(seconds))
                        .build()
                        .getDeclaredAt())
                .isEqualTo("2026-10-01T12:00:00Z");
    }
}
