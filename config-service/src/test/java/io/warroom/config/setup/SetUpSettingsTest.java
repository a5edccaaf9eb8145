package io.warroom.config.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SetUpSettingsTest {

    @Test
    void theDefaultsAreTheOnesOfTheReadme() {
        assertThat(bound(Map.of()))
                .isEqualTo(new SetUpSettings(
                        "http://localhost:8081",
                        new SetUpSettings.Topics("", 12, (short) 3),
                        new SetUpSettings.Setup(Duration.ofSeconds(30))));
    }

    @Test
    void everyPropertyIsRead() {
        assertThat(bound(Map.of(
                        "warroom.schema-registry-url", "https://registry.example.com/apis/ccompat/v7",
                        "warroom.topics.prefix", "prod.",
                        "warroom.topics.partitions", "24",
                        "warroom.topics.replication", "5",
                        "warroom.setup.patience", "2m")))
                .isEqualTo(new SetUpSettings(
                        "https://registry.example.com/apis/ccompat/v7",
                        new SetUpSettings.Topics("prod.", 24, (short) 5),
                        new SetUpSettings.Setup(Duration.ofMinutes(2))));
    }

    @ParameterizedTest
    @CsvSource({
        "warroom.schema-registry-url, localhost:8081",
        "warroom.schema-registry-url, file:///etc/passwd",
        "warroom.topics.prefix, prod/",
        "warroom.topics.partitions, 0",
        "warroom.topics.replication, 0",
        "warroom.setup.patience, 0s",
        "warroom.setup.patience, -1s"
    })
    void aValueThatCannotBeIsRefusedByTheNameOfItsProperty(String property, String value) {
        assertThatThrownBy(() -> bound(Map.of(property, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageStartingWith(property + " must be ");
    }

    private static SetUpSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("warroom", SetUpSettings.class);
    }
}
