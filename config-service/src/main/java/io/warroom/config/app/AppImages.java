package io.warroom.config.app;

import io.warroom.config.http.TenantId;
import io.warroom.event.MobileApp;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The apps' tables as a whole, for whoever copies them to or from the topics. The caller owns the transaction. */
public final class AppImages {

    private final AppStore store = new AppStore();

    /** Every app of the tenant, or of all when it is null; deleted ones included. */
    public List<AppImage> read(Handle handle, @Nullable String tenant) {
        return handle.createQuery("""
                        SELECT DISTINCT tenant_id FROM mobile_app
                         WHERE :tenant::text IS NULL OR tenant_id = :tenant ORDER BY tenant_id""").bind("tenant", tenant).mapTo(String.class).list().stream()
                .flatMap(one -> store.appsOf(handle, new TenantId(one)).stream())
                .map(AppImages::image)
                .toList();
    }

    /** Makes the app what the image says, whatever was stored; its tenant's next activation is beyond the image's. */
    public void write(Handle handle, AppImage image) {
        store.restore(handle, stored(image));
        handle.createUpdate("""
                        INSERT INTO tenant (tenant_id, last_activation) VALUES (:tenant, :activation)
                            ON CONFLICT (tenant_id) DO UPDATE
                           SET last_activation = greatest(tenant.last_activation, excluded.last_activation)""")
                .bind("tenant", image.tenantId())
                .bind("activation", Math.max(1, image.activation()))
                .execute();
    }

    private static AppImage image(StoredApp app) {
        return new AppImage(
                app.ref().tenant().value(),
                app.ref().kind().platform,
                app.enabled() ? MobileApps.state(app) : null,
                app.revision(),
                app.enabled() ? app.activation() : 0,
                app.changedAt());
    }

    private static StoredApp stored(AppImage image) {
        var ref = new AppRef(
                new TenantId(image.tenantId()), AppKind.valueOf(image.platform().name()));
        // Of a deleted app nothing is known but that it is, and nothing is shown.
        var app = Objects.requireNonNullElse(image.app(), new MobileApp("", "", null, null, "", null, List.of()));
        return new StoredApp(
                ref,
                image.app() != null,
                app.getIdentity(),
                app.getServiceId(),
                app.getGroupTemplateId(),
                app.getRobotId(),
                app.getEndpoint(),
                app.getDefaultOwner(),
                app.getSecrets(),
                image.revision(),
                Math.max(1, image.activation()),
                image.changedAt());
    }
}
