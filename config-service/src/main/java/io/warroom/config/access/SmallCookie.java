package io.warroom.config.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

/**
 * What a browser keeps for us between asking and signing in, so that who has not signed in takes no memory here. Scripts cannot
 * read it. What comes back may be anything: it is the reader's to judge.
 *
 * @param path where it is sent to
 * @param secure whether it is sent over TLS alone
 */
record SmallCookie(String name, String path, boolean secure) {

    static final Duration KEPT = Duration.ofMinutes(10);

    /** Browsers keep 4,096 bytes of a cookie, its name and attributes included. */
    private static final int LONGEST = 3_800;

    /** Lets the browser keep it; what is too long for that is not kept. */
    void keep(byte[] value, HttpServletResponse response) {
        var text = Base64.getUrlEncoder().withoutPadding().encodeToString(value);
        if (text.length() <= LONGEST) {
            write(text, KEPT, response);
        }
    }

    void keep(String value, HttpServletResponse response) {
        keep(value.getBytes(StandardCharsets.UTF_8), response);
    }

    /** What the browser sent; empty when it is nothing that {@link #keep} wrote. */
    Optional<byte[]> read(HttpServletRequest request) {
        var cookie = WebUtils.getCookie(request, name);
        try {
            return cookie == null || cookie.getValue().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Base64.getUrlDecoder().decode(cookie.getValue()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    void forget(HttpServletResponse response) {
        write("", Duration.ZERO, response);
    }

    private void write(String value, Duration age, HttpServletResponse response) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name, value)
                        .path(path)
                        .httpOnly(true)
                        .secure(secure)
                        // Not strict: the way back from the issuer's page is another site's link.
                        .sameSite("Lax")
                        .maxAge(age)
                        .build()
                        .toString());
    }
}
