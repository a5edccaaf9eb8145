package io.warroom.config;

import io.warroom.config.app.AppChecks;
import io.warroom.platform.ChatPlatforms;
import io.warroom.platform.PlatformSettings;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The way to the platforms, for checks alone: the same clients, and the same filter of addresses, as the workers have. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AppCheckSettings.class)
class AppCheckWiring {

    @Bean
    ChatPlatforms platforms(ConfigServiceSettings settings, AppCheckSettings checks, Clock clock) {
        var defaults = PlatformSettings.defaults();
        return new ChatPlatforms(
                new PlatformSettings(
                        defaults.connectTimeout(),
                        checks.callTimeout(),
                        checks.callTimeout(),
                        checks.perInstance(),
                        3 * checks.perInstance(),
                        defaults.maxResponseBytes(),
                        settings.endpoints().allowedBaseUrls()),
                clock);
    }

    @Bean
    AppChecks appChecks(ChatPlatforms platforms, AppCheckSettings settings) {
        return new AppChecks(platforms.checks(), settings.perTenant(), settings.perInstance());
    }
}
