package io.warroom.config.access;

import io.warroom.config.http.Problem;
import io.warroom.config.http.ProblemWriter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.csrf.CsrfException;

/**
 * How it is said that somebody is unknown or may not. The words depend on nothing that the caller does not know already: a
 * tenant that is there and one that is not are refused alike. Immutable.
 */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler, AuthenticationFailureHandler {

    private static final String REALM = " realm=\"warroom\"";

    private final boolean offersBasic;

    /** @param offersBasic whether to invite to HTTP Basic; where browsers come it would open a box of theirs */
    Refusals(boolean offersBasic) {
        this.offersBasic = offersBasic;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        switch (failure) {
            case TooManyTriesException early -> {
                response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(early.retryAfterSeconds()));
                refuse(
                        request,
                        response,
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too-many-tries",
                        "Too many wrong passwords came from here or for this user. Wait as long as Retry-After says, in seconds.");
            }
            case AuthenticationServiceException _ -> {
                response.setHeader(HttpHeaders.RETRY_AFTER, "5");
                refuse(
                        request,
                        response,
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "sign-in-unavailable",
                        "Who you are cannot be checked now: the database or the issuer of your token does not answer. Try again.");
            }
            case OAuth2AuthenticationException _ -> {
                challenge(request, response, "Bearer" + REALM + ", error=\"invalid_token\"");
                refuse(
                        request,
                        response,
                        HttpStatus.UNAUTHORIZED,
                        "invalid-token",
                        "The token is not good here: it is malformed, unknown, expired, revoked or meant for another service.");
            }
            case BadCredentialsException _ -> {
                challenge(request, response, "Bearer" + REALM);
                refuse(
                        request,
                        response,
                        HttpStatus.UNAUTHORIZED,
                        "wrong-password",
                        "The user or the password is wrong.");
            }
            default -> {
                challenge(request, response, "Bearer" + REALM);
                refuse(
                        request,
                        response,
                        HttpStatus.UNAUTHORIZED,
                        "unauthenticated",
                        "Say who you are: Authorization: Bearer with an access token or an API token, or the operator's user and password.");
            }
        }
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        commence(request, response, failure);
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException {
        ProblemWriter.write(request, response, problem(failure));
    }

    /** As {@link #handle}, to somebody at a browser who asked for a page. */
    void show(HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
            throws IOException, ServletException {
        show(request, response, problem(failure));
    }

    /** To somebody at a browser who wanted to change something: what was typed must not vanish behind a page to sign in. */
    void showUnknown(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException, ServletException {
        challenge(request, response, "Bearer" + REALM);
        show(
                request,
                response,
                new Problem(
                        HttpStatus.UNAUTHORIZED,
                        "unauthenticated",
                        "The session has ended, or there was none; nothing was changed. Sign in and repeat."));
    }

    /** A tenant beyond its rate: a page to somebody at a browser, problem details to a program. */
    static void tooManyRequests(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException, ServletException {
        problem.retryAfter()
                .ifPresent(wait -> response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds())));
        if (AccessWiring.asksForNoPage().matches(request)) {
            ProblemWriter.write(request, response, problem);
        } else {
            show(request, response, problem);
        }
    }

    private static void show(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException, ServletException {
        request.setAttribute(Problem.SHOWN, problem);
        // A refused change is answered by a page that is read, whatever the method was.
        var read = new HttpServletRequestWrapper(request) {
            @Override
            public String getMethod() {
                return "GET";
            }
        };
        request.getRequestDispatcher("/console/refused").forward(read, response);
    }

    private static Problem problem(AccessDeniedException failure) {
        return failure instanceof CsrfException
                ? new Problem(
                        HttpStatus.FORBIDDEN,
                        "csrf",
                        "A change by session needs the page's CSRF token: reload the page and try again.")
                : new Problem(
                        HttpStatus.FORBIDDEN,
                        "forbidden",
                        "You may not do this: it is another tenant's, or your role does not reach so far.");
    }

    static void refuse(
            HttpServletRequest request, HttpServletResponse response, HttpStatus status, String code, String detail)
            throws IOException {
        ProblemWriter.write(request, response, new Problem(status, code, detail));
    }

    private void challenge(HttpServletRequest request, HttpServletResponse response, String bearer) {
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, bearer);
        if (offersBasic && !isPagesScript(request)) {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic" + REALM + ", charset=\"UTF-8\"");
        }
    }

    /**
     * A page's script, whose session is gone with its cookie: at the word Basic its browser would open a box for a password over
     * the page, and take no key until that is answered. Programs, and people who open an address, send no such mode.
     */
    private static boolean isPagesScript(HttpServletRequest request) {
        var mode = request.getHeader("Sec-Fetch-Mode");
        return mode != null && !mode.equals("navigate");
    }
}
