package io.warroom.config.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.warroom.config.http.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits how many requests of one tenant this instance serves, so that one tenant's scripts do not take the others' threads and
 * database connections: 429 with {@code Retry-After} beyond it. Stands after the authorization: a stranger spends nothing of a
 * tenant's allowance. Safe for concurrent use.
 */
final class TenantRateLimit extends OncePerRequestFilter {

    /** An allowance that was not used for so long is full, as a new one is. */
    private static final Duration FULL_AGAIN = Duration.ofMinutes(2);

    private static final int BURST_SECONDS = 10;

    private static final int MAX_ALLOWANCES = 100_000;

    private final RateLimitSettings settings;
    private final TimeMeter time;
    private final Cache<String, Bucket> allowances;

    TenantRateLimit(RateLimitSettings settings, TimeMeter time) {
        this.settings = settings;
        this.time = time;
        this.allowances = Caffeine.newBuilder()
                .expireAfterAccess(FULL_AGAIN)
                .maximumSize(MAX_ALLOWANCES)
                .ticker(time::currentTimeNanos)
                .build();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var wait = Routes.tenant(request).flatMap(tenant -> mustWait(tenant, kind(request)));
        if (wait.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Refusals.tooManyRequests(
                request,
                response,
                Problem.later(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too-many-requests",
                        "The tenant sends more requests than this service accepts. Send it again after as many seconds as"
                                + " Retry-After says.",
                        wait.get()));
    }

    /** How long until the next request of this kind is served, in whole seconds; empty when this one is. */
    Optional<Duration> mustWait(String tenant, Kind kind) {
        var probe = allowances.get(kind + " " + tenant, any -> full(kind)).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(
                        Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1));
    }

    private Bucket full(Kind kind) {
        var per = kind == Kind.KEY_CHANGE ? Duration.ofMinutes(1) : Duration.ofSeconds(1);
        long rate = switch (kind) {
            case INCIDENT -> settings.incidentsPerSecond();
            case READ -> settings.readsPerSecond();
            case CHANGE -> settings.changesPerSecond();
            case KEY_CHANGE -> settings.keyChangesPerMinute();
        };
        long burst = kind == Kind.KEY_CHANGE ? rate : rate * BURST_SECONDS;
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity(burst).refillGreedy(rate, per))
                .build();
    }

    /** What a request is counted as. */
    enum Kind {
        INCIDENT,
        READ,
        CHANGE,
        KEY_CHANGE
    }

    private static Kind kind(HttpServletRequest request) {
        var method = HttpMethod.valueOf(request.getMethod());
        var path = request.getRequestURI();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            return Kind.READ;
        }
        if (path.contains("/mobile-apps/")) {
            return method.equals(HttpMethod.DELETE) ? Kind.CHANGE : Kind.KEY_CHANGE;
        }
        return path.contains("/incidents") || path.endsWith("/declare") ? Kind.INCIDENT : Kind.CHANGE;
    }
}
