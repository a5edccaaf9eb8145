package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.config.http.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ResponderLinesTest {

    @Test
    void aLineIsIdNameAndContactWhateverIsAroundTheCommas() {
        assertThat(ResponderLines.parse(" p1 , Ann ,ann@acme.example\n\np2，Bob， +8613800010001\np3,Cid,ou_3\np4"))
                .isEqualTo(List.of(
                        Map.of("personId", "p1", "name", "Ann", "email", "ann@acme.example"),
                        Map.of("personId", "p2", "name", "Bob", "mobile", "+8613800010001"),
                        Map.of("personId", "p3", "name", "Cid", "platformUserId", "ou_3"),
                        Map.of("personId", "p4", "name", "p4")));
    }

    @Test
    @Timeout(30) // a bound on a hang: the pattern of before took minutes
    void aLongRunOfBlanksIsReadInLinearTime() {
        var blanks = " ".repeat(200_000);

        assertThat(ResponderLines.parse("a" + blanks + "b"))
                .containsExactly(Map.of("personId", "a" + blanks + "b", "name", "a" + blanks + "b"));
    }

    @Test
    void moreLinesThanAnIncidentHasPeopleAreRefused() {
        assertThatThrownBy(() -> ResponderLines.parse("p\n".repeat(1_001)))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.errors()).singleElement().satisfies(error -> {
                            assertThat(error.field()).isEqualTo("responders");
                            assertThat(error.message()).contains("at most 1000 lines", "by updates");
                        }));
    }

    @Test
    void moreCharactersThanAFormMayHaveAreRefused() {
        assertThatThrownBy(() -> ResponderLines.parse("p".repeat(ResponderLines.MAX_CHARACTERS + 1)))
                .isInstanceOf(Problem.class);
    }
}
