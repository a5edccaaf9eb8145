package io.warroom.local;

import io.warroom.event.IncidentParked;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import java.time.Duration;
import java.util.stream.Collectors;

/** Results in words, for a terminal. */
final class ResultText {
    private ResultText() {}

    /** Some lines, the first about the room, the others about the people in it and those left out. */
    static String of(WarRoomOpened room, Duration sinceDeclared) {
        var text = new StringBuilder("  %-8s  room %s \"%s\"  %d ms after the declaration"
                .formatted(room.getPlatform(), room.getRoomId(), room.getRoomName(), sinceDeclared.toMillis()));
        text.append("\n            in:  ")
                .append(room.getMembers().stream()
                        .map(member -> member.getName())
                        .collect(Collectors.joining(", ")));
        room.getMissing()
                .forEach(missing -> text.append("\n            out: ")
                        .append(missing.getName())
                        .append(": ")
                        .append(missing.getDetail())
                        .append(" (")
                        .append(missing.getReason())
                        .append(")"));
        return text.toString();
    }

    /** One line: the room is not this declaration's. */
    static String ofEarlier(WarRoomOpened room) {
        return "  %-8s  room %s \"%s\" was opened at %s for an earlier declaration, of %s"
                .formatted(
                        room.getPlatform(),
                        room.getRoomId(),
                        room.getRoomName(),
                        room.getOpenedAt(),
                        room.getDeclaredAt());
    }

    /** One line. */
    static String of(IncidentParked waiting) {
        return waiting.getTenantId() + ": waits until " + waiting.getDeadline() + ": " + waiting.getReason() + ": "
                + waiting.getDetail();
    }

    /** One line. */
    static String of(WarRoomFailed failure) {
        return failure.getTenantId() + ": no room: " + failure.getReason() + ": " + failure.getDetail();
    }
}
