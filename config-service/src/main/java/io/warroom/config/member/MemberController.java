package io.warroom.config.member;

import io.warroom.config.http.IfMatch;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
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

    private final Members members;

    public MemberController(Members members) {
        this.members = members;
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
        var tenant = new TenantId(tenantId);
        var binding = members.bind(tenant, personId, JsonBody.read(body), IfMatch.of(ifMatch));
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
        members.unbind(new TenantId(tenantId), personId, platform);
        return ResponseEntity.noContent().build();
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
