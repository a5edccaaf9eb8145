package io.warroom.config.app;

import io.warroom.config.audit.Audit;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.RequestId;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Delivery;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.sealing.Sealer;
import io.warroom.platform.AppCheck;
import io.warroom.platform.AppFinding;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The routes of a tenant's mobile apps. Answers never hold a secret, sealed or not. Safe for concurrent use. */
@RestController
@RequestMapping("/api/v1/tenants/{tenantId}/mobile-apps")
public final class MobileAppController {

    private final MobileApps apps;
    private final List<String> allowedBaseUrls;
    private final AppChecks checks;

    /** @param eventIds a new unique id at every call */
    public MobileAppController(
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
        this.allowedBaseUrls = List.copyOf(allowedBaseUrls);
        this.checks = checks;
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

    /** Enables the app, after a check with the platform unless {@code verify} is false. */
    @PutMapping(path = "/{platform}", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Map<String, Object>> enable(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam(name = "verify", defaultValue = "true") boolean verify,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        var ref = ref(tenantId, platform);
        var given = AppParameters.read(ref.kind(), JsonBody.read(body), allowedBaseUrls);
        var expected = IfMatch.of(ifMatch);
        List<AppFinding> findings = List.of();
        if (verify) {
            // The platform takes its time: first what needs no platform, and no transaction around it.
            apps.requireEnableable(ref, expected);
            findings = checks.require(ref, given);
        }
        return answer(HttpStatus.CREATED, apps.enable(ref, given, expected), findings);
    }

    /** Changes the key and, if they differ, the other settings, never the identity; checked as when it is enabled. */
    @PutMapping(path = "/{platform}/key", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Map<String, Object>> changeKey(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam(name = "verify", defaultValue = "true") boolean verify,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        var ref = ref(tenantId, platform);
        var given = AppParameters.read(ref.kind(), JsonBody.read(body), allowedBaseUrls);
        var expected = IfMatch.of(ifMatch);
        List<AppFinding> findings = List.of();
        if (verify) {
            apps.requireChangeable(ref, given, expected);
            findings = checks.require(ref, given);
        }
        return answer(HttpStatus.OK, apps.changeKey(ref, given, expected), findings);
    }

    /** Checks parameters with the platform and stores nothing; {@code full} makes a test room where it can be dissolved. */
    @PostMapping(path = "/{platform}/check", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Map<String, Object> check(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam(name = "full", defaultValue = "false") boolean full,
            InputStream body)
            throws IOException {
        var ref = ref(tenantId, platform);
        var given = AppParameters.read(ref.kind(), JsonBody.read(body), allowedBaseUrls);
        var findings = checks.check(ref, given, full ? AppCheck.Depth.WITH_TEST_ROOM : AppCheck.Depth.READ_ONLY);
        var shown = new LinkedHashMap<String, Object>();
        shown.put("platform", ref.kind().name());
        shown.put("severity", FindingsJson.worst(findings).name());
        shown.put("findings", FindingsJson.of(findings));
        return shown;
    }

    /** The platform does not take the app: 422 with everything that was found. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> answer(AppRefused refused) {
        var errors = refused.findings().stream()
                .filter(finding -> finding.severity() == AppFinding.Severity.ERROR)
                .toList();
        var first = errors.getFirst();
        var problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.UNPROCESSABLE_CONTENT,
                first.words()
                        + (errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more, see findings)")
                        + " Nothing was stored. Mend what the findings say and repeat it, or store it unchecked with"
                        + " ?verify=false.");
        problem.setType(URI.create("urn:warroom:problem:app-refused"));
        problem.setTitle(HttpStatus.UNPROCESSABLE_CONTENT.getReasonPhrase());
        problem.setProperty("code", "app-refused");
        problem.setProperty("requestId", RequestId.current());
        problem.setProperty("findings", FindingsJson.of(refused.findings()));
        return ResponseEntity.unprocessableContent()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    /** Makes it the tenant's active app. */
    @PostMapping("/{platform}/activate")
    public ResponseEntity<Map<String, Object>> activate(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        return answer(HttpStatus.OK, apps.activate(ref(tenantId, platform), IfMatch.of(ifMatch)), List.of());
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

    private static ResponseEntity<Map<String, Object>> answer(
            HttpStatus status, MobileApps.Changed changed, List<AppFinding> findings) {
        var shown = ShownApp.of(changed.app(), changed.active());
        if (!findings.isEmpty()) {
            shown.put("findings", FindingsJson.of(findings));
        }
        return ResponseEntity.status(status)
                .eTag(IfMatch.tag(changed.app().revision()))
                .body(shown);
    }

    private static long activeOf(List<StoredApp> apps) {
        return apps.stream()
                .filter(StoredApp::enabled)
                .map(StoredApp::activation)
                .max(Comparator.naturalOrder())
                .orElse(0L);
    }
}
