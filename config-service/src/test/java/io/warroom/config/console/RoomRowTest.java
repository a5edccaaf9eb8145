package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomRowTest {

    private static final Instant OPENED = Instant.parse("2026-10-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "OPENED, SENT, 600, ''",
        "OPENED, PENDING, 60, ''",
        "OPENED, PENDING, 61, PENDING",
        "OPENED, REFUSED, 1, REFUSED",
        "OPENED, GIVEN_UP, 1, GIVEN_UP",
        "CLOSED, REFUSED, 1, ''"
    })
    void u1ARoomIsSilentWithoutItsFirstMessage(String state, String firstMessage, int secondsLater, String silence) {
        var row = new RoomRow(
                Map.of("state", state, "firstMessage", firstMessage, "openedAt", OPENED.toString()),
                OPENED.plusSeconds(secondsLater));

        assertThat(row.getSilence()).isEqualTo(silence);
    }
}
