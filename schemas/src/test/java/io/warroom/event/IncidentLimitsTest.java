package io.warroom.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentLimitsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 255})
    void aTitleInsideTheLimitsIsTaken(int length) {
        assertThat(titled("数".repeat(length)).build().getTitle()).hasSize(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256, 1_000_000})
    void aTitleOutsideTheLimitsIsRefusedByName(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> titled("x".repeat(length)).build())
                .withMessageContaining("title must be 1 to 255 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "a\u202Eb", "a\uD800b", " "})
    void aTitleWithControlsOrNothingToReadIsRefused(String title) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> titled(title).build())
                .withMessageContaining("title");
    }

    @Test
    void aThousandRespondersAreTakenAndOneMoreIsRefused() {
        assertThat(withResponders(1000).build().getResponders()).hasSize(1000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> withResponders(1001).build())
                .withMessageContaining("responders must be at most 1000, not 1001");
    }

    @Test
    void theMessageNamesEveryFieldAndNeverItsValue() {
        var declaration = IncidentDeclaration.of("../etc", "INC/1", "down", Severity.P1, Instant.EPOCH)
                .link("runbook", "javascript:alert(1)")
                .responder("p", "n", Role.RESPONDER, null, "138-0000")
                .responder("p", "n", Role.RESPONDER, "nobody", null);

        assertThatIllegalArgumentException()
                .isThrownBy(declaration::build)
                .withMessageContainingAll(
                        "tenantId",
                        "incidentId",
                        "links[0].url",
                        "responders[0].mobile must be in E.164 form",
                        "responders[1].personId must be unique",
                        "responders[1].email")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("138-0000", "javascript", "../etc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "\u202E", "\uD800"})
    void controlsInAnAddressAreRefusedByName(String control) {
        var declaration = titled("down")
                .link("runbook", "https://example.com/" + control)
                .responder("p", "n", Role.RESPONDER, "ann" + control + "@example.com", null);

        assertThatIllegalArgumentException()
                .isThrownBy(declaration::build)
                .withMessageContainingAll("links[0].url", "responders[0].email");
    }

    private static IncidentDeclaration titled(String title) {
        return IncidentDeclaration.of("acme", "INC-1", title, Severity.P1, Instant.EPOCH);
    }

    private static IncidentDeclaration withResponders(int count) {
        var declaration = titled("down");
        IntStream.range(0, count).forEach(i -> declaration.responder("p-" + i, "n", Role.RESPONDER, null, null));
        return declaration;
    }
}
