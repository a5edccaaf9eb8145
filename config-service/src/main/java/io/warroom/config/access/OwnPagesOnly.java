package io.warroom.config.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses changes that a browser makes for another site's page: a browser that was once told the operator's password sends it
 * along by itself. Programs do not send the header that this goes by, and are not concerned. Safe for concurrent use.
 */
final class OwnPagesOnly extends OncePerRequestFilter {

    private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !OWN.contains(site) && !HARMLESS.contains(request.getMethod())) {
            Refusals.refuse(
                    request,
                    response,
                    HttpStatus.FORBIDDEN,
                    "cross-site",
                    "A page of another site asked for this change; it was not made.");
            return;
        }
        chain.doFilter(request, response);
    }
}
