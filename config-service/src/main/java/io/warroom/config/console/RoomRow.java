package io.warroom.config.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A war room as a page shows it. */
record RoomRow(Map<String, @Nullable Object> item) {

    /** From declared to opened, such as {@code 2.3 s}; empty while it is not open. */
    public String getTook() {
        return item.get("declaredAt") instanceof String declared && item.get("openedAt") instanceof String opened
                ? words(Duration.between(Instant.parse(declared), Instant.parse(opened)))
                : "";
    }

    /** Short, in units that every language here knows. */
    static String words(Duration took) {
        if (took.isNegative()) {
            return "";
        }
        if (took.toSeconds() < 60) {
            return "%d.%d s".formatted(took.toSeconds(), took.toMillisPart() / 100);
        }
        if (took.toHours() < 1) {
            return "%d min %02d s".formatted(took.toMinutes(), took.toSecondsPart());
        }
        return took.toDays() < 2
                ? "%d h %02d min".formatted(took.toHours(), took.toMinutesPart())
                : "%d d".formatted(took.toDays());
    }
}
