package io.warroom.config.app;

import io.warroom.config.audit.Audit;
import io.warroom.config.http.Fields;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Delivery;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.sealing.Sealer;
import io.warroom.platform.AppCheck;
import io.warroom.platform.AppFinding;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.springframework.http.HttpStatus;

/**
 * What may be done with a tenant's mobile apps, for routes and for pages alike: what is given is read, the platform is asked, and
 * only then the change is made. What is answered never holds a secret, sealed or not. Safe for concurrent use.
 */
public final class AppDesk {

    private final MobileApps apps;
    private final AppChecks checks;
    private final List<String> allowedBaseUrls;

    /**
     * Makes one.
     *
     * @param eventIds a new unique id at every call
     * @param allowedBaseUrls what an app's endpoint may be besides a region's name
     */
    public AppDesk(
            Jdbi jdbi,
            Sealer sealer,
            Outbox outbox,
            Delivery delivery,
            Audit audit,
            Clock clock,
            Supplier<String> eventIds,
            List<String> allowedBaseUrls,
            AppChecks checks) {
        this.apps = new MobileApps(jdbi, sealer, outbox, delivery, audit, clock, eventIds);
        this.checks = checks;
        this.allowedBaseUrls = List.copyOf(allowedBaseUrls);
    }

    /**
     * A change that was made.
     *
     * @param app as it may be shown
     * @param findings what the platform said before; empty when it was not asked
     */
    public record Done(Map<String, Object> app, long revision, List<AppFinding> findings) {}

    /** All three platforms, enabled or not. */
    public List<Map<String, Object>> of(TenantId tenant) {
        var stored = apps.of(tenant);
        var health = apps.healthOf(tenant);
        long active = activeOf(stored);
        var shown = new ArrayList<Map<String, Object>>();
        for (var kind : AppKind.values()) {
            shown.add(stored.stream()
                    .filter(app -> app.ref().kind() == kind)
                    .findFirst()
                    .map(app -> ShownApp.of(app, app.activation() == active, health.get(kind)))
                    .orElseGet(() -> ShownApp.notEnabled(kind, 0)));
        }
        return shown;
    }

    /** The platform's regions, the default first. */
    public List<String> regions(String platform) {
        return List.copyOf(kind(platform).regions);
    }

    /** What an app's endpoint may be besides: the private installations of all tenants, for operators' eyes alone. */
    public List<String> allowedBaseUrls() {
        return List.copyOf(allowedBaseUrls);
    }

    /**
     * Enables the app.
     *
     * @param verify whether to ask the platform first
     * @throws AppRefused when the platform does not take it
     * @throws Problem when it cannot be enabled as given, or as things are
     */
    public Done enable(TenantId tenant, String platform, Fields body, boolean verify, IfMatch ifMatch) {
        var ref = new AppRef(tenant, kind(platform));
        var given = AppParameters.read(ref.kind(), body, allowedBaseUrls);
        List<AppFinding> findings = List.of();
        if (verify) {
            // The platform takes its time: first what needs no platform, and no transaction around it.
            apps.requireEnableable(ref, ifMatch);
            findings = checks.require(ref, given);
        }
        return done(apps.enable(ref, given, ifMatch), findings);
    }

    /** Changes the key and, if they differ, the other settings, never the identity; the rest is as for {@link #enable}. */
    public Done changeKey(TenantId tenant, String platform, Fields body, boolean verify, IfMatch ifMatch) {
        var ref = new AppRef(tenant, kind(platform));
        var given = AppParameters.read(ref.kind(), body, allowedBaseUrls);
        List<AppFinding> findings = List.of();
        if (verify) {
            apps.requireChangeable(ref, given, ifMatch);
            findings = checks.require(ref, given);
        }
        return done(apps.changeKey(ref, given, ifMatch), findings);
    }

    /** Asks the platform and stores nothing; {@code full} makes a test room where it can be dissolved. */
    public List<AppFinding> check(TenantId tenant, String platform, Fields body, boolean full) {
        var ref = new AppRef(tenant, kind(platform));
        var given = AppParameters.read(ref.kind(), body, allowedBaseUrls);
        return checks.check(ref, given, full ? AppCheck.Depth.WITH_TEST_ROOM : AppCheck.Depth.READ_ONLY);
    }

    /** Makes it the tenant's active app. */
    public Done activate(TenantId tenant, String platform, IfMatch ifMatch) {
        return done(apps.activate(new AppRef(tenant, kind(platform)), ifMatch), List.of());
    }

    /** Deletes the app and its secrets. */
    public void delete(TenantId tenant, String platform, IfMatch ifMatch) {
        apps.delete(new AppRef(tenant, kind(platform)), ifMatch);
    }

    static AppKind kind(String platform) {
        return AppKind.named(platform)
                .orElseThrow(() -> new Problem(
                        HttpStatus.NOT_FOUND,
                        "unknown-platform",
                        "There is no such platform: use wecom, dingtalk or lark."));
    }

    private static Done done(MobileApps.Changed changed, List<AppFinding> findings) {
        return new Done(
                ShownApp.of(changed.app(), changed.active(), null),
                changed.app().revision(),
                findings);
    }

    private static long activeOf(List<StoredApp> apps) {
        return apps.stream()
                .filter(StoredApp::enabled)
                .map(StoredApp::activation)
                .max(Comparator.naturalOrder())
                .orElse(0L);
    }
}
