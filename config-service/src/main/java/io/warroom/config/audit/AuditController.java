package io.warroom.config.audit;

import io.warroom.config.http.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/tenants/{tenantId}/audit}: a tenant's trail, newest first, in pages. Safe for concurrent use. */
@RestController
public final class AuditController {

    private final AuditTrail trail;

    /** Reads only. */
    public AuditController(AuditTrail trail) {
        this.trail = trail;
    }

    /** A page of entries, and where the next one begins unless this is the last. */
    @GetMapping(path = "/api/v1/tenants/{tenantId}/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    public Map<String, Object> page(@PathVariable("tenantId") String tenantId, HttpServletRequest request) {
        var page = trail.page(new TenantId(tenantId), request.getParameterMap());
        var answer = new LinkedHashMap<String, Object>();
        answer.put("entries", page.entries());
        if (page.nextCursor() != null) {
            answer.put("nextCursor", page.nextCursor());
        }
        return answer;
    }
}
