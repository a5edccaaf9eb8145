package io.warroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

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
}
