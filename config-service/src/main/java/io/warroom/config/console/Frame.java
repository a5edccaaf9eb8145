package io.warroom.config.console;

import io.warroom.config.access.CurrentCaller;
import io.warroom.config.access.Role;
import io.warroom.config.http.Problem;
import io.warroom.config.http.RequestId;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/** What stands around every page, and the page of what went wrong. Stateless. */
@ControllerAdvice(basePackageClasses = Frame.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class Frame {

    static final String THEME_COOKIE = "WARROOM_THEME";
    static final Set<String> THEMES = Set.of("light", "dark");

    private static final Logger log = LoggerFactory.getLogger(Frame.class);

    private final CurrentCaller callers;

    Frame(CurrentCaller callers) {
        this.callers = callers;
    }

    /** Null on pages of nobody. */
    @ModelAttribute("viewer")
    @Nullable
    Viewer viewer(HttpServletRequest request) {
        var caller = callers.find();
        if (caller == null) {
            return null;
        }
        var variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        var named = variables instanceof Map<?, ?> map && map.get("tenantId") instanceof String text ? text : "";
        // The page of a refusal is everybody's, and must not look like the refused tenant's.
        var tenant = caller.maySee(named) ? named : "";
        return new Viewer(
                caller.subject(),
                caller.role().name(),
                tenant,
                !tenant.isEmpty() && caller.mayManage(tenant),
                caller.role() == Role.OPERATOR || caller.tenants().size() > 1);
    }

    @ModelAttribute("language")
    String language() {
        return LocaleContextHolder.getLocale().toLanguageTag();
    }

    /** Empty while the viewer leaves it to the browser. */
    @ModelAttribute("theme")
    String theme(HttpServletRequest request) {
        var cookies = request.getCookies();
        for (var cookie : cookies == null ? new Cookie[0] : cookies) {
            if (cookie.getName().equals(THEME_COOKIE) && THEMES.contains(cookie.getValue())) {
                return cookie.getValue();
            }
        }
        return "";
    }

    /** Where the viewer is, to come back to after a change of language. */
    @ModelAttribute("here")
    String here(HttpServletRequest request) {
        if (!request.getMethod().equals("GET")) {
            return "/console";
        }
        var query = request.getQueryString();
        return request.getRequestURI() + (query == null ? "" : "?" + query);
    }

    @ExceptionHandler
    ModelAndView show(Problem problem, HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(problem.status().value());
        var page = new ModelAndView("console/problem");
        page.addObject("viewer", viewer(request));
        page.addObject("language", language());
        page.addObject("theme", theme(request));
        page.addObject("here", "/console");
        page.addObject("status", problem.status().value());
        page.addObject("code", problem.code());
        page.addObject("detail", problem.detail());
        page.addObject("requestId", RequestId.of(request));
        return page;
    }

    /** The database is away: nothing has begun. */
    @ExceptionHandler
    ModelAndView show(ConnectionException failure, HttpServletRequest request, HttpServletResponse response) {
        log.atWarn().setCause(failure).log("The database cannot be reached");
        return show(
                new Problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "database-unavailable",
                        "The database cannot be reached, or is busy; nothing was changed. Try again."),
                request,
                response);
    }

    /** The firewall looks at parameters only when they are read, which is here. */
    @ExceptionHandler
    ModelAndView show(RequestRejectedException refused, HttpServletRequest request, HttpServletResponse response) {
        return show(
                new Problem(
                        HttpStatus.BAD_REQUEST,
                        "refused",
                        "The request has control characters in the name of a parameter or in a header: remove them."),
                request,
                response);
    }

    /** A file beyond the limit, or a form that is none. */
    @ExceptionHandler
    ModelAndView show(MultipartException broken, HttpServletRequest request, HttpServletResponse response) {
        return show(
                new Problem(
                        HttpStatus.BAD_REQUEST,
                        "refused",
                        "The form could not be read: a file may have 1 MB. Go back and send a smaller one."),
                request,
                response);
    }

    /** A request that fits no page, or a bug: the log has it whole, the viewer learns nothing of the inside. */
    @ExceptionHandler
    ModelAndView show(Exception failure, HttpServletRequest request, HttpServletResponse response) {
        if (failure instanceof ErrorResponse refused && refused.getStatusCode().is4xxClientError()) {
            return show(
                    new Problem(
                            HttpStatus.valueOf(refused.getStatusCode().value()),
                            "refused",
                            "The request does not fit this page: go back and try again."),
                    request,
                    response);
        }
        log.atError()
                .addKeyValue("requestId", RequestId.of(request))
                .setCause(failure)
                .log("Page failed");
        return show(
                new Problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal-error",
                        "The service could not do this now. Read before you try again, and if it stays so, read its log."),
                request,
                response);
    }
}
