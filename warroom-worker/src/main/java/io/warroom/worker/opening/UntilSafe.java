package io.warroom.worker.opening;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries a publication until the broker acknowledges it: what was done on a platform, and what is known of it, is not lost and
 * not done again while the broker is unreachable. A record that can never be published is tried {@value #MAX_REFUSALS} times, in
 * about four minutes.
 */
final class UntilSafe {

    private static final Logger log = LoggerFactory.getLogger(UntilSafe.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    /** An operator may raise the topic's limit meanwhile. */
    private static final int MAX_REFUSALS = 10;

    private final Patience.Sleeper sleeper;

    UntilSafe(Patience.Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /**
     * Blocks until it is safe.
     *
     * @throws DisownedException when it is another worker's to say now
     * @throws UnpublishableException when it was refused as often as it may be
     * @throws InterruptedException when the worker stops meanwhile
     */
    void run(Runnable saying) throws InterruptedException {
        call(() -> {
            saying.run();
            return true;
        });
    }

    /** As {@link #run}, with what the publication returns. */
    <T> T call(Supplier<T> publication) throws InterruptedException {
        int refusals = 0;
        while (true) {
            try {
                return publication.get();
            } catch (DisownedException e) {
                throw e;
            } catch (UnpublishableException e) {
                if (++refusals == MAX_REFUSALS) {
                    throw e;
                }
                log.warn("A record of an incident cannot be published as it is; trying again", e);
                var pause = AGAIN.multipliedBy(1L << (refusals - 1));
                sleeper.sleep(pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE);
            } catch (RuntimeException e) {
                log.warn("What came of an incident cannot be published; trying again", e);
                sleeper.sleep(AGAIN);
            }
        }
    }
}
