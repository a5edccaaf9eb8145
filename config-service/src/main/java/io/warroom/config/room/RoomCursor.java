package io.warroom.config.room;

import io.warroom.event.IncidentLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The last room of a page. What stands behind it is the next page, whatever has come or gone meanwhile. */
record RoomCursor(Instant declaredAt, String incidentId) {

    /** A cursor's text is no longer: 128 characters of four bytes each, and a time. */
    static final int MAX_LENGTH = 768;

    private static final Pattern TEXT = Pattern.compile("1\\|(-?[0-9]{1,15})\\|(.+)");

    /** 0001-01-01 and 9999-12-31, in milliseconds. */
    private static final long EARLIEST = -62_135_596_800_000L;

    private static final long LATEST = 253_402_300_799_999L;

    /** For the caller to give back; it is not to look inside. */
    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("1|" + declaredAt.toEpochMilli() + "|" + incidentId).getBytes(StandardCharsets.UTF_8));
    }

    /** The cursor that a caller gave back; empty when it is none. */
    static Optional<RoomCursor> of(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        var parts = TEXT.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!parts.matches()) {
            return Optional.empty();
        }
        long millis = Long.parseLong(parts.group(1));
        if (millis < EARLIEST || millis > LATEST || !IncidentLimits.isIncidentId(parts.group(2))) {
            return Optional.empty();
        }
        return Optional.of(new RoomCursor(Instant.ofEpochMilli(millis), parts.group(2)));
    }
}
