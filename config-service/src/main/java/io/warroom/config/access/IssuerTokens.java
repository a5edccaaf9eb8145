package io.warroom.config.access;

import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks the issuer's access tokens: signed with one of its present keys, from it, for us, and not expired. The keys are
 * fetched at the first token, kept for minutes and fetched anew for an unknown key id, though not at every forger's wish; with
 * the issuer away those that are known hold for hours. Safe for concurrent use.
 */
final class IssuerTokens {

    private static final Duration SKEW = Duration.ofSeconds(30);
    /** Between two tries to read the discovery document: no caller with a forged token makes us ask the issuer each time. */
    private static final Duration DISCOVERY_PAUSE = Duration.ofSeconds(10);

    private static final Duration KEYS_OUTLIVE_ISSUER = Duration.ofHours(4);
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int MOST_BYTES = 512 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final AccessSettings.Jwt settings;
    private final Clock clock;
    private final DefaultResourceRetriever http =
            new DefaultResourceRetriever(PATIENCE_MILLIS, PATIENCE_MILLIS, MOST_BYTES);
    private volatile @Nullable JwtDecoder decoder;

    /** The discovery document could not be had: not asked for again before. */
    private volatile Instant nextDiscovery = Instant.MIN;

    IssuerTokens(AccessSettings.Jwt settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The token, found good.
     *
     * @throws BadJwtException when it is not
     * @throws JwtException when the issuer's keys cannot be had now
     */
    Jwt check(String token) {
        try {
            return decoder().decode(token);
        } catch (BadJwtException e) {
            throw e;
        } catch (JwtException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof RateLimitReachedException) {
                    throw new BadJwtException("No known key has signed it, and the keys were fetched just now", e);
                }
            }
            throw e;
        }
    }

    private JwtDecoder decoder() {
        var current = decoder;
        if (current != null) {
            return current;
        }
        if (clock.instant().isBefore(nextDiscovery)) {
            throw new JwtException("The discovery document of " + settings.issuerUri() + " could not be used just now");
        }
        try {
            // Twice at the same moment does no harm.
            var created = newDecoder();
            decoder = created;
            return created;
        } catch (JwtException e) {
            nextDiscovery = clock.instant().plus(DISCOVERY_PAUSE);
            throw e;
        }
    }

    private JwtDecoder newDecoder() {
        var keys = JWKSourceBuilder.<SecurityContext>create(keysAddress(), http)
                .outageTolerant(KEYS_OUTLIVE_ISSUER.toMillis())
                .build();
        var made = NimbusJwtDecoder.withJwkSource(keys)
                // Asymmetric ones alone: with a symmetric one our own knowledge of the key would make tokens.
                .jwsAlgorithms(algorithms -> algorithms.addAll(List.of(
                        SignatureAlgorithm.RS256,
                        SignatureAlgorithm.RS384,
                        SignatureAlgorithm.RS512,
                        SignatureAlgorithm.PS256,
                        SignatureAlgorithm.PS384,
                        SignatureAlgorithm.PS512,
                        SignatureAlgorithm.ES256,
                        SignatureAlgorithm.ES384,
                        SignatureAlgorithm.ES512)))
                .build();
        made.setJwtValidator(validator());
        return made;
    }

    private OAuth2TokenValidator<Jwt> validator() {
        var times = new JwtTimestampValidator(SKEW);
        times.setAllowEmptyExpiryClaim(false);
        times.setClock(clock);
        var types = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt");
        types.setAllowEmpty(true);
        return new DelegatingOAuth2TokenValidator<>(
                times,
                types,
                new JwtIssuerValidator(settings.issuerUri()),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, audience -> audience != null && audience.contains(settings.audience())),
                new JwtClaimValidator<String>(JwtClaimNames.SUB, subject -> subject != null && !subject.isBlank()));
    }

    private URL keysAddress() {
        try {
            return settings.jwkSetUri().isEmpty()
                    ? discovered()
                    : URI.create(settings.jwkSetUri()).toURL();
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw new JwtException("The discovery document of " + settings.issuerUri() + " cannot be used", e);
        }
    }

    private URL discovered() throws IOException {
        var issuer = settings.issuerUri();
        var address = (issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer)
                + "/.well-known/openid-configuration";
        var document =
                JSON.readTree(http.retrieveResource(URI.create(address).toURL()).getContent());
        if (!issuer.equals(document.path("issuer").asString(""))) {
            throw new MalformedURLException("it is of another issuer");
        }
        return URI.create(document.path("jwks_uri").asString("")).toURL();
    }
}
