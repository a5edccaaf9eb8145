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
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets that a platform has refused to a check, remembered by their keyed hash: the same secret is not shown to it again for
 * a while, and only so many wrong ones are shown to it at all. Many wrong secrets block our address on WeCom, for all tenants,
 * for an hour (about 2,000 within an hour, staff figure of 2021). Safe for many threads.
 */
public final class RefusedSecrets {

    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final int A_TENANT = 20;
    /** A tenth of what blocks the address: other instances and the workers may share it. */
    private static final int ALL = 200;

    private static final String EVERYBODY = "";

    private final Clock clock;
    private final SecretKeySpec key;
    private final Cache<String, Refusal> refused =
            Caffeine.newBuilder().maximumSize(10_000).build();
    private final Cache<String, Wrong> wrong =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private record Refusal(Failure why, Instant at) {}

    private record Wrong(Instant since, int count) {}

    public RefusedSecrets(Clock clock) {
        this.clock = clock;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    /** Asks for a token with the secret, unless the platform has just refused it or too many wrong ones were shown. */
    public Outcome<Token> ask(App app, String identity, Secret secret, Supplier<Outcome<Token>> fetch) {
        String name = hash(String.join("\n", app.platform().name(), app.endpoint(), identity, secret.reveal()));
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
        if (count(app.tenantId(), now) >= A_TENANT || count(EVERYBODY, now) >= ALL) {
            return new Outcome.NotYet<>(
                    new Failure(
                            Failure.Kind.THROTTLED,
                            "Too many wrong secrets were tried within an hour. More of them could make the platform block"
                                    + " our address, for everybody: none is tried for now.",
                            null,
                            null),
                    WINDOW);
        }
        Outcome<Token> answer = fetch.get();
        if (answer instanceof Outcome.KeyRejected<Token>(var why)) {
            refused.put(name, new Refusal(why, now));
            add(app.tenantId(), now);
            add(EVERYBODY, now);
        }
        return answer;
    }

    private int count(String whose, Instant now) {
        Wrong seen = wrong.getIfPresent(whose);
        return seen != null && now.isBefore(seen.since().plus(WINDOW)) ? seen.count() : 0;
    }

    private void add(String whose, Instant now) {
        wrong.asMap()
                .merge(
                        whose,
                        new Wrong(now, 1),
                        (seen, first) -> now.isBefore(seen.since().plus(WINDOW))
                                ? new Wrong(seen.since(), seen.count() + 1)
                                : first);
    }

    private String hash(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
