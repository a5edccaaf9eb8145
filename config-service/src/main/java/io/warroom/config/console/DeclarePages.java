package io.warroom.config.console;

import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.incident.Incidents;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.UriUtils;

/**
 * Declares a test incident: an incident like any other, whose id says what it is. The id is made with the form, so that a form that
 * is sent twice declares one incident. Stateless.
 */
@Controller
@RequestMapping("/console/tenants/{tenantId}/declare")
final class DeclarePages {

    private static final List<String> TEXTS =
            List.of("incidentId", "title", "severity", "chat", "description", "impact", "service", "region");

    private final Incidents incidents;

    DeclarePages(Incidents incidents) {
        this.incidents = incidents;
    }

    @GetMapping
    ModelAndView ask() {
        var id = "TEST-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
        return form(Map.of("incidentId", id, "severity", "P3"));
    }

    @PostMapping
    ModelAndView declare(
            @PathVariable("tenantId") String tenantId,
            @RequestParam Map<String, String> form,
            HttpServletRequest request,
            HttpServletResponse response)
            throws InterruptedException {
        var tenant = new TenantId(tenantId);
        var given = Form.given(form, TEXTS);
        try {
            given.put("responders", ResponderLines.parse(form.getOrDefault("responders", "")));
            var incidentId =
                    incidents.declare(tenant, Form.fields(given)).written().incidentId();
            return Notice.done("incident.declared", incidentId)
                    .andGoTo(
                            "/console/tenants/" + tenant.value() + "/war-rooms?q="
                                    + UriUtils.encode(incidentId, StandardCharsets.UTF_8),
                            request,
                            response);
        } catch (Problem problem) {
            var page = form(form);
            page.setStatus(problem.status());
            page.addObject("problem", problem);
            page.addObject("errors", errors(problem));
            return page;
        }
    }

    private static ModelAndView form(Map<String, String> values) {
        var page = new ModelAndView("console/declare");
        page.addObject("values", values);
        page.addObject("errors", Map.of());
        return page;
    }

    /** What is wrong with a person of the list is said at the list. */
    private static Map<String, String> errors(Problem problem) {
        var errors = new LinkedHashMap<>(Form.errors(problem));
        Form.errors(problem).forEach((field, message) -> {
            if (field.startsWith("responders[")) {
                errors.putIfAbsent("responders", field + " " + message);
            }
        });
        return errors;
    }
}
