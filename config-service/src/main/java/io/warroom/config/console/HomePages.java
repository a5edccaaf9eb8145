package io.warroom.config.console;

import io.warroom.config.access.CurrentCaller;
import io.warroom.config.access.Role;
import io.warroom.config.access.WaysIn;
import io.warroom.config.http.OwnAddress;
import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.RequestContextUtils;

/** Signing in, choosing a tenant, language and colours, and the page of what is not there. Stateless. */
@Controller
final class HomePages {

    private final WaysIn waysIn;
    private final CurrentCaller callers;
    private final Tenants tenants;

    HomePages(WaysIn waysIn, CurrentCaller callers, Tenants tenants) {
        this.waysIn = waysIn;
        this.callers = callers;
        this.tenants = tenants;
    }

    @GetMapping("/")
    String root() {
        return "redirect:/console";
    }

    @GetMapping("/login")
    String signIn(HttpServletRequest request, Model model) {
        model.addAttribute("ways", waysIn);
        for (var said : List.of("error", "wait", "out")) {
            if (request.getParameterMap().containsKey(said)) {
                model.addAttribute("said", said);
            }
        }
        return "console/sign-in";
    }

    /** The tenants to choose from; who has one alone is there at once. */
    @GetMapping("/console")
    String home(
            @RequestParam(name = "tenant", defaultValue = "") String tenant,
            @RequestParam(name = "q", defaultValue = "") String text,
            Model model) {
        var caller = callers.find();
        if (caller == null) {
            throw new IllegalStateException("nobody is signed in");
        }
        if (!tenant.isBlank()) {
            return "redirect:/console/tenants/" + new TenantId(tenant.strip()).value() + "/war-rooms";
        }
        var found = caller.role() == Role.OPERATOR
                ? tenants.find(Form.searched(text))
                : caller.tenants().stream()
                        .filter(one -> one.toLowerCase(Locale.ROOT)
                                .contains(text.strip().toLowerCase(Locale.ROOT)))
                        .sorted()
                        .toList();
        if (caller.role() != Role.OPERATOR && caller.tenants().size() == 1 && text.isBlank()) {
            return "redirect:/console/tenants/" + new TenantId(found.getFirst()).value() + "/war-rooms";
        }
        model.addAttribute("tenants", found);
        model.addAttribute("most", Tenants.MOST);
        model.addAttribute("q", text);
        model.addAttribute("anyTenant", caller.role() == Role.OPERATOR);
        return "console/tenants";
    }

    /** What no page answers, and what was refused before it reached one. */
    @GetMapping("/console/**")
    @SuppressWarnings("DoNotCallSuggester") // the router calls it
    String nowhere(HttpServletRequest request) {
        throw request.getAttribute(Problem.SHOWN) instanceof Problem refused
                ? refused
                : new Problem(HttpStatus.NOT_FOUND, "not-found", "There is no such page.");
    }

    /** Keeps the language and the colours in cookies, and goes back. */
    @PostMapping("/preferences")
    String keep(
            @RequestParam(name = "language", required = false) @Nullable String language,
            @RequestParam(name = "theme", required = false) @Nullable String theme,
            @RequestParam(name = "back", defaultValue = "/console") String back,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (language != null) {
            var locales = RequestContextUtils.getLocaleResolver(request);
            if (locales != null) {
                locales.setLocale(request, response, Languages.nearest(Locale.forLanguageTag(language)));
            }
        }
        if (theme != null) {
            boolean chosen = Frame.THEMES.contains(theme);
            response.addHeader(
                    HttpHeaders.SET_COOKIE,
                    ResponseCookie.from(Frame.THEME_COOKIE, chosen ? theme : "")
                            .path("/")
                            .httpOnly(true)
                            .sameSite("Lax")
                            .maxAge(chosen ? Languages.KEPT : Duration.ZERO)
                            .build()
                            .toString());
        }
        return "redirect:" + OwnAddress.orHome(back);
    }
}
