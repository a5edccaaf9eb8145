package io.warroom.config.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RoomSettingsTest {

    @Test
    void theDefaultsAreTheOnesOfTheReadme() {
        assertThat(bound(Map.of()))
                .isEqualTo(new RoomSettings(
                        Duration.ofDays(30),
                        new RoomSettings.Reads(3, Duration.ofSeconds(3)),
                        new RoomSettings.Stream(
                                1000, 500, 4, Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofHours(1))));
    }

    @Test
    void everyPropertyIsRead() {
        assertThat(bound(Map.of(
                        "warroom.rooms.retention", "90d",
                        "warroom.rooms.reads.per-tenant", "7",
                        "warroom.rooms.reads.timeout", "9s",
                        "warroom.rooms.stream.per-instance", "5",
                        "warroom.rooms.stream.per-tenant", "2",
                        "warroom.rooms.stream.per-session", "1",
                        "warroom.rooms.stream.heartbeat", "3s",
                        "warroom.rooms.stream.poll-interval", "2s",
                        "warroom.rooms.stream.longest", "5m")))
                .isEqualTo(new RoomSettings(
                        Duration.ofDays(90),
                        new RoomSettings.Reads(7, Duration.ofSeconds(9)),
                        new RoomSettings.Stream(
                                5, 2, 1, Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMinutes(5))));
    }

    @ParameterizedTest
    @CsvSource({
        "warroom.rooms.retention, 0s",
        "warroom.rooms.reads.per-tenant, 0",
        "warroom.rooms.reads.timeout, 0s",
        "warroom.rooms.stream.per-instance, 0",
        "warroom.rooms.stream.per-tenant, 0",
        "warroom.rooms.stream.per-session, 0",
        "warroom.rooms.stream.heartbeat, 0s",
        "warroom.rooms.stream.poll-interval, -1s",
        "warroom.rooms.stream.longest, 0s"
    })
    void aValueThatCannotBeIsRefusedByTheNameOfItsProperty(String property, String value) {
        assertThatThrownBy(() -> bound(Map.of(property, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageStartingWith(property + " must be ");
    }

    private static RoomSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("warroom.rooms", RoomSettings.class);
    }
}
