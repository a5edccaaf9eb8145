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
        @DefaultValue Reads reads,
        @DefaultValue Stream stream) {

    RoomSettings {
        require(retention.isPositive(), "warroom.rooms.retention must be longer than nothing, such as 30d");
    }

    /**
     * @param perTenant lists and rooms of one tenant that an instance reads at a time; more wait for a second, then they are refused
     * @param timeout a statement of a list is stopped after so long
     */
    record Reads(
            @DefaultValue("3") int perTenant,
            @DefaultValue("3s") Duration timeout) {

        Reads {
            require(perTenant >= 1, "warroom.rooms.reads.per-tenant must be at least 1");
            require(
                    timeout.toMillis() >= 1 && timeout.compareTo(Duration.ofMinutes(1)) <= 0,
                    "warroom.rooms.reads.timeout must be 1ms to 1m");
        }
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
            @DefaultValue("1000") int perInstance,
            @DefaultValue("500") int perTenant,
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
