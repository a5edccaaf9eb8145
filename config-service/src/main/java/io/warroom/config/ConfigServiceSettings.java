package io.warroom.config;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The properties {@code warroom.*} of the running service; the defaults stand here, and what cannot be is refused by name. */
@ConfigurationProperties("warroom")
record ConfigServiceSettings(
        @DefaultValue Topics topics,
        @DefaultValue Sealing sealing,
        @DefaultValue Endpoints endpoints,
        @DefaultValue Outbox outbox,
        @DefaultValue Incidents incidents,
        @DefaultValue Idempotency idempotency,
        @DefaultValue Listeners listeners) {

    /** @param prefix stands before every topic's name */
    record Topics(@DefaultValue("") String prefix) {

        Topics {
            require(
                    prefix.matches("[A-Za-z0-9._-]{0,100}"),
                    "warroom.topics.prefix must be at most 100 letters, digits, '.', '_' or '-'");
        }
    }

    /** @param publicKeyset file of the public Tink keyset, or its JSON */
    record Sealing(@DefaultValue("") String publicKeyset) {}

    /** @param allowedBaseUrls what an app's endpoint may be besides a region's name */
    record Endpoints(@DefaultValue List<String> allowedBaseUrls) {

        Endpoints {
            require(
                    allowedBaseUrls.stream().allMatch(url -> url.matches("https?://[^\\s/@]+(/\\S*)?")),
                    "warroom.endpoints.allowed-base-urls must be http or https URLs, without user and password");
        }
    }

    /**
     * @param pollInterval how soon rows are seen that nobody announced
     * @param alarmAge health is down while an event waits for longer
     */
    record Outbox(
            @DefaultValue("500ms") Duration pollInterval,
            @DefaultValue("10s") Duration sendTimeout,
            @DefaultValue("1m") Duration alarmAge) {

        Outbox {
            require(
                    pollInterval.isPositive(),
                    "warroom.outbox.poll-interval must be longer than nothing, such as 500ms");
            require(sendTimeout.isPositive(), "warroom.outbox.send-timeout must be longer than nothing, such as 10s");
            require(alarmAge.isPositive(), "warroom.outbox.alarm-age must be longer than nothing, such as 1m");
        }
    }

    /** @param patience how long a declaration waits for the broker */
    record Incidents(@DefaultValue("4s") Duration patience) {

        Incidents {
            require(patience.isPositive(), "warroom.incidents.patience must be longer than nothing, such as 4s");
        }
    }

    /** @param keysPerDay so many {@code Idempotency-Key}s of a tenant are kept at a time, each for a day */
    record Idempotency(@DefaultValue("50000") int keysPerDay) {

        Idempotency {
            require(
                    keysPerDay >= 1 && keysPerDay <= 1_000_000,
                    "warroom.idempotency.keys-per-day must be 1 to 1000000");
        }
    }

    /** @param stalledAfter health is down when records wait and none is taken for so long */
    record Listeners(@DefaultValue("1m") Duration stalledAfter) {

        Listeners {
            require(
                    stalledAfter.isPositive(),
                    "warroom.listeners.stalled-after must be longer than nothing, such as 1m");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
