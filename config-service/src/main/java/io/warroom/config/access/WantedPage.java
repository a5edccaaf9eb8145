package io.warroom.config.access;

import io.warroom.config.http.OwnAddress;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The page that somebody asked for before signing in, and lands on after it. The browser keeps it; whatever comes back leads to a
 * page of ours or to the start page. Immutable.
 */
final class WantedPage implements RequestCache, AuthenticationSuccessHandler {

    private final SmallCookie cookie;
    private final RequestMatcher noPage;

    /** @param noPage who asks for something else than a page */
    WantedPage(boolean secure, RequestMatcher noPage) {
        // The sign-in's own addresses lie below it, and no page needs it.
        this.cookie = new SmallCookie("WARROOM_WANTED", "/login", secure);
        this.noPage = noPage;
    }

    @Override
    public void saveRequest(HttpServletRequest request, HttpServletResponse response) {
        // A script's request is no page to land on; scripts lead their page there themselves.
        if (!request.getMethod().equals("GET") || request.getHeader("HX-Request") != null || noPage.matches(request)) {
            return;
        }
        var query = request.getQueryString();
        var address = request.getRequestURI() + (query == null ? "" : "?" + query);
        if (OwnAddress.isOne(address)) {
            cookie.keep(address, response);
        }
    }

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication authentication)
            throws IOException {
        var wanted = cookie.read(request).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        cookie.forget(response);
        response.sendRedirect(OwnAddress.orHome(wanted.orElse(OwnAddress.HOME)));
    }

    /** Requests are asked again, not replayed. */
    @Override
    public @Nullable SavedRequest getRequest(HttpServletRequest request, HttpServletResponse response) {
        return null;
    }

    @Override
    public @Nullable HttpServletRequest getMatchingRequest(HttpServletRequest request, HttpServletResponse response) {
        return null;
    }

    @Override
    public void removeRequest(HttpServletRequest request, HttpServletResponse response) {
        cookie.forget(response);
    }
}
