package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AppCheckSettingsTest {

    @Test
    void theDefaultsAreTheOnesOfTheReadme() {
        assertThat(bound(Map.of())).isEqualTo(new AppCheckSettings(Duration.ofSeconds(5), 2, 20));
    }

    @Test
    void everyPropertyIsRead() {
        assertThat(bound(Map.of(
                        "warroom.app-check.call-timeout", "3s",
                        "warroom.app-check.per-tenant", "1",
                        "warroom.app-check.per-instance", "7")))
                .isEqualTo(new AppCheckSettings(Duration.ofSeconds(3), 1, 7));
    }

    @ParameterizedTest
    @CsvSource({
        "warroom.app-check.call-timeout, 0s",
        "warroom.app-check.per-tenant, 0",
        "warroom.app-check.per-tenant, 101",
        "warroom.app-check.per-instance, 0",
        "warroom.app-check.per-instance, 1001"
    })
    void aValueThatCannotBeIsRefusedByTheNameOfItsProperty(String property, String value) {
        assertThatThrownBy(() -> bound(Map.of(property, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageStartingWith(property + " must be ");
    }

    private static AppCheckSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("warroom.app-check", AppCheckSettings.class);
    }
}
