package io.warroom.config.app;

import io.warroom.config.audit.Audit;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.sealing.Sealer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The routes of a tenant's mobile apps. Answers never hold a secret, sealed or not. Safe for concurrent use. */
@RestController
@RequestMapping("/api/v1/tenants/{tenantId}/mobile-apps")
public final class MobileAppController {

    private final MobileApps apps;
    private final List<String> allowedBaseUrls;

    /** @param eventIds a new unique id at every call */
    public MobileAppController(
            Jdbi jdbi,
            Sealer sealer,
            Outbox outbox,
            Audit audit,
            Clock clock,
            Supplier<String> eventIds,
            List<String> allowedBaseUrls) {
        this.apps = new MobileApps(jdbi, sealer, outbox, audit, clock, eventIds);
        this.allowedBaseUrls = List.copyOf(allowedBaseUrls);
    }

    /** All three platforms, enabled or not. */
    @GetMapping
    public Map<String, Object> list(@PathVariable("tenantId") String tenantId) {
        var tenant = new TenantId(tenantId);
        var stored = apps.of(tenant);
        long active = activeOf(stored);
        var shown = new ArrayList<Map<String, Object>>();
        for (var kind : AppKind.values()) {
            shown.add(stored.stream()
                    .filter(app -> app.ref().kind() == kind)
                    .findFirst()
                    .map(app -> ShownApp.of(app, app.activation() == active))
                    .orElseGet(() -> ShownApp.notEnabled(kind, 0)));
        }
        return Map.of("apps", shown);
    }

    /** Enables the app. */
    @PutMapping(path = "/{platform}", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Map<String, Object>> enable(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        var ref = ref(tenantId, platform);
        var given = AppParameters.read(ref.kind(), JsonBody.read(body), allowedBaseUrls);
        return answer(HttpStatus.CREATED, apps.enable(ref, given, IfMatch.of(ifMatch)));
    }

    /** Changes the key and, if they differ, the other settings; never the identity. */
    @PutMapping(path = "/{platform}/key", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Map<String, Object>> changeKey(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        var ref = ref(tenantId, platform);
        var given = AppParameters.read(ref.kind(), JsonBody.read(body), allowedBaseUrls);
        return answer(HttpStatus.OK, apps.changeKey(ref, given, IfMatch.of(ifMatch)));
    }

    /** Makes it the tenant's active app. */
    @PostMapping("/{platform}/activate")
    public ResponseEntity<Map<String, Object>> activate(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        return answer(HttpStatus.OK, apps.activate(ref(tenantId, platform), IfMatch.of(ifMatch)));
    }

    /** Deletes the app and its secrets. */
    @DeleteMapping("/{platform}")
    public ResponseEntity<Void> delete(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        apps.delete(ref(tenantId, platform), IfMatch.of(ifMatch));
        return ResponseEntity.noContent().build();
    }

    private static AppRef ref(String tenantId, String platform) {
        var tenant = new TenantId(tenantId);
        return new AppRef(
                tenant,
                AppKind.named(platform)
                        .orElseThrow(() -> new Problem(
                                HttpStatus.NOT_FOUND,
                                "unknown-platform",
                                "There is no such platform: use wecom, dingtalk or lark.")));
    }

    private static ResponseEntity<Map<String, Object>> answer(HttpStatus status, MobileApps.Changed changed) {
        return ResponseEntity.status(status)
                .eTag(IfMatch.tag(changed.app().revision()))
                .body(ShownApp.of(changed.app(), changed.active()));
    }

    private static long activeOf(List<StoredApp> apps) {
        return apps.stream()
                .filter(StoredApp::enabled)
                .map(StoredApp::activation)
                .max(Comparator.naturalOrder())
                .orElse(0L);
    }
}
