package io.warroom.worker.opening;

import io.warroom.platform.PlatformKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stops calling an app's platform for a while when it has not answered again and again, so that its incidents do not each
 * take a place until a time-out. After the while one incident tries; the others wait for what becomes of it. Holds only apps
 * in trouble. Thread-safe.
 */
final class Circuits {

    private record Trouble(int failures, Instant closedUntil, boolean probing) {

        /** How many incidents may call. */
        int places(Instant now) {
            if (!keepsAway()) {
                return Integer.MAX_VALUE;
            }
            return probing || now.isBefore(closedUntil) ? 0 : 1;
        }

        boolean keepsAway() {
            return failures >= FAILURES_TO_OPEN;
        }
    }

    /** Fewer could be a bad moment; more would only wait longer. */
    private static final int FAILURES_TO_OPEN = 5;

    private static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private final Map<AppId, Trouble> troubles = new ConcurrentHashMap<>();
    private final InstantSource time;

    Circuits(InstantSource time) {
        this.time = time;
    }

    /** Whether an incident may call; if so, {@link #answered}, {@link #unanswered} or {@link #untold} must follow. */
    boolean mayCall(String tenantId, PlatformKind platform) {
        var may = new boolean[] {true};
        troubles.computeIfPresent(new AppId(tenantId, platform), (app, trouble) -> {
            may[0] = trouble.places(time.instant()) > 0;
            return may[0] && trouble.keepsAway()
                    ? new Trouble(trouble.failures(), trouble.closedUntil(), true)
                    : trouble;
        });
        return may[0];
    }

    /** How many more incidents may call now. */
    int places(String tenantId, PlatformKind platform) {
        var trouble = troubles.get(new AppId(tenantId, platform));
        return trouble == null ? Integer.MAX_VALUE : trouble.places(time.instant());
    }

    /**
     * The platform did what it was asked, or said why it will not.
     *
     * @return whether it was left alone until now: others wait for this
     */
    boolean answered(String tenantId, PlatformKind platform) {
        var trouble = troubles.remove(new AppId(tenantId, platform));
        return trouble != null && trouble.keepsAway();
    }

    /** Nothing is known of the platform, as trouble or a limit came first: the next incident may try. */
    void untold(String tenantId, PlatformKind platform) {
        troubles.computeIfPresent(
                new AppId(tenantId, platform),
                (app, trouble) -> new Trouble(trouble.failures(), trouble.closedUntil(), false));
    }

    /** No answer came. */
    void unanswered(String tenantId, PlatformKind platform) {
        troubles.merge(
                new AppId(tenantId, platform),
                new Trouble(1, Instant.MIN, false),
                (known, one) -> new Trouble(
                        Math.min(known.failures() + 1, FAILURES_TO_OPEN),
                        time.instant().plus(OPEN_FOR),
                        false));
    }
}
