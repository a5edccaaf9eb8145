package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ConfigServiceSettingsTest {

    @Test
    void theDefaultsAreTheOnesOfTheReadme() {
        assertThat(bound(Map.of()))
                .isEqualTo(new ConfigServiceSettings(
                        new ConfigServiceSettings.Topics(""),
                        new ConfigServiceSettings.Sealing(""),
                        new ConfigServiceSettings.Endpoints(List.of()),
                        new ConfigServiceSettings.Outbox(
                                Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMinutes(1)),
                        new ConfigServiceSettings.Incidents(Duration.ofSeconds(4)),
                        new ConfigServiceSettings.Idempotency(50_000),
                        new ConfigServiceSettings.Listeners(Duration.ofMinutes(1))));
    }

    @Test
    void everyPropertyIsRead() {
        assertThat(bound(Map.of(
                        "warroom.topics.prefix", "prod.",
                        "warroom.sealing.public-keyset", "/keys/public.json",
                        "warroom.endpoints.allowed-base-urls", "http://127.0.0.1:9200/lark,https://im.example.com",
                        "warroom.outbox.poll-interval", "2s",
                        "warroom.outbox.send-timeout", "20s",
                        "warroom.outbox.alarm-age", "5m",
                        "warroom.incidents.patience", "3s",
                        "warroom.idempotency.keys-per-day", "7",
                        "warroom.listeners.stalled-after", "30s")))
                .isEqualTo(new ConfigServiceSettings(
                        new ConfigServiceSettings.Topics("prod."),
                        new ConfigServiceSettings.Sealing("/keys/public.json"),
                        new ConfigServiceSettings.Endpoints(
                                List.of("http://127.0.0.1:9200/lark", "https://im.example.com")),
                        new ConfigServiceSettings.Outbox(
                                Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofMinutes(5)),
                        new ConfigServiceSettings.Incidents(Duration.ofSeconds(3)),
                        new ConfigServiceSettings.Idempotency(7),
                        new ConfigServiceSettings.Listeners(Duration.ofSeconds(30))));
    }

    @ParameterizedTest
    @CsvSource({
        "warroom.topics.prefix, prod/",
        "warroom.endpoints.allowed-base-urls, im.example.com",
        "warroom.endpoints.allowed-base-urls, file:///etc/passwd",
        "warroom.endpoints.allowed-base-urls, https://user:secret@im.example.com",
        "warroom.outbox.poll-interval, 0s",
        "warroom.outbox.send-timeout, -1s",
        "warroom.outbox.alarm-age, 0s",
        "warroom.incidents.patience, 0s",
        "warroom.idempotency.keys-per-day, 0",
        "warroom.idempotency.keys-per-day, 1000001",
        "warroom.listeners.stalled-after, 0s"
    })
    void aValueThatCannotBeIsRefusedByTheNameOfItsProperty(String property, String value) {
        assertThatThrownBy(() -> bound(Map.of(property, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageStartingWith(property + " must be ");
    }

    private static ConfigServiceSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("warroom", ConfigServiceSettings.class);
    }
}
