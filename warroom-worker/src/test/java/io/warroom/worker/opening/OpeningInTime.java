package io.warroom.worker.opening;

import io.warroom.platform.ChatPlatform;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** For tests of other features: an opening whose time passes as the test wants, and that tries each incident once at a stretch. */
public final class OpeningInTime {

    private OpeningInTime() {}

    /** On one platform. */
    public static IncidentOpening of(
            Directory directory,
            ChatPlatform platform,
            Ledger ledger,
            Results results,
            AppHealth health,
            Clock clock,
            InstantSource time) {
        return new IncidentOpening(
                directory,
                Map.of(platform.kind(), platform),
                ledger,
                results,
                health,
                clock,
                time,
                pause -> {
                    throw new AssertionError("nobody has patience here");
                },
                new OpeningTimes(Duration.ofMillis(1), Duration.ofMinutes(10), Duration.ofHours(24)),
                10,
                ClosingPolicy.RENAME);
    }
}
