package io.warroom.platform;

import java.util.List;

/**
 * Finds out whether an app is set up as war rooms need it, before anybody depends on it. Blocks (run it on a virtual thread);
 * safe for many threads; never throws for what a platform does.
 *
 * <p>Signs in anew and keeps no token. A secret that was refused is shown to the platform once: for ten minutes the same
 * question is answered from memory, and one tenant's wrong secrets are only so many an hour, because WeCom blocks the caller's
 * address, for all tenants, after too many. Ends within a minute (two with a test room), at the first question that the platform
 * does not answer at all.
 */
public interface AppCheck {

    /** How far a check goes. */
    enum Depth {
        /** Nothing is changed on the platform. */
        READ_ONLY,
        /** Makes a room with the default owner alone, posts into it and dissolves it, where the platform can dissolve one. */
        WITH_TEST_ROOM
    }

    /** Which platform it checks apps of. */
    PlatformKind kind();

    /**
     * Checks the app.
     *
     * @param app need not be stored; its revision does not count
     * @return at least one finding, in the order in which things were asked
     */
    List<AppFinding> check(App app, Depth depth);
}
