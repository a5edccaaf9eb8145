package io.warroom.config.console;

import io.warroom.config.audit.AuditTrail;
import io.warroom.config.http.TenantId;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** Audit: who changed what. Stateless. */
@Controller
final class AuditPages {

    static final List<String> ACTIONS = List.of(
            "app.enabled",
            "app.key-changed",
            "app.activated",
            "app.deleted",
            "app.resealed",
            "tenant.erased",
            "member.bound",
            "member.unbound",
            "api-token.created",
            "api-token.revoked");

    private final AuditTrail audit;

    AuditPages(AuditTrail audit) {
        this.audit = audit;
    }

    @GetMapping("/console/tenants/{tenantId}/audit")
    ModelAndView list(
            @PathVariable("tenantId") String tenantId, @RequestParam MultiValueMap<String, String> parameters) {
        var filters = new Filters(parameters, List.of("actor", "action", "from", "to", "cursor"));
        var found = audit.page(new TenantId(tenantId), filters.parameters());
        var page = new ModelAndView("console/audit");
        page.addObject("entries", found.entries());
        page.addObject("next", found.nextCursor());
        page.addObject("filters", filters);
        page.addObject("actions", ACTIONS);
        return page;
    }
}
