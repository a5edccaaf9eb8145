package io.warroom.platform.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of all apps of one platform. Callers that wait for the same fetch share its result, a failure included. An app whose
 * key was refused, or whose calls of the month are used up, makes no call until its revision changes (the key is changed or saved
 * again, the app made active again), or the next month begins: so whoever buys more calls says so by one of these.
 */
public final class Tokens {

    private static final int MAX_APPS = 50_000;
    /** The platforms count calendar months; by whose calendar is not documented, and they live by this one. */
    private static final ZoneId CALENDAR = ZoneId.of("Asia/Shanghai");

    private static final Duration NEXT_ASKED = Duration.ofHours(1);
    /** Our own choice: long enough for a platform to settle, short beside the time that an incident may take. */
    private static final Duration BETWEEN_REFUSED_TOKENS = Duration.ofSeconds(5);

    private final Cache<Key, Slot> slots =
            Caffeine.newBuilder().maximumSize(MAX_APPS).build();
    private final Clock clock;
    private final Function<App, Outcome<Token>> fetch;
    private final Predicate<Failure> stale;

    /**
     * @param fetch asks the platform for a token
     * @param stale tells whether a refused call means that the token is no longer good
     */
    public Tokens(Clock clock, Function<App, Outcome<Token>> fetch, Predicate<Failure> stale) {
        this.clock = clock;
        this.fetch = fetch;
        this.stale = stale;
    }

    /**
     * Makes a call with a token; when the platform calls the token stale, once more with a fresh one, and then not before a
     * pause: tokens that are taken back twice in a row are seen where a platform is in trouble, and where an app is disabled.
     */
    public <T> Outcome<T> with(App app, Function<Secret, Outcome<T>> call) {
        Slot slot = slots.get(new Key(app.tenantId(), app.platform(), app.revision()), key -> new Slot());
        return slot.token(app).then(first -> {
            Outcome<T> outcome = call.apply(first);
            if (outcome instanceof Outcome.Refused<T>(var why) && stale.test(why)) {
                slot.drop(first);
                return slot.token(app).then(second -> {
                    Outcome<T> repeated = call.apply(second);
                    if (repeated instanceof Outcome.Refused<T>(var again) && stale.test(again)) {
                        slot.drop(second);
                        return new Outcome.NotYet<>(again.as(Failure.Kind.TOKEN_REFUSED), BETWEEN_REFUSED_TOKENS);
                    }
                    return slot.heard(repeated, clock.instant());
                });
            }
            return slot.heard(outcome, clock.instant());
        });
    }

    /** When calls come back that a month's quota has no more of: on the 1st, or soon, where the platform counts days elsewhere. */
    private static Instant nextPeriod(Instant now) {
        ZonedDateTime here = now.atZone(CALENDAR);
        return here.getDayOfMonth() == 1
                ? now.plus(NEXT_ASKED)
                : here.toLocalDate()
                        .withDayOfMonth(1)
                        .plusMonths(1)
                        .atStartOfDay(CALENDAR)
                        .toInstant();
    }

    private record UsedUp(Failure why, Instant until) {}

    private record Key(String tenantId, PlatformKind platform, long revision) {}

    private record Held(Secret value, Instant refreshAt, Instant expiresAt) {}

    private final class Slot {
        private final ReentrantLock fetching = new ReentrantLock();
        private volatile @Nullable Held held;
        private volatile @Nullable Failure rejected;
        private volatile @Nullable UsedUp usedUp;
        private final AtomicInteger fetches = new AtomicInteger();
        private Outcome<Secret> latest = new Outcome.NotYet<>(
                new Failure(Failure.Kind.UNREACHABLE, "No token was fetched yet.", null, null), Duration.ofSeconds(1));

        Outcome<Secret> token(App app) {
            Failure refusal = rejected;
            if (refusal != null) {
                return new Outcome.KeyRejected<>(refusal);
            }
            int seen = fetches.get();
            Instant now = clock.instant();
            UsedUp month = usedUp;
            if (month != null && now.isBefore(month.until())) {
                return new Outcome.Refused<>(month.why());
            }
            Held current = held;
            if (current != null && now.isBefore(current.refreshAt())) {
                return new Outcome.Done<>(current.value());
            }
            if (current != null && now.isBefore(current.expiresAt())) {
                return ahead(app, current);
            }
            try {
                fetching.lockInterruptibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome.NotYet<>(
                        new Failure(Failure.Kind.UNREACHABLE, "Interrupted while waiting for a token.", null, null),
                        Duration.ofSeconds(1));
            }
            try {
                return fetches.get() == seen ? renew(app) : latest;
            } finally {
                fetching.unlock();
            }
        }

        /** One caller fetches the next token, the others go on with this one; so does the one when it cannot get a new one. */
        private Outcome<Secret> ahead(App app, Held current) {
            if (!fetching.tryLock()) {
                return new Outcome.Done<>(current.value());
            }
            try {
                Outcome<Secret> renewed = current.equals(held) ? renew(app) : latest;
                return switch (renewed) {
                    case Outcome.Done<Secret> done -> done;
                    case Outcome.KeyRejected<Secret> refusal -> refusal;
                    case Outcome.NotYet<Secret> ignored -> new Outcome.Done<>(current.value());
                    case Outcome.Unknown<Secret> ignored -> new Outcome.Done<>(current.value());
                    case Outcome.Refused<Secret> ignored -> new Outcome.Done<>(current.value());
                };
            } finally {
                fetching.unlock();
            }
        }

        private Outcome<Secret> renew(App app) {
            latest = fetch.apply(app).ofReading(Duration.ofSeconds(2)).then(token -> {
                Instant now = clock.instant();
                // A short life must not mean a fetch for every call.
                Duration half = token.life().dividedBy(2);
                Duration margin = token.margin().compareTo(half) < 0 ? token.margin() : half;
                Instant end = now.plus(token.life());
                held = new Held(token.value(), end.minus(margin), end);
                return new Outcome.Done<>(token.value());
            });
            heard(latest, clock.instant());
            if (latest instanceof Outcome.KeyRejected<Secret>) {
                held = null;
            }
            fetches.incrementAndGet();
            return latest;
        }

        /** A key that the platform refused is not shown again, and no call is made in a month that has none left. */
        <T> Outcome<T> heard(Outcome<T> outcome, Instant now) {
            if (outcome instanceof Outcome.KeyRejected<T>(var why) && why.code() != null) {
                rejected = why;
            }
            if (outcome instanceof Outcome.Refused<T>(var why) && why.kind() == Failure.Kind.QUOTA_EXHAUSTED) {
                usedUp = new UsedUp(why, nextPeriod(now));
            }
            return outcome;
        }

        void drop(Secret token) {
            Held current = held;
            if (current != null && current.value() == token) {
                held = null;
            }
        }
    }
}
