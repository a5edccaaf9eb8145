package io.warroom.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.worker.directory.SecretOpener;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class WorkerSettingsTest {

    @Test
    void whateverIsInWorkHasAConnectionOfItsOwnSoThatCallsThatHangKeepNobodyWaiting() {
        // Given
        var settings = new Binder(new MapConfigurationPropertySource(Map.of(
                        "warroom.sealing.private-keyset", "private.json",
                        "warroom.intake.per-worker", "700",
                        "warroom.parking.most-woken", "30")))
                .bindOrCreate("warroom", WorkerSettings.class);

        // When
        int calls = settings.mostCalls();

        // Then
        assertThat(calls).isEqualTo(700 + 700 + 30);
    }

    @Test
    void aPrivateKeysetFromTheEnvironmentShowsNowhere() {
        // Given
        var settings = new Binder(new MapConfigurationPropertySource(
                        Map.of("warroom.sealing.private-keyset", "{\"primaryKeyId\": 42}")))
                .bindOrCreate("warroom", WorkerSettings.class);

        // Then
        assertThat(settings.toString()).doesNotContain("42");
        assertThatThrownBy(() -> SecretOpener.read(settings.sealing().privateKeyset()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("warroom.sealing.private-keyset")
                .message()
                .doesNotContain("42");
    }
}
