package io.warroom.config.app;

import io.warroom.config.audit.Audit;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Delivery;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.sealing.Resealer;
import io.warroom.event.Platform;
import java.time.Clock;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** Seals apps' secrets again with the newest key, each app in a transaction with its event. */
public final class AppResealing {

    private final Jdbi jdbi;
    private final MobileApps apps;
    private final Resealer resealer;

    /** @param eventIds gives a new event's id */
    public AppResealing(
            Jdbi jdbi,
            Resealer resealer,
            Outbox outbox,
            Delivery delivery,
            Audit audit,
            Clock clock,
            Supplier<String> eventIds) {
        this.jdbi = jdbi;
        this.resealer = resealer;
        this.apps = new MobileApps(jdbi, resealer.sealer(), outbox, delivery, audit, clock, eventIds);
    }

    /** @return the app's new revision; 0 when it is deleted, or all is sealed with the newest key already */
    public long reseal(String tenantId, Platform platform) {
        return jdbi.inTransaction(handle ->
                apps.reseal(handle, new AppRef(new TenantId(tenantId), AppKind.valueOf(platform.name())), resealer));
    }
}
