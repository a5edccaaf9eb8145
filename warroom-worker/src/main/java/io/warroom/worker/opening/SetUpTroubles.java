package io.warroom.worker.opening;

import io.warroom.worker.opening.Waiting.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Apps whose set-up is wrong or whose calls are used up, by revision. An administrator may mend that on the platform alone, which
 * no event reports: so now and then one of the app's waiting incidents is tried. Thread-safe.
 */
final class SetUpTroubles {

    private record Trouble(long revision, Reason reason, Instant probeAt) {}

    private static final Duration PROBE_INTERVAL = Duration.ofMinutes(5);

    /** More calls may be bought at any time; each probe is a call that is refused until then. */
    private static final Duration MAX_QUOTA_PROBE_INTERVAL = Duration.ofHours(1);

    /** The platforms count calls by its months. */
    private static final ZoneOffset PLATFORM_ZONE = ZoneOffset.ofHours(8);

    private final Map<AppId, Trouble> troubles = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final InstantSource time;

    /**
     * Knows of no trouble.
     *
     * @param clock the calendar
     * @param time a monotonic source
     */
    SetUpTroubles(InstantSource clock, InstantSource time) {
        this.clock = clock;
        this.time = time;
    }

    /**
     * Notes what was found.
     *
     * @param reason MISCONFIGURED or QUOTA_EXHAUSTED
     * @return whether that is new of this revision
     */
    boolean add(AppId app, long revision, Reason reason) {
        var now = new Trouble(revision, reason, time.instant().plus(probeAfter(reason)));
        var before = troubles.put(app, now);
        return before == null || before.revision() != revision || before.reason() != reason;
    }

    /** Notes what another worker found, unless more is known here. */
    void learn(AppId app, long revision, Reason reason) {
        troubles.putIfAbsent(app, new Trouble(revision, reason, time.instant().plus(probeAfter(reason))));
    }

    private Duration probeAfter(Reason reason) {
        if (reason == Reason.MISCONFIGURED) {
            return PROBE_INTERVAL;
        }
        var now = clock.instant();
        var nextPeriod = OffsetDateTime.ofInstant(now, PLATFORM_ZONE)
                .truncatedTo(ChronoUnit.DAYS)
                .withDayOfMonth(1)
                .plusMonths(1)
                .toInstant();
        var untilThen = Duration.between(now, nextPeriod);
        return untilThen.compareTo(MAX_QUOTA_PROBE_INTERVAL) < 0 ? untilThen : MAX_QUOTA_PROBE_INTERVAL;
    }

    /** It works. @return whether it was in trouble */
    boolean remove(AppId app) {
        return troubles.remove(app) != null;
    }

    /** A call was answered: it has calls left. @return whether it had none */
    boolean removeQuota(AppId app) {
        var removed = new boolean[1];
        troubles.computeIfPresent(app, (id, trouble) -> {
            removed[0] = trouble.reason() == Reason.QUOTA_EXHAUSTED;
            return removed[0] ? null : trouble;
        });
        return removed[0];
    }

    /** The apps of which one incident is to be tried now; each is given once, and again after its interval. */
    List<AppId> due() {
        var now = time.instant();
        var due = new ArrayList<AppId>();
        troubles.replaceAll((app, trouble) -> {
            if (now.isBefore(trouble.probeAt())) {
                return trouble;
            }
            due.add(app);
            return new Trouble(trouble.revision(), trouble.reason(), now.plus(probeAfter(trouble.reason())));
        });
        return due;
    }
}
