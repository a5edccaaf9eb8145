package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.http.OwnAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.LinkedMultiValueMap;

/** What stands in an address. */
class FiltersTest {

    private final Filters filters = new Filters(
            new LinkedMultiValueMap<>(Map.of(
                    "q", List.of(" a&b "),
                    "state", List.of("FAILED"),
                    "region", List.of(""),
                    "from", List.of("2026-11-21"),
                    "cursor", List.of("xyz"),
                    "utm", List.of("mail"))),
            List.of("q", "state", "region", "from", "cursor"));

    @Test
    void whatIsEmptyOrUnknownIsNoFilterAndADayIsItsBeginning() {
        assertThat(filters.parameters().keySet()).containsExactlyInAnyOrder("q", "state", "from", "cursor");
        assertThat(filters.parameters().get("from")).containsExactly("2026-11-21T00:00:00Z");
        assertThat(filters.value("region")).isEmpty();
        assertThat(filters.isAny()).isTrue();
    }

    @Test
    void anotherChoiceKeepsTheOthersAndBeginsAtTheFirstPage() {
        assertThat(filters.with("state", "OPENED")).isEqualTo("?q=a%26b&from=2026-11-21&state=OPENED");
        assertThat(filters.with("state", "")).isEqualTo("?q=a%26b&from=2026-11-21");
        assertThat(filters.with("cursor", "next"))
                .contains("state=FAILED", "cursor=next")
                .doesNotContain("xyz");
    }

    @ParameterizedTest
    @CsvSource({
        "PT1.84S, 1.8 s",
        "PT0S, 0.0 s",
        "PT59.99S, 59.9 s",
        "PT65S, 1 min 05 s",
        "PT3H2M, 3 h 02 min",
        "P9D, 9 d",
        "PT-1S, ''"
    })
    void theTimeToOpenIsToldInUnitsThatFit(Duration took, String words) {
        assertThat(RoomRow.words(took)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "https://evil.example",
                "/console//evil.example",
                "/console\\evil",
                "/consoleevil",
                "/console\r\nX: y",
                "javascript:alert(1)",
                ""
            })
    void noAddressLeadsBackToAnotherSite(String address) {
        assertThat(OwnAddress.orHome(address)).isEqualTo("/console");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/login?error", "/console/tenants/acme/war-rooms?q=%E6%94%AF&state=FAILED"})
    void anAddressOfOursLeadsBack(String address) {
        assertThat(OwnAddress.orHome(address)).isEqualTo(address);
    }
}
