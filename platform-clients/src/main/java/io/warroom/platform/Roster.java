package io.warroom.platform;

import java.util.List;

/**
 * Whom a look-up found and whom it did not.
 *
 * @param found one entry a platform user id: of several people who are the same user, the one with the strongest role
 */
public record Roster(List<RoomUser> found, List<Missing> missing) {
    public Roster {
        found = List.copyOf(found);
        missing = List.copyOf(missing);
    }
}
