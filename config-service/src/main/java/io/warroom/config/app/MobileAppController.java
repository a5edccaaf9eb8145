package io.warroom.config.app;

import io.warroom.config.http.IfMatch;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.RequestId;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.AnswerBody;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.idempotency.IdempotentAnswer;
import io.warroom.platform.AppFinding;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
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
import tools.jackson.databind.json.JsonMapper;

/** The routes of a tenant's mobile apps. Answers never hold a secret, sealed or not. Safe for concurrent use. */
@RestController
@RequestMapping("/api/v1/tenants/{tenantId}/mobile-apps")
public final class MobileAppController {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final AppDesk desk;
    private final IdempotencyKeys keys;

    /** @param desk where all of it is done */
    public MobileAppController(AppDesk desk, IdempotencyKeys keys) {
        this.desk = desk;
        this.keys = keys;
    }

    /** All three platforms, enabled or not. */
    @GetMapping
    public Map<String, Object> list(@PathVariable("tenantId") String tenantId) {
        return Map.of("apps", desk.of(new TenantId(tenantId)));
    }

    /** Enables the app, after a check with the platform unless {@code verify} is false. */
    @PutMapping(
            path = "/{platform}",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> enable(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam(name = "verify", defaultValue = "true") boolean verify,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = tenant(tenantId, platform);
        var bytes = JsonBody.bytes(body);
        var conditions = "verify " + verify + ", If-Match " + ifMatch;
        return keys.once(
                tenant,
                route("enable", platform),
                key,
                bytes,
                conditions,
                () -> answer(
                        HttpStatus.CREATED,
                        desk.enable(tenant, platform, JsonBody.fields(bytes), verify, IfMatch.of(ifMatch))));
    }

    /** Changes the key and, if they differ, the other settings, never the identity; checked as when it is enabled. */
    @PutMapping(
            path = "/{platform}/key",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> changeKey(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam(name = "verify", defaultValue = "true") boolean verify,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = tenant(tenantId, platform);
        var bytes = JsonBody.bytes(body);
        var conditions = "verify " + verify + ", If-Match " + ifMatch;
        return keys.once(
                tenant,
                route("key", platform),
                key,
                bytes,
                conditions,
                () -> answer(
                        HttpStatus.OK,
                        desk.changeKey(tenant, platform, JsonBody.fields(bytes), verify, IfMatch.required(ifMatch))));
    }

    /** Checks parameters with the platform and stores nothing; {@code full} makes a test room where it can be dissolved. */
    @PostMapping(path = "/{platform}/check", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Map<String, Object> check(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestParam(name = "full", defaultValue = "false") boolean full,
            InputStream body)
            throws IOException {
        var tenant = tenant(tenantId, platform);
        var findings = desk.check(tenant, platform, JsonBody.read(body), full);
        var shown = new LinkedHashMap<String, Object>();
        shown.put("platform", AppDesk.kind(platform).name());
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
    @PostMapping(path = "/{platform}/activate", produces = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> activate(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key)
            throws InterruptedException {
        var tenant = tenant(tenantId, platform);
        return keys.once(
                tenant,
                route("activate", platform),
                key,
                new byte[0],
                "If-Match " + ifMatch,
                () -> answer(HttpStatus.OK, desk.activate(tenant, platform, IfMatch.required(ifMatch))));
    }

    /** Deletes the app and its secrets. */
    @DeleteMapping("/{platform}")
    public ResponseEntity<Void> delete(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("platform") String platform,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        desk.delete(new TenantId(tenantId), platform, IfMatch.required(ifMatch));
        return ResponseEntity.noContent().build();
    }

    /** An address that is none is refused before its body is read. */
    private static TenantId tenant(String tenantId, String platform) {
        AppDesk.kind(platform);
        return new TenantId(tenantId);
    }

    /** The platform may be written in either case: it is one route. */
    private static String route(String change, String platform) {
        return "mobile-apps/" + AppDesk.kind(platform) + "/" + change;
    }

    private static IdempotentAnswer answer(HttpStatus status, AppDesk.Done done) {
        var shown = new LinkedHashMap<>(done.app());
        if (!done.findings().isEmpty()) {
            shown.put("findings", FindingsJson.of(done.findings()));
        }
        return IdempotentAnswer.of(status.value(), JSON.writeValueAsString(shown))
                .tagged(IfMatch.tag(done.revision()));
    }
}
