package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.warroom.config.testing.Issuer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

class IssuerTokensTest {

    private Issuer issuer;

    @BeforeEach
    void start() throws Exception {
        issuer = Issuer.start();
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void keysThatWereFetchedHoldWhileTheIssuerIsAway() throws Exception {
        var tokens = tokensOf(issuer.uri());
        tokens.check(token());

        issuer.close();

        assertThat(tokens.check(token()).getSubject()).isEqualTo("ann");
    }

    @Test
    void anIssuerThatIsAwayIsNotTheTokensFault() throws Exception {
        var token = token();
        issuer.close();
        var signIn = new BearerSignIn(
                new NoTokens(),
                tokensOf(issuer.uri()),
                new ClaimReader(new AccessSettings.Claims("roles", "tenants")),
                null);

        assertThatThrownBy(() -> signIn.authenticate(new BearerTokenAuthenticationToken(token)))
                .isInstanceOf(AuthenticationServiceException.class)
                .hasMessageNotContaining(token);
    }

    @Test
    void aDiscoveryDocumentOfAnotherIssuerIsNotUsed() throws Exception {
        var tokens = tokensOf(issuer.uri().replace("127.0.0.1", "localhost"));

        assertThatThrownBy(() -> tokens.check(token()))
                .isInstanceOf(JwtException.class)
                .isNotInstanceOf(BadJwtException.class)
                .hasMessageContaining("discovery document");
    }

    @Test
    void anIssuerWithoutDiscoveryIsAskedOnceInTenSeconds() throws Exception {
        var asked = new AtomicInteger();
        var away = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        away.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        away.start();
        try {
            var now = new AtomicReference<>(Instant.EPOCH);
            var tokens = new IssuerTokens(
                    new AccessSettings.Jwt(
                            "http://127.0.0.1:" + away.getAddress().getPort(), "", Issuer.AUDIENCE),
                    ((InstantSource) now::get).withZone(ZoneOffset.UTC));
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> tokens.check("junk")).isInstanceOf(JwtException.class);
            }
            assertThat(asked).hasValue(1);

            now.set(Instant.EPOCH.plusSeconds(11));

            assertThatThrownBy(() -> tokens.check("junk")).isInstanceOf(JwtException.class);
            assertThat(asked).hasValue(2);
        } finally {
            away.stop(0);
        }
    }

    private String token() throws Exception {
        return issuer.bearer("ann", "VIEWER", "acme").substring("Bearer ".length());
    }

    private static IssuerTokens tokensOf(String uri) {
        return new IssuerTokens(new AccessSettings.Jwt(uri, "", Issuer.AUDIENCE), Clock.systemUTC());
    }

    private static final class NoTokens implements TokenRegister {

        @Override
        public boolean isToken(String bearer) {
            return false;
        }

        @Override
        public Optional<Caller> find(String bearer) {
            return Optional.empty();
        }
    }
}
