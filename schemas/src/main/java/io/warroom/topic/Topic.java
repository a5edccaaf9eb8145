package io.warroom.topic;

import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.AppHealth;
import io.warroom.event.EventClasses;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentParked;
import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.KeyRotated;
import io.warroom.event.MemberBound;
import io.warroom.event.WarRoomClosed;
import io.warroom.event.WarRoomFailed;
import io.warroom.event.WarRoomOpened;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Every topic of the product. All are partitioned by tenant ({@link TenantPartitioner}), and all have the same number of
 * partitions, so that a worker that is given partition p of {@link #INCIDENT_DECLARED} finds the same tenants in
 * partition p of every other topic.
 */
public enum Topic {
    APP_ENABLED("app-enabled", Key.TENANT_PLATFORM, Cleanup.COMPACT, AppEnabled.getClassSchema()),
    KEY_ROTATED("key-rotated", Key.TENANT_PLATFORM, Cleanup.COMPACT, KeyRotated.getClassSchema()),
    APP_DELETED("app-deleted", Key.TENANT_PLATFORM, Cleanup.COMPACT, AppDeleted.getClassSchema()),
    MEMBER_BOUND("member-bound", Key.TENANT_PLATFORM_PERSON, Cleanup.COMPACT, MemberBound.getClassSchema()),
    INCIDENT_DECLARED("incident-declared", Key.TENANT, Cleanup.DELETE_7_DAYS, IncidentDeclared.getClassSchema()),
    INCIDENT_UPDATED("incident-updated", Key.TENANT, Cleanup.DELETE_7_DAYS, IncidentUpdated.getClassSchema()),
    INCIDENT_RESOLVED("incident-resolved", Key.TENANT, Cleanup.DELETE_7_DAYS, IncidentResolved.getClassSchema()),
    WAR_ROOM_OPENED(
            "war-room-opened", Key.TENANT_INCIDENT, Cleanup.COMPACT_AND_DELETE_30_DAYS, WarRoomOpened.getClassSchema()),
    WAR_ROOM_FAILED(
            "war-room-failed", Key.TENANT_INCIDENT, Cleanup.COMPACT_AND_DELETE_30_DAYS, WarRoomFailed.getClassSchema()),
    WAR_ROOM_CLOSED(
            "war-room-closed", Key.TENANT_INCIDENT, Cleanup.COMPACT_AND_DELETE_30_DAYS, WarRoomClosed.getClassSchema()),
    INCIDENT_PARKED("incident-parked", Key.TENANT_INCIDENT, Cleanup.COMPACT, IncidentParked.getClassSchema()),
    APP_HEALTH("app-health", Key.TENANT_PLATFORM, Cleanup.COMPACT, AppHealth.getClassSchema()),
    /** The bytes as they were received, whatever they are, as many as {@link #LARGEST_RECORD} allows; the reason is in the headers. */
    INCIDENT_REJECTED("incident-rejected", Key.AS_RECEIVED, Cleanup.DELETE_30_DAYS, null);

    static {
        EventClasses.trust();
    }

    /** What the record key is made of, parts joined by {@code /}. */
    public enum Key {
        TENANT,
        TENANT_PLATFORM,
        TENANT_PLATFORM_PERSON,
        TENANT_INCIDENT,
        AS_RECEIVED
    }

    /** What Kafka does with old records. */
    public enum Cleanup {
        /** The last value of every key stays for ever. */
        COMPACT("compact", null),
        DELETE_7_DAYS("delete", Duration.ofDays(7)),
        DELETE_30_DAYS("delete", Duration.ofDays(30)),
        /** The last value of every key stays for thirty days. */
        COMPACT_AND_DELETE_30_DAYS("compact,delete", Duration.ofDays(30));

        private final String policy;
        private final @Nullable Duration retention;

        Cleanup(String policy, @Nullable Duration retention) {
            this.policy = policy;
            this.retention = retention;
        }
    }

    /**
     * Bytes of a record of the workers' own, at most: an incident as large as a broker takes by default (1 MiB), what was said of
     * it since, and who is in its room; or a rejected record that was compressed when it came, and why. Workers' producers send as
     * much, uncompressed.
     */
    public static final int LARGEST_RECORD = 8 * 1_024 * 1_024;

    /** Replicas that have a record before it counts as written, where a topic has three or more. */
    public static final int MIN_INSYNC_REPLICAS = 2;

    private static final String DAY = Long.toString(Duration.ofDays(1).toMillis());

    private final String baseName;
    private final Key key;
    private final Cleanup cleanup;

    @SuppressWarnings("ImmutableEnumChecker") // a generated class's schema, which nobody changes
    private final @Nullable Schema schema;

    Topic(String baseName, Key key, Cleanup cleanup, @Nullable Schema schema) {
        this.baseName = baseName;
        this.key = key;
        this.cleanup = cleanup;
        this.schema = schema;
    }

    /** The name on the broker: the operator's prefix (may be empty) before the catalogue's name. */
    public String name(String prefix) {
        return prefix + baseName;
    }

    /** The registry subject of the values, {@code <topic>-value}. */
    public String subject(String prefix) {
        return name(prefix) + "-value";
    }

    /** What the record key is made of. */
    public Key key() {
        return key;
    }

    /** What Kafka does with old records. */
    public Cleanup cleanup() {
        return cleanup;
    }

    /** How long records stay; empty where the last of every key stays for ever. */
    public Optional<Duration> retention() {
        return Optional.ofNullable(cleanup.retention);
    }

    /** The schema of the values; empty for {@link #INCIDENT_REJECTED}, which carries whatever was received. */
    public Optional<Schema> schema() {
        return Optional.ofNullable(schema);
    }

    /**
     * Topic settings for creation: cleanup policy, retention, segments of a day, for compacted topics a bound on how long old secrets stay,
     * and room for records that are made of several others. What others produce is kept by the broker's clock: a producer's wrong time
     * stamp would have the record deleted at the next check.
     */
    public Map<String, String> settings() {
        var settings = new TreeMap<String, String>();
        settings.put("cleanup.policy", cleanup.policy);
        if (this == INCIDENT_PARKED
                || this == WAR_ROOM_OPENED
                || this == WAR_ROOM_FAILED
                || this == INCIDENT_REJECTED) {
            settings.put("max.message.bytes", Integer.toString(LARGEST_RECORD));
        }
        if (this == INCIDENT_DECLARED || this == INCIDENT_UPDATED || this == INCIDENT_RESOLVED) {
            settings.put("message.timestamp.type", "LogAppendTime");
        }
        if (cleanup.retention != null) {
            settings.put("retention.ms", Long.toString(cleanup.retention.toMillis()));
        }
        if (cleanup == Cleanup.COMPACT) {
            // A replaced or deleted key's ciphertext is gone within a day or so; the active segment is never compacted.
            settings.put("max.compaction.lag.ms", DAY);
        }
        // The active segment is neither compacted nor deleted.
        settings.put("segment.ms", DAY);
        return settings;
    }

    /**
     * The same for so many replicas. With three or more, a record counts as written when {@value #MIN_INSYNC_REPLICAS} have it: set for each
     * topic, as brokers with eligible leader replicas (Kafka 4.1) refuse to change it for themselves.
     */
    public Map<String, String> settings(int replicas) {
        var settings = settings();
        if (replicas > MIN_INSYNC_REPLICAS) {
            settings.put("min.insync.replicas", Integer.toString(MIN_INSYNC_REPLICAS));
        }
        return settings;
    }
}
