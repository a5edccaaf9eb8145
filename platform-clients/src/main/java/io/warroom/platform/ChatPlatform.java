package io.warroom.platform;

import java.util.List;

/**
 * A chat platform as the war room needs it. Every call blocks (run it on a virtual thread), fetches and renews tokens by
 * itself, makes the fewest calls that the platform allows, and returns an {@link Outcome}: a platform's misbehaviour never
 * throws. Safe for concurrent use by many threads and tenants.
 *
 * <p>Interrupting the thread ends a call with {@link Outcome.Unknown} or {@link Outcome.NotYet} and leaves the interrupt
 * flag set.
 */
public interface ChatPlatform {

    /** Which platform this is; every {@link App} passed must be of this kind. */
    PlatformKind kind();

    /**
     * Finds out who people are on the platform: given id first, then mobile, then e-mail where the platform can. Found and
     * missing are cached per app.
     *
     * @return done even when nobody was found; not done only for trouble that concerns the app or the platform as a whole
     */
    Outcome<Roster> resolve(App app, List<Person> people);

    /**
     * Creates the room of the plan. Sending the same plan again is safe: it never makes a second room inside the platform's
     * de-duplication window, and gives the existing room when the platform says that it is there.
     */
    Outcome<Room> create(App app, RoomPlan plan);

    /** Looks for the plan's room after a create that never answered. */
    Outcome<Sighting> lookUp(App app, RoomPlan plan);

    /** Adds people who are not in the room yet. Adding somebody who is there already counts as admitted. */
    Outcome<Admission> admit(App app, Room room, List<RoomUser> users);

    /** The text of the first message as {@link #post} gives it to the platform, cut to its limit: markdown with bold and links alone. */
    String textOf(Briefing briefing);

    /** The text of a later message as {@link #tell} gives it to the platform, cut to its limit: markdown with bold and links alone. */
    String textOf(Notice notice);

    /** Posts the first message. A repeat with the same key is dropped by platforms that can. */
    Outcome<Posted> post(App app, Room room, Briefing briefing);

    /** Posts a later message. A repeat with the same key is dropped by platforms that can. */
    Outcome<Posted> tell(App app, Room room, Notice notice);

    /** The name as {@link #create} and {@link #rename} give it to the platform: cut to its limit without breaking a character. */
    String nameOf(String wished);

    /**
     * Gives the room another name. May be repeated.
     *
     * @param name cut to the platform's limit without breaking a character
     * @return the name as given to the platform
     */
    Outcome<String> rename(App app, Room room, String name);

    /**
     * Dissolves the room for everybody. May be repeated: a room that is dissolved already is dissolved.
     *
     * @return false when this platform has no way to do it; nothing was asked of it then
     */
    Outcome<Boolean> dissolve(App app, Room room);
}
