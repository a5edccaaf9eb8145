package io.warroom.platform;

import java.util.List;

/**
 * Whom a look-up found and whom it did not; every person asked for is in exactly one of the two lists.
 *
 * @param found without two entries of one platform user id: the first in the order asked for is kept
 */
public record Roster(List<RoomUser> found, List<Missing> missing) {
    public Roster {
        found = List.copyOf(found);
        missing = List.copyOf(missing);
    }
}
