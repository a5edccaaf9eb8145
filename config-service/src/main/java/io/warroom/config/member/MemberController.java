package io.warroom.config.member;

import io.warroom.config.audit.Audit;
import io.warroom.config.http.FieldError;
import io.warroom.config.http.IfMatch;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.outbox.Outbox;
import io.warroom.event.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.LinkedHashMap;
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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/tenants/{tenantId}/members/{personId}}: binds a person to a platform user. */
@RestController
@RequestMapping(path = "/api/v1/tenants/{tenantId}/members/{personId}", produces = MediaType.APPLICATION_JSON_VALUE)
public class MemberController {

    private static final List<Platform> PLATFORMS = List.of(Platform.WECOM, Platform.DINGTALK, Platform.LARK);

    private final Members members;

    /** @param eventIds gives each event its id */
    public MemberController(Jdbi jdbi, Outbox outbox, Audit audit, Clock clock, Supplier<String> eventIds) {
        this.members = new Members(jdbi, outbox, audit, clock, eventIds);
    }

    /** The person's bindings; 404 when there is none. */
    @GetMapping
    public Map<String, Object> find(
            @PathVariable("tenantId") String tenantId, @PathVariable("personId") String personId) {
        var person = new MemberRef(new TenantId(tenantId), personId);
        var bindings = members.of(person);
        if (bindings.isEmpty()) {
            throw Members.notBound(person);
        }
        return Map.of(
                "personId",
                personId,
                "bindings",
                bindings.stream().map(MemberController::shown).toList());
    }

    /** Binds the person on the body's platform. */
    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Map<String, Object>> bind(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("personId") String personId,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        var person = new MemberRef(new TenantId(tenantId), personId);
        var fields = JsonBody.read(body);
        var platform = fields.findOneOf("platform", PLATFORMS);
        if (platform == null) {
            fields.requireAnyText("platform");
        }
        var userId = fields.requireText("platformUserId", 128);
        if (!userId.isEmpty() && !MemberRef.isId(userId)) {
            fields.refuse("platformUserId", "must be without '/' and control characters");
        }
        fields.requireValid();
        if (platform == null) {
            throw new IllegalStateException("a missing platform is refused");
        }
        var binding = members.bind(person, platform, userId, IfMatch.of(ifMatch));
        return ResponseEntity.status(binding.revision() == 1 ? HttpStatus.CREATED : HttpStatus.OK)
                .eTag(IfMatch.tag(binding.revision()))
                .body(shown(binding));
    }

    /** Takes the person's bindings back, on one platform or on all. */
    @DeleteMapping
    public ResponseEntity<Void> unbind(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("personId") String personId,
            @RequestParam(name = "platform", required = false) @Nullable String platform) {
        var person = new MemberRef(new TenantId(tenantId), personId);
        members.unbind(person, platform == null ? PLATFORMS : List.of(named(platform)));
        return ResponseEntity.noContent().build();
    }

    private static Platform named(String name) {
        return PLATFORMS.stream()
                .filter(platform -> platform.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> {
                    var wrong = new FieldError("platform", "must be one of " + PLATFORMS + ", or left out for all");
                    return new Problem(
                            HttpStatus.BAD_REQUEST,
                            "invalid-parameter",
                            wrong.field() + " " + wrong.message(),
                            List.of(wrong));
                });
    }

    private static Map<String, Object> shown(Binding binding) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("platform", binding.platform().name());
        shown.put("platformUserId", binding.platformUserId());
        shown.put("revision", binding.revision());
        shown.put("changedAt", binding.changedAt().toString());
        return shown;
    }
}
