package io.warroom.config.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomCursorTest {

    @ParameterizedTest
    @ValueSource(strings = {"INC-1", "支付|1", "a|b|c", "%_'"})
    void aCursorThatWasGivenOutIsTakenBack(String incidentId) {
        var cursor = new RoomCursor(Instant.parse("1969-10-01T00:00:00.123Z"), incidentId);

        assertThat(RoomCursor.of(cursor.text())).hasValue(cursor);
    }

    @Test
    void theLongestIncidentIdHasACursor() {
        var cursor = new RoomCursor(Instant.parse("9999-12-31T23:59:59.999Z"), "😀".repeat(128));

        assertThat(cursor.text()).hasSizeLessThanOrEqualTo(RoomCursor.MAX_LENGTH);
        assertThat(RoomCursor.of(cursor.text())).hasValue(cursor);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2|1|INC",
                "1|x|INC",
                "1|1|",
                "1|1|a/b",
                "1|999999999999999|INC",
                "1|99999999999999999999|INC",
                "",
                "1|1|a\u0000"
            })
    void anythingElseIsNone(String inside) {
        var text = Base64.getUrlEncoder().encodeToString(inside.getBytes(StandardCharsets.UTF_8));

        assertThat(RoomCursor.of(text)).isEmpty();
        assertThat(RoomCursor.of(inside + "*")).isEmpty();
    }
}
