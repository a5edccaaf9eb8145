package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlatformSettingsTest {

    @Test
    void aPoolForSoManyCallsHoldsThemAllEvenWhenTheyGoToOneHost() {
        var settings = PlatformSettings.defaults().forCalls(5_000);

        assertThat(settings.maxConnectionsPerRoute()).isEqualTo(5_000);
        assertThat(settings.maxConnections()).isEqualTo(5_000);
        assertThat(settings.callTimeout()).isEqualTo(PlatformSettings.defaults().callTimeout());
    }
}
