package io.warroom.config.console;

import io.warroom.config.access.CurrentCaller;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.config.token.ApiTokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** API tokens: made, shown once, revoked. Stateless. */
@Controller
@RequestMapping("/console/tenants/{tenantId}/api-tokens")
final class TokenPages {

    private final ApiTokens tokens;
    private final CurrentCaller callers;
    private final Clock clock;

    TokenPages(ApiTokens tokens, CurrentCaller callers, Clock clock) {
        this.tokens = tokens;
        this.callers = callers;
        this.clock = clock;
    }

    @GetMapping
    ModelAndView list(@PathVariable("tenantId") String tenantId) {
        return page(new TenantId(tenantId), Map.of());
    }

    /** The answer to the form itself shows the token: it is in no session, and going back does not show it again. */
    @PostMapping
    ModelAndView create(@PathVariable("tenantId") String tenantId, @RequestParam Map<String, String> form) {
        var tenant = new TenantId(tenantId);
        var caller = callers.find();
        if (caller == null) {
            throw new IllegalStateException("nobody is signed in");
        }
        var given = Form.given(form, List.of("name", "expiresAt"));
        given.computeIfPresent("expiresAt", (name, day) -> day + "T00:00:00Z");
        try {
            var made = tokens.create(tenant, Form.fields(given), caller.subject());
            var page = page(tenant, Map.of());
            page.addObject("made", made.text().value());
            page.addObject("madeName", made.token().name());
            return page;
        } catch (Problem problem) {
            var page = page(tenant, form);
            page.setStatus(problem.status());
            page.addObject("problem", problem);
            page.addObject("errors", Form.errors(problem));
            return page;
        }
    }

    @PostMapping("/{tokenId}/revoke")
    ModelAndView revoke(
            @PathVariable("tenantId") String tenantId,
            @PathVariable("tokenId") String tokenId,
            HttpServletRequest request,
            HttpServletResponse response) {
        var tenant = new TenantId(tenantId);
        Notice notice;
        try {
            tokens.revoke(tenant, UUID.fromString(tokenId));
            notice = Notice.done("token.revoked", "");
        } catch (Problem problem) {
            notice = Notice.failed("problem." + problem.code(), "");
        } catch (IllegalArgumentException _) {
            notice = Notice.failed("problem.no-such-token", "");
        }
        return notice.andGoTo("/console/tenants/" + tenant.value() + "/api-tokens", request, response);
    }

    private ModelAndView page(TenantId tenant, Map<String, String> values) {
        var now = clock.instant();
        var page = new ModelAndView("console/tokens");
        page.addObject("tokens", tokens.of(tenant));
        page.addObject("now", now);
        page.addObject("tomorrow", now.plus(1, ChronoUnit.DAYS).toString().substring(0, 10));
        page.addObject("values", values);
        page.addObject("errors", Map.of());
        return page;
    }
}
