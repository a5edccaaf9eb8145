package io.warroom.config.operations;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The service's properties that its commands need; named and defaulted as there. */
@ConfigurationProperties("warroom")
record OperationSettings(
        @DefaultValue Topics topics,
        @DefaultValue Sealing sealing,
        @DefaultValue Outbox outbox) {

    /** @param prefix stands before every topic's name */
    record Topics(@DefaultValue("") String prefix) {}

    /** @param publicKeyset file of the public Tink keyset */
    record Sealing(@DefaultValue("") String publicKeyset) {}

    /** @param sendTimeout how long the relay waits for the broker before it tries again */
    record Outbox(
            @DefaultValue("500ms") Duration pollInterval,
            @DefaultValue("10s") Duration sendTimeout) {}
}
