package io.warroom.platform;

import java.util.List;

/** Who was added to a room and who could not be; every user asked for is in exactly one of the two lists. */
public record Admission(List<RoomUser> admitted, List<Missing> missing) {
    public Admission {
        admitted = List.copyOf(admitted);
        missing = List.copyOf(missing);
    }
}
