package io.warroom.config.access;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** The rule of every route, and the one place where it is said. What is not listed is the operators' alone. Immutable. */
final class Routes {

    private static final String TENANT = "/api/v1/tenants/{tenantId}";

    private static final String PAGES = "/console/tenants/{tenantId}";

    static final List<Route> ALL = List.of(
            new Route(GET, TENANT + "/mobile-apps", Rule.SEE),
            new Route(PUT, TENANT + "/mobile-apps/{platform}", Rule.MANAGE),
            new Route(PUT, TENANT + "/mobile-apps/{platform}/key", Rule.MANAGE),
            new Route(POST, TENANT + "/mobile-apps/{platform}/activate", Rule.MANAGE),
            new Route(POST, TENANT + "/mobile-apps/{platform}/check", Rule.MANAGE),
            new Route(DELETE, TENANT + "/mobile-apps/{platform}", Rule.MANAGE),
            new Route(GET, TENANT + "/members/{personId}", Rule.SEE),
            new Route(PUT, TENANT + "/members/{personId}", Rule.MANAGE),
            new Route(DELETE, TENANT + "/members/{personId}", Rule.MANAGE),
            new Route(POST, TENANT + "/incidents", Rule.DECLARE),
            new Route(PATCH, TENANT + "/incidents/{incidentId}", Rule.DECLARE),
            new Route(POST, TENANT + "/incidents/{incidentId}/resolve", Rule.DECLARE),
            new Route(GET, TENANT + "/war-rooms", Rule.SEE),
            new Route(GET, TENANT + "/war-rooms/stream", Rule.SEE),
            new Route(GET, TENANT + "/war-rooms/{incidentId}", Rule.SEE),
            new Route(POST, TENANT + "/war-rooms/{incidentId}/retry", Rule.DECLARE),
            new Route(GET, TENANT + "/api-tokens", Rule.SEE),
            new Route(POST, TENANT + "/api-tokens", Rule.MANAGE),
            new Route(DELETE, TENANT + "/api-tokens/{tokenId}", Rule.MANAGE),
            new Route(GET, TENANT + "/audit", Rule.SEE),
            new Route(GET, "/api/openapi", Rule.OPEN),
            new Route(GET, "/api/openapi.yaml", Rule.OPEN),
            new Route(GET, "/api/openapi/swagger-config", Rule.OPEN),
            new Route(GET, "/api/docs", Rule.OPEN),
            new Route(GET, "/api/swagger-ui/**", Rule.OPEN),
            new Route(GET, "/", Rule.ENTER),
            new Route(GET, "/login", Rule.OPEN),
            new Route(POST, "/preferences", Rule.OPEN),
            new Route(GET, "/assets/**", Rule.OPEN),
            new Route(GET, "/webjars/**", Rule.OPEN),
            new Route(GET, "/console", Rule.ENTER),
            new Route(GET, "/console/**", Rule.ENTER),
            new Route(GET, PAGES + "/mobile-apps", Rule.SEE),
            new Route(GET, PAGES + "/mobile-apps/{platform}/enable", Rule.MANAGE),
            new Route(POST, PAGES + "/mobile-apps/{platform}/enable", Rule.MANAGE),
            new Route(GET, PAGES + "/mobile-apps/{platform}/key", Rule.MANAGE),
            new Route(POST, PAGES + "/mobile-apps/{platform}/key", Rule.MANAGE),
            new Route(POST, PAGES + "/mobile-apps/{platform}/activate", Rule.MANAGE),
            new Route(GET, PAGES + "/mobile-apps/{platform}/delete", Rule.MANAGE),
            new Route(POST, PAGES + "/mobile-apps/{platform}/delete", Rule.MANAGE),
            new Route(GET, PAGES + "/war-rooms", Rule.SEE),
            new Route(GET, PAGES + "/war-rooms/{incidentId}", Rule.SEE),
            new Route(GET, PAGES + "/war-room", Rule.SEE),
            new Route(POST, PAGES + "/war-room/retry", Rule.DECLARE),
            new Route(GET, PAGES + "/declare", Rule.DECLARE),
            new Route(POST, PAGES + "/declare", Rule.DECLARE),
            new Route(GET, PAGES + "/people", Rule.SEE),
            new Route(POST, PAGES + "/people", Rule.MANAGE),
            new Route(POST, PAGES + "/people/remove", Rule.MANAGE),
            new Route(POST, PAGES + "/people/import", Rule.MANAGE),
            new Route(GET, PAGES + "/audit", Rule.SEE),
            new Route(GET, PAGES + "/api-tokens", Rule.SEE),
            new Route(POST, PAGES + "/api-tokens", Rule.MANAGE),
            new Route(POST, PAGES + "/api-tokens/{tokenId}/revoke", Rule.MANAGE),
            new Route(GET, "/actuator", Rule.OPERATE),
            new Route(GET, "/actuator/prometheus", Rule.MEASURE),
            new Route(GET, "/actuator/health", Rule.OPEN),
            new Route(GET, "/actuator/health/**", Rule.OPEN));

    /** As the router does it: of several patterns that match, the most specific one counts. */
    private static final List<Parsed> PARSED = ALL.stream()
            .map(route -> new Parsed(route, PathPatternParser.defaultInstance.parse(route.pattern())))
            .sorted(Comparator.comparing(Parsed::pattern))
            .toList();

    private Routes() {}

    /** One route, its pattern as its controller gives it. */
    record Route(HttpMethod method, String pattern, Rule rule) {}

    private record Parsed(Route route, PathPattern pattern) {}

    /** @param tenant whose route it is; null when it is no tenant's */
    private record Match(Rule rule, @Nullable String tenant) {}

    /** Whether the caller may do what the request asks for. */
    static boolean admit(HttpServletRequest request, @Nullable Caller caller) {
        var match = match(request);
        return match.rule().admits(caller, match.tenant());
    }

    /** Whose route the request is for; empty when it is no tenant's. */
    static Optional<String> tenant(HttpServletRequest request) {
        return Optional.ofNullable(match(request).tenant());
    }

    private static Match match(HttpServletRequest request) {
        var asked = HttpMethod.valueOf(request.getMethod());
        var method = asked.equals(HEAD) ? GET : asked;
        var path = PathContainer.parsePath(
                request.getRequestURI().substring(request.getContextPath().length()));
        for (var known : PARSED) {
            var match = known.route().method().equals(method) ? known.pattern().matchAndExtract(path) : null;
            if (match != null) {
                return new Match(known.route().rule(), match.getUriVariables().get("tenantId"));
            }
        }
        return new Match(Rule.OPERATE, null);
    }
}
