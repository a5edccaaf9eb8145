package io.warroom.config.access;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code warroom.rate-limits.*}: requests of one tenant that one instance serves. A tenant that was idle may send
 * ten seconds' worth at once.
 *
 * @param incidentsPerSecond declarations, updates and resolutions, 1 to 100,000
 * @param readsPerSecond pages, lists and streams that are opened, 1 to 100,000
 * @param changesPerSecond every other change, 1 to 100,000
 * @param keyChangesPerMinute requests that bring an app's secret (enable, change key, activate, check), 1 to 100,000: each may
 *     make a worker sign in to the platform
 */
@ConfigurationProperties("warroom.rate-limits")
record RateLimitSettings(
        @DefaultValue("100") int incidentsPerSecond,
        @DefaultValue("100") int readsPerSecond,
        @DefaultValue("50") int changesPerSecond,
        @DefaultValue("60") int keyChangesPerMinute) {

    private static final int MAX = 100_000;

    RateLimitSettings {
        require("incidents-per-second", incidentsPerSecond);
        require("reads-per-second", readsPerSecond);
        require("changes-per-second", changesPerSecond);
        require("key-changes-per-minute", keyChangesPerMinute);
    }

    private static void require(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new UnusableAccessException("warroom.rate-limits." + name + " must be 1 to " + MAX + ".");
        }
    }
}
