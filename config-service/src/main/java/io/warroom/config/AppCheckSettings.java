package io.warroom.config;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code warroom.app-check.*}; the defaults stand here.
 *
 * @param callTimeout how long one call to a platform may take; a check makes up to ten, and asks nothing more after the first
 *     that is not answered
 * @param perTenant checks of one tenant at once, 1 to 100
 * @param perInstance checks of all tenants at once in this instance, 1 to 1000
 */
@ConfigurationProperties("warroom.app-check")
record AppCheckSettings(
        @DefaultValue("5s") Duration callTimeout,
        @DefaultValue("2") int perTenant,
        @DefaultValue("20") int perInstance) {

    AppCheckSettings {
        require(callTimeout.isPositive(), "warroom.app-check.call-timeout must be longer than nothing, such as 5s");
        require(perTenant >= 1 && perTenant <= 100, "warroom.app-check.per-tenant must be 1 to 100");
        require(perInstance >= 1 && perInstance <= 1_000, "warroom.app-check.per-instance must be 1 to 1000");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
