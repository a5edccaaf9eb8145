package io.warroom.config.console;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.i18n.CookieLocaleResolver;

/** The languages that the pages are in. */
final class Languages {

    static final String COOKIE = "WARROOM_LANGUAGE";
    static final Duration KEPT = Duration.ofDays(365);
    static final List<Locale> ALL = List.of(Locale.ENGLISH, Locale.SIMPLIFIED_CHINESE);

    private Languages() {}

    /** By the viewer's choice, kept in a cookie; until there is one by what the browser asks for. */
    static LocaleResolver resolver() {
        var resolver = new CookieLocaleResolver(COOKIE) {
            // One of ours, whatever the cookie says: what is kept by language is kept twice, and no more.
            @Override
            protected @Nullable Locale parseLocaleValue(String value) {
                var asked = super.parseLocaleValue(value);
                return asked == null ? null : nearest(asked);
            }
        };
        resolver.setCookieMaxAge(KEPT);
        resolver.setCookieHttpOnly(true);
        resolver.setCookieSameSite("Lax");
        // A cookie that somebody else wrote is no reason to refuse a page.
        resolver.setRejectInvalidCookies(false);
        resolver.setDefaultLocaleFunction(request ->
                request.getHeader("Accept-Language") == null ? Locale.ENGLISH : nearest(request.getLocale()));
        return resolver;
    }

    /** The language of ours that comes nearest to what is asked for. */
    static Locale nearest(Locale asked) {
        return asked.getLanguage().equals(Locale.CHINESE.getLanguage()) ? Locale.SIMPLIFIED_CHINESE : Locale.ENGLISH;
    }
}
