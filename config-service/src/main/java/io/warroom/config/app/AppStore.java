package io.warroom.config.app;

import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Revisions;
import io.warroom.event.SealedSecret;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of the apps. The caller owns the transaction. */
final class AppStore {

    private static final String UPSERT = """
            INSERT INTO mobile_app AS stored (tenant_id, platform, enabled, identity, service_id, group_template_id,
                    robot_id, endpoint, default_owner, revision, activation, changed_at)
            VALUES (:tenant, :platform, :enabled, :identity, :serviceId, :groupTemplateId, :robotId,
                    :endpoint, :defaultOwner, :revision, :activation, :changedAt)
                ON CONFLICT (tenant_id, platform) DO UPDATE
               SET enabled = EXCLUDED.enabled, identity = EXCLUDED.identity, service_id = EXCLUDED.service_id,
                   group_template_id = EXCLUDED.group_template_id, robot_id = EXCLUDED.robot_id,
                   endpoint = EXCLUDED.endpoint, default_owner = EXCLUDED.default_owner,
                   revision = EXCLUDED.revision, activation = EXCLUDED.activation, changed_at = EXCLUDED.changed_at""";

    /** All apps of a tenant, deleted ones included, with their secrets. */
    List<StoredApp> appsOf(Handle handle, TenantId tenant) {
        return handle.createQuery("""
                        SELECT platform, enabled, identity, service_id, group_template_id, robot_id, endpoint,
                               default_owner, revision, activation, changed_at
                          FROM mobile_app
                         WHERE tenant_id = :tenant""")
                .bind("tenant", tenant.value())
                .map((row, context) -> app(handle, new AppRef(tenant, AppKind.valueOf(row.getString("platform"))), row))
                .list();
    }

    /** The last word on each app of a tenant, unless its secrets were set after the revision that it is about. */
    Map<AppKind, AppHealth> healthOf(Handle handle, TenantId tenant) {
        var found = new EnumMap<AppKind, AppHealth>(AppKind.class);
        handle.createQuery("""
                        SELECT h.platform, h.revision, h.state, h.detail, h.platform_code, h.since
                          FROM app_health h
                         WHERE h.tenant_id = :tenant
                           AND NOT EXISTS (SELECT 1 FROM mobile_app_secret s
                                            WHERE s.tenant_id = h.tenant_id AND s.platform = h.platform
                                              AND s.revision > h.revision)""")
                .bind("tenant", tenant.value())
                .map((row, context) -> Map.entry(
                        AppKind.valueOf(row.getString("platform")),
                        new AppHealth(
                                row.getLong("revision"),
                                row.getString("state"),
                                row.getString("detail"),
                                row.getString("platform_code"),
                                row.getObject("since", OffsetDateTime.class).toInstant())))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** The app, locked until the transaction ends: changes of one app, and so their outbox rows, stand in line. */
    Optional<StoredApp> lock(Handle handle, AppRef app) {
        return handle.createQuery("""
                        SELECT platform, enabled, identity, service_id, group_template_id, robot_id, endpoint,
                               default_owner, revision, activation, changed_at
                          FROM mobile_app
                         WHERE tenant_id = :tenant AND platform = :platform
                           FOR UPDATE""")
                .bind("tenant", app.tenant().value())
                .bind("platform", app.kind().name())
                .map((row, context) -> app(handle, app, row))
                .findOne();
    }

    /** The tenant's next activation number, as {@link Revisions} gives it; locks the tenant until the transaction ends. */
    long nextActivation(Handle handle, TenantId tenant, Instant now) {
        return handle.createQuery("""
                        INSERT INTO tenant (tenant_id, last_activation) VALUES (:tenant, :first)
                            ON CONFLICT (tenant_id) DO UPDATE
                           SET last_activation = greatest(tenant.last_activation + 1, excluded.last_activation)
                        RETURNING last_activation""")
                .bind("tenant", tenant.value())
                .bind("first", Revisions.after(0, now))
                .mapTo(Long.class)
                .one();
    }

    /** The activation of the tenant's active app; 0 when none is enabled. */
    long activeActivation(Handle handle, TenantId tenant) {
        return handle.createQuery("""
                        SELECT coalesce(max(activation), 0) FROM mobile_app
                         WHERE tenant_id = :tenant AND enabled""")
                .bind("tenant", tenant.value())
                .mapTo(Long.class)
                .one();
    }

    /**
     * Stores the state after a change, unless the app is no longer at the revision before it.
     *
     * @param before the revision that the change was made of; 0 when there was none
     * @return false when stale
     */
    boolean store(Handle handle, StoredApp app, long before) {
        return write(handle, app, UPSERT + " WHERE stored.revision = " + before);
    }

    /** Stores the state whatever was stored before: for a copy of what was said elsewhere. */
    void restore(Handle handle, StoredApp app) {
        write(handle, app, UPSERT);
    }

    private static boolean write(Handle handle, StoredApp app, String statement) {
        boolean won = handle.createUpdate(statement)
                        .bind("tenant", app.ref().tenant().value())
                        .bind("platform", app.ref().kind().name())
                        .bind("enabled", app.enabled())
                        .bind("identity", app.identity())
                        .bind("serviceId", app.serviceId())
                        .bind("groupTemplateId", app.groupTemplateId())
                        .bind("robotId", app.robotId())
                        .bind("endpoint", app.endpoint())
                        .bind("defaultOwner", app.defaultOwner())
                        .bind("revision", app.revision())
                        .bind("activation", app.activation())
                        .bind("changedAt", OffsetDateTime.ofInstant(app.changedAt(), ZoneOffset.UTC))
                        .execute()
                == 1;
        if (won) {
            replaceSecrets(handle, app);
        }
        return won;
    }

    private static void replaceSecrets(Handle handle, StoredApp app) {
        handle.createUpdate("DELETE FROM mobile_app_secret WHERE tenant_id = :tenant AND platform = :platform")
                .bind("tenant", app.ref().tenant().value())
                .bind("platform", app.ref().kind().name())
                .execute();
        for (var secret : app.secrets()) {
            handle.createUpdate("""
                            INSERT INTO mobile_app_secret (tenant_id, platform, field, revision, ciphertext)
                            VALUES (:tenant, :platform, :field, :revision, :ciphertext)""")
                    .bind("tenant", app.ref().tenant().value())
                    .bind("platform", app.ref().kind().name())
                    .bind("field", secret.getField())
                    .bind("revision", secret.getRevision())
                    .bind("ciphertext", bytes(secret.getCiphertext()))
                    .execute();
        }
    }

    private static List<SealedSecret> secrets(Handle handle, AppRef app) {
        return handle.createQuery("""
                        SELECT field, revision, ciphertext FROM mobile_app_secret
                         WHERE tenant_id = :tenant AND platform = :platform ORDER BY field""")
                .bind("tenant", app.tenant().value())
                .bind("platform", app.kind().name())
                .map((row, context) -> new SealedSecret(
                        row.getString("field"), row.getLong("revision"), ByteBuffer.wrap(row.getBytes("ciphertext"))))
                .list();
    }

    private static StoredApp app(Handle handle, AppRef ref, ResultSet row) throws SQLException {
        return new StoredApp(
                ref,
                row.getBoolean("enabled"),
                row.getString("identity"),
                row.getString("service_id"),
                row.getString("group_template_id"),
                row.getString("robot_id"),
                row.getString("endpoint"),
                row.getString("default_owner"),
                secrets(handle, ref),
                row.getLong("revision"),
                row.getLong("activation"),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
