package io.warroom.config.setup;

import io.warroom.config.http.WebAddress;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties {@code warroom.*} of the set-up. A value that cannot be is refused by its property's name. */
@ConfigurationProperties("warroom")
record SetUpSettings(
        @DefaultValue("http://localhost:8081") String schemaRegistryUrl,
        @DefaultValue Topics topics,
        @DefaultValue Setup setup) {

    SetUpSettings {
        require(
                WebAddress.isOne(schemaRegistryUrl),
                "warroom.schema-registry-url must be an http or https URL, such as http://localhost:8081");
    }

    /** What every topic of the catalogue is created with. */
    record Topics(
            @DefaultValue("") String prefix,
            @DefaultValue("12") int partitions,
            @DefaultValue("3") short replication) {

        Topics {
            require(
                    prefix.matches("[A-Za-z0-9._-]{0,100}"),
                    "warroom.topics.prefix must be at most 100 letters, digits, '.', '_' or '-'");
            require(partitions >= 1, "warroom.topics.partitions must be 1 or more");
            require(replication >= 1, "warroom.topics.replication must be 1 or more");
        }
    }

    /** @param patience how long the set-up waits for each answer of the broker */
    record Setup(@DefaultValue("30s") Duration patience) {

        Setup {
            require(patience.isPositive(), "warroom.setup.patience must be longer than nothing, such as 30s");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
