package io.warroom.config.health;

import io.warroom.event.AppHealth;
import io.warroom.event.IncidentLimits;
import io.warroom.event.Platform;
import io.warroom.topic.Undecodable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Keeps the last word on each app: the one about the newest revision, and of these the latest. So records may come in any order,
 * any number of times. It throws while the database or the registry is away, and is called again with the same records. For one
 * thread.
 */
final class HealthListener implements BatchMessageListener<byte[], byte[]> {

    private static final Logger log = LoggerFactory.getLogger(HealthListener.class);
    private static final Set<Platform> PLATFORMS = Set.of(Platform.WECOM, Platform.DINGTALK, Platform.LARK);

    /** What a calendar shows. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final Deserializer<?> decoder;
    private final Jdbi jdbi;

    /** @param decoder the one that the configuration names */
    HealthListener(Deserializer<?> decoder, Jdbi jdbi) {
        this.decoder = decoder;
        this.jdbi = jdbi;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        for (var record : records) {
            if (record.value() == null) {
                erase(record);
                continue;
            }
            var health = read(record);
            if (health != null) {
                store(health);
            }
        }
    }

    private @Nullable AppHealth read(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (decoder.deserialize(record.topic(), record.headers(), record.value()) instanceof AppHealth health
                    && IncidentLimits.isTenantId(health.getTenantId())
                    && PLATFORMS.contains(health.getPlatform())
                    && health.getSince().isAfter(Instant.EPOCH)
                    && health.getSince().isBefore(LATEST)) {
                return health;
            }
            passOver(record, "it is no health of a tenant's app");
        } catch (KafkaException e) {
            if (Undecodable.why(e) == Undecodable.REGISTRY_AWAY) {
                throw e;
            }
            passOver(record, "the value is not Avro in Confluent's wire format, or its schema is not known");
        } catch (RuntimeException e) {
            // Avro throws its own, and the JDK's, for bytes that only look like a record.
            passOver(
                    record, "the value does not fit its schema: " + e.getClass().getSimpleName());
        }
        return null;
    }

    /** A tombstone: the tenant was erased. */
    private void erase(ConsumerRecord<byte[], byte[]> record) {
        var key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        int slash = key.indexOf('/');
        if (slash > 0 && key.indexOf('\0') < 0) {
            jdbi.useHandle(handle -> handle.createUpdate(
                            "DELETE FROM app_health WHERE tenant_id = :tenant AND platform = :platform")
                    .bind("tenant", key.substring(0, slash))
                    .bind("platform", key.substring(slash + 1))
                    .execute());
        }
    }

    private void store(AppHealth health) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO app_health AS stored (tenant_id, platform, revision, state, detail, platform_code, since)
                        VALUES (:tenant, :platform, :revision, :state, :detail, :code, :since)
                            ON CONFLICT (tenant_id, platform) DO UPDATE
                           SET revision = excluded.revision, state = excluded.state, detail = excluded.detail,
                               platform_code = excluded.platform_code, since = excluded.since
                         WHERE (stored.revision, stored.since) <= (excluded.revision, excluded.since)""")
                .bind("tenant", health.getTenantId())
                .bind("platform", health.getPlatform().name())
                .bind("revision", health.getRevision())
                .bind("state", health.getState().name())
                .bind("detail", text(health.getDetail()))
                .bind("code", text(health.getPlatformCode()))
                .bind("since", health.getSince().atOffset(ZoneOffset.UTC))
                .execute());
    }

    /** PostgreSQL holds every character but one. */
    private static @Nullable String text(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }

    private static void passOver(ConsumerRecord<byte[], byte[]> record, String why) {
        log.atWarn()
                .addKeyValue("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .addKeyValue("why", why)
                .log("Record is passed over: apps are shown without it");
    }
}
