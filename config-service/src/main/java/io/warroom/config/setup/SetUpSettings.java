package io.warroom.config.setup;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties {@code warroom.*} of the set-up. */
@ConfigurationProperties("warroom")
record SetUpSettings(String schemaRegistryUrl, @DefaultValue Topics topics) {

    /** What every topic of the catalogue is created with. */
    record Topics(
            @DefaultValue("") String prefix,
            @DefaultValue("12") int partitions,
            @DefaultValue("3") short replication) {}
}
