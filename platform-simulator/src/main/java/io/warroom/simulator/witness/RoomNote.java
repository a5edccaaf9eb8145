package io.warroom.simulator.witness;

import java.time.Instant;

/** Something that people see happen to a room beside messages; {@code before} is the name that it had until then. */
public record RoomNote(Instant at, What what, String before) {
    /** What can happen to one. */
    public enum What {
        RENAMED,
        DISSOLVED
    }
}
