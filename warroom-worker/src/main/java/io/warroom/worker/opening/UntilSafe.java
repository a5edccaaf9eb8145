package io.warroom.worker.opening;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says again what could not be made safe, for as long as it takes: what was done on a platform, and what is known of it, is not
 * lost and not done again because the broker is away.
 */
final class UntilSafe {

    private static final Logger log = LoggerFactory.getLogger(UntilSafe.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Patience.Sleeper sleeper;

    UntilSafe(Patience.Sleeper sleeper) {
        this.sleeper = sleeper;
    }

    /**
     * Blocks until it is safe.
     *
     * @throws DisownedException when it is another worker's to say now
     * @throws InterruptedException when the worker stops meanwhile
     */
    void run(Runnable saying) throws InterruptedException {
        while (true) {
            try {
                saying.run();
                return;
            } catch (DisownedException e) {
                throw e;
            } catch (RuntimeException e) {
                log.warn("What came of an incident cannot be published; trying again", e);
                sleeper.sleep(AGAIN);
            }
        }
    }
}
