package io.warroom.local.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BackingTest {
    @Test
    void anUnknownBackingIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Backing.kind("cloud"))
                .hasMessage("-Dwarroom.backing=cloud: only 'embedded' and 'containers' are known.");
    }
}
