package io.warroom.platform.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Limits the wrong secrets that this process shows to one platform, in checks and in the calls of rooms together. Many wrong
 * secrets block our address on WeCom, for all tenants, for an hour (about 2,000 within an hour, staff figure of 2021). A secret
 * that the platform accepted before is always shown. Secrets are kept by their keyed hash. Safe for many threads.
 */
public final class RefusedSecrets {

    /** A way to sign in with a secret. */
    public interface Guard {
        /** Calls {@code fetch}, unless the secret must not be shown to the platform now. */
        Outcome<Token> signIn(App app, String identity, Secret secret, Supplier<Outcome<Token>> fetch);
    }

    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final int MAX_WRONG_OF_A_TENANT = 20;
    /**
     * A twentieth of what blocks the address, as other instances may share it. Beyond it only a tenant that showed no wrong secret
     * within the hour may show a new one: a tenant without a wrong secret is not stopped by others.
     */
    private static final int MAX_WRONG = 100;

    private final Clock clock;
    private final SecretKeySpec key;
    private final Cache<String, Refusal> refused =
            Caffeine.newBuilder().maximumSize(10_000).build();
    private final Cache<String, Boolean> accepted =
            Caffeine.newBuilder().maximumSize(50_000).build();
    private final Cache<String, Wrong> wrongByTenant =
            Caffeine.newBuilder().maximumSize(50_000).build();
    private final AtomicReference<Wrong> wrong = new AtomicReference<>(new Wrong(Instant.EPOCH, 0));

    private record Refusal(Failure why, Instant at) {}

    private record Wrong(Instant since, int count) {

        Wrong onTop(Instant now) {
            return within(now) ? new Wrong(since, count + 1) : new Wrong(now, 1);
        }

        boolean within(Instant now) {
            return now.isBefore(end());
        }

        Instant end() {
            return since.plus(WINDOW);
        }
    }

    public RefusedSecrets(Clock clock) {
        this.clock = clock;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    /**
     * For the calls of rooms: beyond the limit the key counts as rejected. A secret that was refused a moment ago is shown again,
     * as an app that was disabled is enabled again with the same secret.
     */
    public Outcome<Token> signIn(App app, String identity, Secret secret, Supplier<Outcome<Token>> fetch) {
        String name = hash(app, identity, secret);
        Wrong limit = limit(app, name);
        return limit == null
                ? ask(app, name, fetch)
                : new Outcome.KeyRejected<>(tooMany(Failure.Kind.KEY_REJECTED, limit));
    }

    /** For checks: a secret that was refused a moment ago is not shown again, and beyond the limit none is. */
    public Outcome<Token> check(App app, String identity, Secret secret, Supplier<Outcome<Token>> fetch) {
        String name = hash(app, identity, secret);
        Instant now = clock.instant();
        Refusal before = refused.getIfPresent(name);
        if (before != null && now.isBefore(before.at().plus(KEEP))) {
            Failure why = before.why();
            return new Outcome.KeyRejected<>(new Failure(
                    why.kind(),
                    why.words() + " (Said at " + before.at().truncatedTo(ChronoUnit.SECONDS)
                            + "; the same secret is not shown to the platform again before "
                            + before.at().plus(KEEP).truncatedTo(ChronoUnit.SECONDS) + ".)",
                    why.code(),
                    why.requestId()));
        }
        Wrong limit = limit(app, name);
        return limit == null
                ? ask(app, name, fetch)
                : new Outcome.NotYet<>(tooMany(Failure.Kind.THROTTLED, limit), Duration.between(now, limit.end()));
    }

    private Outcome<Token> ask(App app, String name, Supplier<Outcome<Token>> fetch) {
        Outcome<Token> answer = fetch.get();
        if (answer instanceof Outcome.Done<Token>) {
            accepted.put(name, true);
        }
        if (answer instanceof Outcome.KeyRejected<Token>(var why)) {
            Instant now = clock.instant();
            accepted.invalidate(name);
            refused.put(name, new Refusal(why, now));
            wrongByTenant.asMap().merge(app.tenantId(), new Wrong(now, 1), (seen, first) -> seen.onTop(now));
            wrong.updateAndGet(seen -> seen.onTop(now));
        }
        return answer;
    }

    /** The limit that keeps the secret from being shown; null when it may be. */
    private @Nullable Wrong limit(App app, String name) {
        Instant now = clock.instant();
        Wrong tenant = wrongByTenant.getIfPresent(app.tenantId());
        if (accepted.getIfPresent(name) != null || tenant == null || !tenant.within(now)) {
            return null;
        }
        if (tenant.count() >= MAX_WRONG_OF_A_TENANT) {
            return tenant;
        }
        Wrong all = wrong.get();
        return all.within(now) && all.count() >= MAX_WRONG ? all : null;
    }

    /** Without a code: the platform did not answer this. */
    private static Failure tooMany(Failure.Kind kind, Wrong limit) {
        return new Failure(
                kind,
                "Too many wrong secrets were tried within an hour, so this one was not shown to the platform: more of them"
                        + " could make it block our address, for all tenants. Save the right secret after "
                        + limit.end().truncatedTo(ChronoUnit.SECONDS) + ".",
                null,
                null);
    }

    private String hash(App app, String identity, Secret secret) {
        String text = String.join("\n", app.platform().name(), app.endpoint(), identity, secret.reveal());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
