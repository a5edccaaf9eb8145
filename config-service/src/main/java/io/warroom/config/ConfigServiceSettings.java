package io.warroom.config;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties {@code warroom.*} of the running service; the defaults stand here. */
@ConfigurationProperties("warroom")
record ConfigServiceSettings(
        @DefaultValue Topics topics,
        @DefaultValue Sealing sealing,
        @DefaultValue Endpoints endpoints,
        @DefaultValue Outbox outbox,
        @DefaultValue Incidents incidents) {

    /** @param prefix stands before every topic's name */
    record Topics(@DefaultValue("") String prefix) {}

    /** @param publicKeyset file of the public Tink keyset */
    record Sealing(@DefaultValue("") String publicKeyset) {}

    /** @param allowedBaseUrls what an app's endpoint may be besides a region's name */
    record Endpoints(@DefaultValue List<String> allowedBaseUrls) {}

    /** @param pollInterval how soon rows are seen that nobody announced */
    record Outbox(
            @DefaultValue("500ms") Duration pollInterval,
            @DefaultValue("10s") Duration sendTimeout) {}

    /** @param patience how long a declaration waits for the broker */
    record Incidents(@DefaultValue("4s") Duration patience) {}
}
