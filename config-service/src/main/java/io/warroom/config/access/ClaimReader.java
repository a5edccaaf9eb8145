package io.warroom.config.access;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says who somebody is here, by the claims of a token that was found good. Immutable. */
final class ClaimReader {

    private static final int LONGEST_SUBJECT = 256;

    private final AccessSettings.Claims names;

    ClaimReader(AccessSettings.Claims names) {
        this.names = names;
    }

    /** Of several roles the strongest counts, for every tenant named. */
    Caller caller(Map<String, Object> claims, Credential credential) {
        return new Caller(
                subject(claims.get("sub")), role(texts(find(claims, names.roles()))), credential, tenants(claims));
    }

    private Set<String> tenants(Map<String, Object> claims) {
        return texts(find(claims, names.tenants()));
    }

    private static Role role(Set<String> given) {
        var roles = new HashSet<String>();
        given.forEach(role -> roles.add(role.toUpperCase(Locale.ROOT).replace('-', '_')));
        // An API token alone makes an incident system.
        for (var role : new Role[] {Role.OPERATOR, Role.TENANT_ADMIN, Role.VIEWER}) {
            if (roles.contains(role.name())) {
                return role;
            }
        }
        return Role.NOBODY;
    }

    /** The claim of that very name, or else the one that its dots lead to. */
    private static @Nullable Object find(Map<?, ?> claims, String path) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
                return find(inner, path.substring(dot + 1));
            }
        }
        return null;
    }

    private static Set<String> texts(@Nullable Object claim) {
        var texts = new HashSet<String>();
        if (claim instanceof String text) {
            texts.add(text);
        } else if (claim instanceof Collection<?> several) {
            several.forEach(one -> {
                if (one instanceof String text) {
                    texts.add(text);
                }
            });
        }
        return texts;
    }

    private static String subject(@Nullable Object claim) {
        var text = claim instanceof String given ? given.replaceAll("\\p{Cntrl}", "?") : "";
        return text.length() > LONGEST_SUBJECT ? text.substring(0, LONGEST_SUBJECT) : text;
    }
}
