package io.warroom.config.outbox;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the relay fails to publish, and since when. Told to the log once a streak. Safe for concurrent use. */
final class RelayTrouble {

    private static final Logger log = LoggerFactory.getLogger(RelayTrouble.class);

    private final Clock clock;
    private @Nullable Streak streak;

    /**
     * Failures with no success between them.
     *
     * @param reason the kind of the first failure; never its text, which nobody has checked for what it shows
     */
    record Streak(Instant since, String reason) {}

    RelayTrouble(Clock clock) {
        this.clock = clock;
    }

    /** Begins a streak, or goes on with it. */
    synchronized void happened(Exception failure) {
        if (streak == null) {
            streak = new Streak(clock.instant(), reason(failure));
            log.atWarn().setCause(failure).log("Outbox relay cannot publish; events are kept and tried again");
        }
    }

    /** Everything that waited was published, or publishing is another instance's business. */
    synchronized void over() {
        if (streak != null) {
            streak = null;
            log.info("Outbox relay is out of its trouble");
        }
    }

    /** The present streak; empty when the last try went well. */
    synchronized Optional<Streak> streak() {
        return Optional.ofNullable(streak);
    }

    /** The kind of what was the matter in the end. */
    static String reason(Throwable failure) {
        return rootOf(failure).getClass().getSimpleName();
    }

    private static Throwable rootOf(Throwable failure) {
        var root = failure;
        for (var cause = root.getCause(); cause != null; cause = root.getCause()) {
            root = cause;
        }
        return root;
    }
}
