package io.warroom.config.room;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code warroom.rooms.*}; the defaults stand here, and what cannot be is refused by name.
 *
 * @param retention an incident of which nothing was heard for so long is forgotten
 */
@ConfigurationProperties("warroom.rooms")
record RoomSettings(
        @DefaultValue("30d") Duration retention,
        @DefaultValue Stream stream) {

    RoomSettings {
        require(retention.isPositive(), "warroom.rooms.retention must be longer than nothing, such as 30d");
    }

    /**
     * @param perInstance streams that one instance serves at a time
     * @param perTenant of these, a tenant's
     * @param perSession of these, one browser's: a newer one takes its oldest one's place
     * @param heartbeat how long a stream is silent at most
     * @param pollInterval how soon changes are seen that nobody announced
     * @param longest a stream is ended after so long; its client comes back, signed in anew
     */
    record Stream(
            @DefaultValue("200") int perInstance,
            @DefaultValue("20") int perTenant,
            @DefaultValue("4") int perSession,
            @DefaultValue("15s") Duration heartbeat,
            @DefaultValue("1s") Duration pollInterval,
            @DefaultValue("1h") Duration longest) {

        Stream {
            require(perInstance >= 1, "warroom.rooms.stream.per-instance must be at least 1");
            require(perTenant >= 1, "warroom.rooms.stream.per-tenant must be at least 1");
            require(perSession >= 1, "warroom.rooms.stream.per-session must be at least 1");
            require(heartbeat.isPositive(), "warroom.rooms.stream.heartbeat must be longer than nothing, such as 15s");
            require(
                    pollInterval.isPositive(),
                    "warroom.rooms.stream.poll-interval must be longer than nothing, such as 1s");
            require(longest.isPositive(), "warroom.rooms.stream.longest must be longer than nothing, such as 1h");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
