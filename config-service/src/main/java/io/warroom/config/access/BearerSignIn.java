package io.warroom.config.access;

import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Who comes with {@code Authorization: Bearer}: an incident system with our token, or somebody with the issuer's. Thread-safe. */
final class BearerSignIn implements AuthenticationManager {

    private static final Logger log = LoggerFactory.getLogger(BearerSignIn.class);

    private final TokenRegister ours;
    private final @Nullable IssuerTokens issuers;
    private final ClaimReader claims;
    private final @Nullable MetricsToken metrics;

    /**
     * @param issuers null when no issuer is configured
     * @param metrics null when no metrics token is configured
     */
    BearerSignIn(
            TokenRegister ours, @Nullable IssuerTokens issuers, ClaimReader claims, @Nullable MetricsToken metrics) {
        this.ours = ours;
        this.issuers = issuers;
        this.metrics = metrics;
        this.claims = claims;
    }

    /**
     * @throws InvalidBearerTokenException for every token that is not good, without saying why
     * @throws AuthenticationServiceException when that cannot be found out now
     */
    @Override
    public Authentication authenticate(Authentication request) {
        if (!(request instanceof BearerTokenAuthenticationToken bearer)) {
            throw new InvalidBearerTokenException("No bearer token");
        }
        var token = bearer.getToken();
        if (metrics != null && metrics.is(token)) {
            return new SignedIn(new Caller("metrics", Role.METRICS_READER, Credential.METRICS_TOKEN, Set.of()));
        }
        return new SignedIn(ours.isToken(token) ? ofOurs(token) : ofIssuer(token));
    }

    private Caller ofOurs(String token) {
        try {
            return ours.find(token).orElseThrow(() -> new InvalidBearerTokenException("Unknown, expired or revoked"));
        } catch (JdbiException e) {
            log.atWarn().setCause(e).log("API tokens cannot be checked: the database does not answer");
            throw new AuthenticationServiceException("The database does not answer", e);
        }
    }

    private Caller ofIssuer(String token) {
        var known = issuers;
        if (known == null) {
            throw new InvalidBearerTokenException("No issuer is configured");
        }
        try {
            return claims.caller(known.check(token).getClaims(), Credential.ACCESS_TOKEN);
        } catch (BadJwtException e) {
            throw new InvalidBearerTokenException("Not a good access token", e);
        } catch (JwtException e) {
            log.atWarn().setCause(e).log("Access tokens cannot be checked: the issuer's keys cannot be had");
            throw new AuthenticationServiceException("The issuer's keys cannot be had", e);
        }
    }
}
