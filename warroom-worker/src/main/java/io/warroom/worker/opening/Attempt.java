package io.warroom.worker.opening;

import io.warroom.platform.Person;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How trying something for an incident went. */
sealed interface Attempt {

    /** Nothing is left to do: what came of it is published. */
    record Ended() implements Attempt {}

    /**
     * It cannot be done now.
     *
     * @param app that was tried; null when none was
     * @param pause how long the platform wants to be left alone; zero when it does not say
     */
    record MustWait(
            Waiting.Reason reason, String words, Directory.@Nullable Version app, Duration pause, boolean roomMayExist)
            implements Attempt {

        private static final String IN_LINE =
                "As many incidents of this tenant as may be are being opened; this one is next when they are done.";

        /** The tenant has as much in flight as it may: nothing was tried. */
        static MustWait inLine(boolean roomMayExist) {
            return new MustWait(Waiting.Reason.TENANT_BUSY, IN_LINE, null, Duration.ZERO, roomMayExist);
        }

        boolean untried() {
            return reason == Waiting.Reason.TENANT_BUSY;
        }
    }

    /**
     * The room is open and its result published; something that belongs into it cannot be done now.
     *
     * @param people who could not be looked up or let in for now
     */
    record Owing(MustWait until, List<Person> people) implements Attempt {}
}
