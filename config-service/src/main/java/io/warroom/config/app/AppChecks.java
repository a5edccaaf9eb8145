package io.warroom.config.app;

import io.warroom.config.http.Problem;
import io.warroom.config.http.TenantId;
import io.warroom.platform.App;
import io.warroom.platform.AppCheck;
import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Severity;
import io.warroom.platform.Credentials;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Asks platforms about apps before they are stored. Only so many checks run at once, of a tenant and in all: whoever comes
 * beyond that is sent away, as waiting would hold a request for as long as a platform may take. Safe for concurrent use.
 */
public final class AppChecks {

    private final Map<PlatformKind, AppCheck> checks;
    private final int perTenant;
    private final Semaphore places;
    private final Map<TenantId, Integer> running = new ConcurrentHashMap<>();

    /**
     * Makes them.
     *
     * @param perTenant checks of one tenant at once
     * @param perInstance checks at once in all
     */
    public AppChecks(Map<PlatformKind, AppCheck> checks, int perTenant, int perInstance) {
        this.checks = Map.copyOf(checks);
        this.perTenant = perTenant;
        this.places = new Semaphore(perInstance);
    }

    /**
     * Asks the platform. Never to be called inside a transaction: it takes as long as the platform takes.
     *
     * @throws Problem 429 when the tenant has as many checks running as it may, 503 when the instance has
     */
    List<AppFinding> check(AppRef ref, AppParameters given, AppCheck.Depth depth) {
        if (running.merge(ref.tenant(), 1, Integer::sum) > perTenant) {
            leave(ref.tenant());
            throw Problem.later(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "too-many-checks",
                    "The tenant has " + perTenant
                            + " checks running already, and no more run at once. Nothing was asked or"
                            + " stored: try again when they have ended, within a minute or two.",
                    Duration.ofSeconds(30));
        }
        try {
            if (!places.tryAcquire()) {
                throw Problem.later(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "checks-busy",
                        "Too many checks are running for now. Nothing was asked or stored: try again in a moment, or skip the"
                                + " check with ?verify=false.",
                        Duration.ofSeconds(5));
            }
            try {
                return checkOf(ref).check(app(ref, given), depth);
            } finally {
                places.release();
            }
        } finally {
            leave(ref.tenant());
        }
    }

    /**
     * The same, and only what can be worked with comes through. A finding "could not be checked" is let through: at the time of
     * an incident a platform that is away must not keep anybody from changing a key.
     *
     * @throws AppRefused when something is wrong
     */
    List<AppFinding> require(AppRef ref, AppParameters given) {
        var findings = check(ref, given, AppCheck.Depth.READ_ONLY);
        if (findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR)) {
            throw new AppRefused(findings);
        }
        return findings;
    }

    private void leave(TenantId tenant) {
        running.computeIfPresent(tenant, (key, count) -> count == 1 ? null : count - 1);
    }

    private AppCheck checkOf(AppRef ref) {
        var check = checks.get(kind(ref));
        if (check == null) {
            throw new IllegalStateException("no check for " + ref.kind());
        }
        return check;
    }

    private static PlatformKind kind(AppRef ref) {
        return switch (ref.kind()) {
            case WECOM -> PlatformKind.WECOM;
            case DINGTALK -> PlatformKind.DINGTALK;
            case LARK -> PlatformKind.LARK;
        };
    }

    /** Its revision is none: nothing is stored yet. */
    private static App app(AppRef ref, AppParameters given) {
        return new App(
                ref.tenant().value(), kind(ref), 0, given.endpoint(), given.defaultOwner(), credentials(ref, given));
    }

    private static Credentials credentials(AppRef ref, AppParameters given) {
        return switch (ref.kind()) {
            case WECOM ->
                new Credentials.WeCom(
                        given.identity(),
                        secret(given, "enterpriseKey"),
                        secret(given, "addressBookKey"),
                        Integer.parseInt(given.serviceId()));
            case DINGTALK ->
                new Credentials.DingTalk(
                        given.identity(),
                        secret(given, "clientSecret"),
                        required(given.groupTemplateId()),
                        required(given.robotId()),
                        Long.parseLong(given.serviceId()));
            case LARK -> new Credentials.Lark(given.identity(), secret(given, "appSecret"));
        };
    }

    private static Secret secret(AppParameters given, String field) {
        var secret = given.secrets().get(field);
        return Secret.of(required(secret == null ? null : secret.value()));
    }

    private static String required(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("a parameter is absent that was checked to be there");
        }
        return value;
    }
}
