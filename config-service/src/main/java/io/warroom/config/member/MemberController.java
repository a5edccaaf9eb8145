package io.warroom.config.member;

import io.warroom.config.http.IfMatch;
import io.warroom.config.http.JsonBody;
import io.warroom.config.http.TenantId;
import io.warroom.config.idempotency.AnswerBody;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.idempotency.IdempotentAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
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
import tools.jackson.databind.json.JsonMapper;

/** {@code /api/v1/tenants/{tenantId}/members/{personId}}: binds a person to a platform user. */
@RestController
@RequestMapping(path = "/api/v1/tenants/{tenantId}/members/{personId}", produces = MediaType.APPLICATION_JSON_VALUE)
public class MemberController {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Members members;
    private final IdempotencyKeys keys;

    public MemberController(Members members, IdempotencyKeys keys) {
        this.members = members;
        this.keys = keys;
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
        var shown = new LinkedHashMap<String, Object>();
        shown.put("personId", personId);
        shown.put("bindings", bindings.stream().map(MemberController::shown).toList());
        return shown;
    }

    /** Binds the person on the body's platform. */
    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<AnswerBody> bind(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("personId") String personId,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String key,
            InputStream body)
            throws IOException, InterruptedException {
        var tenant = new TenantId(tenantId);
        var person = new MemberRef(tenant, personId);
        var bytes = JsonBody.bytes(body);
        return keys.once(
                tenant,
                "members/" + person.personId(),
                key,
                bytes,
                "If-Match " + ifMatch,
                () -> answer(members.bind(tenant, personId, JsonBody.fields(bytes), IfMatch.required(ifMatch))));
    }

    private static IdempotentAnswer answer(Members.Bound bound) {
        var binding = bound.binding();
        var status = bound.isNew() ? HttpStatus.CREATED : HttpStatus.OK;
        return IdempotentAnswer.of(status.value(), JSON.writeValueAsString(shown(binding)))
                .tagged(IfMatch.tag(binding.revision()));
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
