package io.warroom.simulator.page;

import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Platform;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a visitor wants to see; immutable. {@code tenant} is null for all; {@code open} says which room a phone shows: {@link #LIST}
 * for its list, a room's key, or nothing for the one in which something happened last; {@code theme} is dark, light or empty.
 */
record Asked(@Nullable String tenant, Map<Platform, String> open, Language language, String theme) {
    /** No room: the list of all. */
    static final String LIST = "list";

    static final String LANGUAGE_COOKIE = "SIMULATOR_LANGUAGE";
    static final String THEME_COOKIE = "SIMULATOR_THEME";

    Asked {
        open = Map.copyOf(open);
    }

    /** Reads the parameters of an address. */
    static Asked inAddress(Call call) {
        return read(call, call::query);
    }

    /** Reads the hidden fields of a form. */
    static Asked inForm(Call call) {
        return read(call, call::text);
    }

    private static Asked read(Call call, UnaryOperator<String> parameter) {
        Map<Platform, String> open = new EnumMap<>(Platform.class);
        for (Platform platform : Platform.values()) {
            String key = parameter.apply(name(platform));
            if (!key.isEmpty()) {
                open.put(platform, key);
            }
        }
        String tenant = parameter.apply("tenant").strip();
        String language = chosen(call, "lang", LANGUAGE_COOKIE);
        String theme = chosen(call, "theme", THEME_COOKIE);
        return new Asked(
                tenant.isEmpty() ? null : tenant,
                open,
                Language.of(language.isEmpty() ? call.headers().getOrDefault("accept-language", "") : language),
                theme.equals("dark") || theme.equals("light") ? theme : "");
    }

    private static String chosen(Call call, String name, String cookie) {
        var kept = Pattern.compile("(?:^|;\\s*)" + cookie + "=([\\w-]{0,10})")
                .matcher(call.headers().getOrDefault("cookie", ""));
        return call.query(name).isEmpty() ? (kept.find() ? kept.group(1) : "") : call.query(name);
    }

    /** The parameter that says which room the platform's phone shows. */
    static String name(Platform platform) {
        return platform.name().toLowerCase(Locale.ROOT);
    }

    /** Gives the address of the same view. */
    String address() {
        return address(Map.of());
    }

    /** Gives the address of the view with other parameters; an empty one is left out. */
    String address(Map<String, String> other) {
        Map<String, String> all = new LinkedHashMap<>(parameters());
        all.putAll(other);
        StringBuilder address = new StringBuilder("/");
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                address.append(address.length() == 1 ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        return address.toString();
    }

    /** Gives what forms carry along, so that they lead back to the same view. */
    Map<String, String> parameters() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("tenant", tenant == null ? "" : tenant);
        for (Platform platform : Platform.values()) {
            all.put(name(platform), open.getOrDefault(platform, ""));
        }
        return all;
    }
}
