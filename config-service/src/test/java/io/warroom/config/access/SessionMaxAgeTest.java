package io.warroom.config.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;

class SessionMaxAgeTest {

    private static final Duration MAX_AGE = Duration.ofHours(12);

    private final MockHttpSession session = new MockHttpSession();

    @Test
    void aSessionThatIsInUseEndsAtItsMaximumAge() throws Exception {
        use(MAX_AGE.plusSeconds(1));

        assertThat(session.isInvalid()).isTrue();
    }

    @Test
    void aYoungerSessionGoesOn() throws Exception {
        use(MAX_AGE.minusSeconds(1));

        assertThat(session.isInvalid()).isFalse();
    }

    private void use(Duration after) throws Exception {
        var request = new MockHttpServletRequest();
        request.setSession(session);
        var now = Instant.ofEpochMilli(session.getCreationTime()).plus(after);
        var chain = new MockFilterChain();

        new SessionMaxAge(MAX_AGE, Clock.fixed(now, ZoneOffset.UTC))
                .doFilter(request, new MockHttpServletResponse(), chain);

        assertThat(chain.getRequest()).as("the request goes on").isNotNull();
    }
}
