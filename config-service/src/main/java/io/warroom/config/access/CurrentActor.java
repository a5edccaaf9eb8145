package io.warroom.config.access;

import io.warroom.config.audit.Actor;
import io.warroom.config.http.RequestId;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Who makes the request that a thread answers. Safe for concurrent use. */
final class CurrentActor implements Supplier<Actor>, CurrentCaller {

    private final ClaimReader claims;

    CurrentActor(ClaimReader claims) {
        this.claims = claims;
    }

    /** Who that is; null when nobody has signed in. */
    @Nullable
    Caller caller(@Nullable Authentication authentication) {
        if (authentication == null || !authentication.isAuthenticated()) {
            return null;
        }
        return switch (authentication.getPrincipal()) {
            case Caller caller -> caller;
            case OidcUser user -> claims.caller(user.getClaims(), Credential.OIDC_SESSION);
            case null, default -> null;
        };
    }

    @Override
    public @Nullable Caller find() {
        return caller(SecurityContextHolder.getContext().getAuthentication());
    }

    /** @throws IllegalStateException when this thread answers no request, or one of nobody: such a request changes nothing */
    @Override
    public Actor get() {
        var caller = find();
        if (caller == null
                || !(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
            throw new IllegalStateException("nobody is signed in");
        }
        var request = attributes.getRequest();
        return new Actor(
                caller.subject(),
                caller.role().name(),
                caller.credential().name(),
                Objects.requireNonNullElse(request.getRemoteAddr(), "unknown"),
                RequestId.of(request));
    }
}
