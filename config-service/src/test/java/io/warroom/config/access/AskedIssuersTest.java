package io.warroom.config.access;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.Cookie;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;

/** What a browser brings back of what was asked. */
class AskedIssuersTest {

    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

    private final AskedIssuers asked = at(NOON);

    @Test
    void whatWasAskedComesBackWhole() {
        var question =
                asked.removeAuthorizationRequest(bringing(cookieOf(asked), "state-1"), new MockHttpServletResponse());

        assertThat(requireNonNull(question)).satisfies(it -> {
            assertThat(it.getState()).isEqualTo("state-1");
            assertThat(it.getRedirectUri()).isEqualTo("https://warroom.example/login/oauth2/code/desk");
            assertThat(it.getScopes()).containsExactly("openid");
            assertThat(it.getAttributes())
                    .containsEntry("registration_id", "desk")
                    .containsEntry("nonce", "nonce-1")
                    .containsEntry("code_verifier", "verifier-1");
        });
    }

    @Test
    void theBrowserLearnsNothingOfWhatItKeeps() {
        assertThat(cookieOf(asked)).doesNotContain("nonce", "verifier").isNotEqualTo(cookieOf(asked));
    }

    @Test
    void anotherStateIsNoAnswer() {
        assertThat(asked.loadAuthorizationRequest(bringing(cookieOf(asked), "state-2")))
                .isNull();
    }

    @Test
    void whatAnotherProcessSealedIsNone() {
        assertThat(asked.loadAuthorizationRequest(bringing(cookieOf(at(NOON)), "state-1")))
                .isNull();
    }

    @Test
    void afterTenMinutesNothingWasAsked() {
        // Given
        var clock = new TestClock();
        var issuers = new AskedIssuers(true, clock);
        var cookie = cookieOf(issuers);

        // When
        clock.now = NOON.plus(Duration.ofMinutes(10));

        // Then
        assertThat(issuers.loadAuthorizationRequest(bringing(cookie, "state-1")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "e30", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "{\"state\":\"state-1\"}"})
    void whatSomebodyMadeUpIsNone(String value) {
        assertThat(asked.loadAuthorizationRequest(bringing(value, "state-1"))).isNull();
    }

    private static AskedIssuers at(Instant now) {
        return new AskedIssuers(true, Clock.fixed(now, ZoneOffset.UTC));
    }

    /** What a browser is given to keep. */
    private static String cookieOf(AskedIssuers issuers) {
        var answer = new MockHttpServletResponse();
        issuers.saveAuthorizationRequest(
                OAuth2AuthorizationRequest.authorizationCode()
                        .clientId("warroom")
                        .authorizationUri("https://issuer.example/authorize")
                        .redirectUri("https://warroom.example/login/oauth2/code/desk")
                        .scope("openid")
                        .state("state-1")
                        .attributes(attributes -> {
                            attributes.put("registration_id", "desk");
                            attributes.put("nonce", "nonce-1");
                            attributes.put("code_verifier", "verifier-1");
                        })
                        .build(),
                new MockHttpServletRequest(),
                answer);
        return requireNonNull(answer.getCookie("WARROOM_ASKED")).getValue();
    }

    private static MockHttpServletRequest bringing(String cookie, String state) {
        var request = new MockHttpServletRequest();
        request.setCookies(new Cookie("WARROOM_ASKED", cookie));
        request.setParameter("state", state);
        return request;
    }

    private static final class TestClock extends Clock {

        private Instant now = NOON;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
