package io.warroom.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The worker's own settings, under {@code warroom}. Defaults are here and nowhere else.
 *
 * @param schemaRegistryUrl any Confluent-compatible registry; no default
 * @param topics the topics' names
 * @param sealing the private keys
 * @param platform where platforms may be
 * @param opening how an incident is opened
 */
@ConfigurationProperties("warroom")
record WorkerSettings(
        String schemaRegistryUrl,
        @DefaultValue Topics topics,
        Sealing sealing,
        @DefaultValue Platform platform,
        @DefaultValue Opening opening) {

    /** @param prefix before every topic's name, may be empty */
    record Topics(@DefaultValue("") String prefix) {}

    /** @param privateKeyset path of a Tink JSON keyset whose public half the config service seals with; no default */
    record Sealing(Path privateKeyset) {}

    /** @param allowedBaseUrls base URLs besides the platforms' own regions, each to the letter */
    record Platform(@DefaultValue List<String> allowedBaseUrls) {
        Platform {
            allowedBaseUrls = List.copyOf(allowedBaseUrls);
        }
    }

    /**
     * How an incident is opened.
     *
     * @param deadline how long one incident is tried before it fails
     * @param mostInFlight incidents at work at once, 1 to 100000
     */
    record Opening(
            @DefaultValue("10m") Duration deadline,
            @DefaultValue("500") int mostInFlight) {
        Opening {
            if (deadline.isNegative() || deadline.isZero()) {
                throw new IllegalArgumentException("warroom.opening.deadline must be longer than nothing");
            }
            if (mostInFlight < 1 || mostInFlight > 100_000) {
                throw new IllegalArgumentException("warroom.opening.most-in-flight must be 1 to 100000");
            }
        }
    }
}
