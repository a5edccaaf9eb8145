package io.warroom.config.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every answer its request id and the headers that tell a browser what it must not do with it. Goes before all
 * that refuses. Safe for concurrent use.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class EveryAnswer extends OncePerRequestFilter {

    private static final String POLICY = "Content-Security-Policy";
    private static final String PAGE_POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    /** Where the API's document is shown, by Swagger UI: its style sheet has its icons in it. */
    private static final String API_PAGES = "/api/swagger-ui/";

    private static final String ICONS = "; img-src 'self' data:";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        writeTo(response, RequestId.of(request), request.isSecure());
        if (request.getRequestURI().startsWith(request.getContextPath() + API_PAGES)) {
            response.setHeader(POLICY, PAGE_POLICY + ICONS);
        }
        chain.doFilter(request, response);
    }

    /** Sets the headers; again does no harm. */
    static void writeTo(HttpServletResponse response, String requestId, boolean secure) {
        response.setHeader(RequestId.HEADER, requestId);
        response.setHeader(POLICY, PAGE_POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        if (secure) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
    }
}
