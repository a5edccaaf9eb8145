package io.warroom.config.operations;

import io.warroom.config.app.AppImage;
import io.warroom.config.app.AppImages;
import io.warroom.config.audit.Audit;
import io.warroom.config.audit.Change;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxEvent;
import io.warroom.config.outbox.Revisions;
import io.warroom.event.AppDeleted;
import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes a tenant: its rows in every table, its audit too, and a tombstone for each of its keys on every compacted topic. Its apps
 * are deleted before, so that workers forget them, and app-deleted stays until nothing can be read that it deletes. What stays
 * then is one audit entry that says so.
 */
final class EraseTenant implements Operation {

    private static final List<Topic> COMPACTED = Stream.of(Topic.values())
            .filter(topic -> switch (topic.cleanup()) {
                case COMPACT, COMPACT_AND_DELETE_30_DAYS -> true;
                case DELETE_7_DAYS, DELETE_30_DAYS -> false;
            })
            .toList();

    /** Every table that has a tenant's rows; those that refer to others come first. The outbox goes by its keys. */
    private static final List<String> TABLES = List.of(
            "mobile_app_secret",
            "mobile_app",
            "tenant",
            "member_binding",
            "api_token",
            "idempotency_key",
            "war_room",
            "war_room_total",
            "war_room_feed",
            "app_health",
            "audit",
            "known_tenant");

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final OutboxDraining draining;
    private final TopicReading topics;
    private final Audit audit;
    private final Clock clock;
    private final String topicPrefix;

    EraseTenant(
            Jdbi jdbi,
            Outbox outbox,
            OutboxDraining draining,
            TopicReading topics,
            Audit audit,
            Clock clock,
            String topicPrefix) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.draining = draining;
        this.topics = topics;
        this.audit = audit;
        this.clock = clock;
        this.topicPrefix = topicPrefix;
    }

    @Override
    public void run(OperationRequest request, PrintStream out) throws InterruptedException {
        var tenant = request.tenant();
        if (tenant == null || (!request.dryRun() && !tenant.equals(request.confirmed()))) {
            throw new OperationFailedException(
                    "name the tenant twice: --tenant=ID --confirm=ID. Nothing of it can be brought back. --dry-run shows what"
                            + " there is.");
        }
        // A change made meanwhile would leave keys that nobody erases.
        LiveService.requireNone(jdbi, request.force());
        if (!request.dryRun()) {
            draining.run(out);
        }
        out.println("Reading the topics");
        var found = keysOf(tenant, out);
        out.println("Erasing " + tenant + (request.dryRun() ? " (dry run)" : ""));
        var report = new Report(out);
        jdbi.useTransaction(handle -> {
            erase(handle, tenant, found, report);
            if (request.dryRun()) {
                handle.rollback();
            }
        });
        if (!request.dryRun()) {
            draining.run(out);
        }
        out.println((request.dryRun() ? "Would be: " : "Done: ") + report.summary());
        out.println(
                "incident-declared, -updated, -resolved and incident-rejected forget by age alone: after 7 and 30 days.");
    }

    /**
     * What the topics have of a tenant.
     *
     * @param alive keys whose last record is no tombstone
     * @param readable apps of which an event can still be read, behind a tombstone or not: until compaction has taken it, a reader
     *     must find the app deleted, as readers pass over tombstones
     */
    private record Found(Map<Topic, SortedSet<String>> alive, Set<String> readable) {}

    private Found keysOf(String tenant, PrintStream out) {
        var readable = new TreeSet<String>();
        var keys = new EnumMap<Topic, SortedSet<String>>(Topic.class);
        for (var topic : COMPACTED) {
            var alive = new TreeSet<String>();
            topics.read(List.of(topic), out, record -> {
                if (record.key() != null && record.key().startsWith(tenant + "/")) {
                    if (record.value() == null) {
                        alive.remove(record.key());
                    } else {
                        alive.add(record.key());
                        if (topic == Topic.APP_ENABLED || topic == Topic.KEY_ROTATED) {
                            readable.add(record.key());
                        }
                    }
                }
            });
            keys.put(topic, alive);
        }
        return new Found(keys, readable);
    }

    private void erase(Handle handle, String tenant, Found found, Report report) {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var deletedNow = new TreeSet<String>();
        for (var app : new AppImages().read(handle, tenant)) {
            if (app.app() != null) {
                long revision = Revisions.after(app.revision(), now);
                outbox.append(handle, deleted(app, revision, now));
                deletedNow.add(app.key());
                report.line("deleted", app.key() + " at revision " + revision);
            }
        }
        boolean any = false;
        for (var topic : COMPACTED) {
            for (var key : found.alive().getOrDefault(topic, new TreeSet<>())) {
                if (topic == Topic.APP_DELETED
                        && (deletedNow.contains(key) || found.readable().contains(key))) {
                    report.line("later", topic.name(topicPrefix) + " " + key);
                    continue;
                }
                outbox.append(
                        handle,
                        OutboxEvent.tombstone(
                                "tenant", key, topic, UUID.randomUUID().toString(), 0, now));
                report.line("tombstone", topic.name(topicPrefix) + " " + key);
                any = true;
            }
        }
        handle.createQuery("SELECT set_config('warroom.erasing_tenant', :tenant, true)")
                .bind("tenant", tenant)
                .mapTo(String.class)
                .one();
        for (var table : TABLES) {
            int rows = handle.createUpdate("DELETE FROM " + table + " WHERE tenant_id = :tenant" + kept(table))
                    .bind("tenant", tenant)
                    .execute();
            if (rows > 0) {
                report.line("erased", rows + " rows of " + table);
                any = true;
            }
        }
        if (any) {
            audit.record(
                    handle,
                    new Change(
                            new TenantId(tenant), "tenant.erased", "tenants/" + tenant, Map.of(), Map.of(), Set.of()));
        }
    }

    /** That a tenant was erased is told for ever. */
    private static String kept(String table) {
        return table.equals("audit") ? " AND action <> 'tenant.erased'" : "";
    }

    private static OutboxEvent deleted(AppImage app, long revision, Instant now) {
        var id = UUID.randomUUID().toString();
        return OutboxEvent.tombstone("tenant", app.key(), Topic.APP_DELETED, id, revision, now)
                .carrying(new AppDeleted(id, app.tenantId(), app.platform(), revision, now));
    }
}
