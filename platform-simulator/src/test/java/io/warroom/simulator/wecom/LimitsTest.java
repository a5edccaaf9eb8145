package io.warroom.simulator.wecom;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.witness.World;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LimitsTest {

    @Test
    void allTenantsBehindOneAddressShareTwentyThousandCallsOfAnApiAMinute() {
        var limits = new Limits(new World(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC)));
        assertThat(IntStream.range(0, 20_001)
                        .filter(_ -> limits.takeFrom("192.0.2.1", "appchat/create"))
                        .count())
                .isEqualTo(20_000);
        assertThat(limits.takeFrom("192.0.2.1", "appchat/send")).isTrue();
        assertThat(limits.takeFrom("192.0.2.2", "appchat/create")).isTrue();
    }
}
