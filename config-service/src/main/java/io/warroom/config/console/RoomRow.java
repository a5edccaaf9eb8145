package io.warroom.config.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A war room as a page shows it.
 *
 * @param now when it is shown
 */
record RoomRow(Map<String, @Nullable Object> item, Instant now) {

    /** A first message takes a moment: it is missing when it has not come by then. */
    private static final Duration FIRST_MESSAGE_TIME = Duration.ofMinutes(1);

    /** Whether the room is open without its first message: REFUSED, GIVEN_UP, or PENDING for a minute; empty when it is not silent. */
    public String getSilence() {
        if (!"OPENED".equals(item.get("state"))
                || !(item.get("firstMessage") instanceof String firstMessage)
                || firstMessage.equals("SENT")) {
            return "";
        }
        boolean takesLong = item.get("openedAt") instanceof String opened
                && Instant.parse(opened).plus(FIRST_MESSAGE_TIME).isBefore(now);
        return takesLong || !firstMessage.equals("PENDING") ? firstMessage : "";
    }

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
