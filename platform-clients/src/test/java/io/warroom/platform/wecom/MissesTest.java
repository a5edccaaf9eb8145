package io.warroom.platform.wecom;

import static io.warroom.platform.Fixture.done;
import static io.warroom.platform.Fixture.person;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Fixture;
import io.warroom.platform.Missing;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Roster;
import io.warroom.platform.Simulated;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Look-ups that miss, with the simulator as witness: too many in a day block all look-ups of an enterprise for a day. */
class MissesTest {

    private final Simulated world = new Simulated();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void incidentsThatNameTheSameStrangersAllDayDoNotBlockTheLookUps() {
        // Given: 12 look-ups may miss in a day.
        world.switches(PlatformKind.WECOM, "{\"limits\":true,\"headcountCap\":60}");
        var people = List.of(
                person("a", null, "+8613800000001", null),
                person("b", null, "+8613899999998", null),
                person("c", null, "+8613899999999", null));
        // When: an incident every ten minutes, for two days.
        for (int incident = 0; incident < 2 * 24 * 6; incident++) {
            Roster roster = done(
                    Fixture.client(world.platforms, PlatformKind.WECOM).resolve(world.app(PlatformKind.WECOM), people));
            // Then
            assertThat(roster.found()).hasSize(1);
            assertThat(roster.missing())
                    .extracting(Missing::reason)
                    .containsExactly(Missing.Reason.NOT_FOUND, Missing.Reason.NOT_FOUND);
            world.clock.pass(Duration.ofMinutes(10));
        }
        assertThat(world.send("GET", "/violations?offence=LOOKUP_MISSES", "")
                        .path("total")
                        .asInt())
                .isZero();
    }
}
