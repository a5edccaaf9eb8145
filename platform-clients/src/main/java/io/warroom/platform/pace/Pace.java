package io.warroom.platform.pace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.BlockingStrategy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps calls below the rates that a platform documents, before the platform has to say no: a refused call is paid for in
 * time, and some platforms block who goes on asking. A call waits for its turn, for a moment; where the line is longer than
 * that, nothing is called and the answer says when to come again. Counts what this process calls, which is all of a tenant's
 * calls while one worker serves it. Holds only what was called within the last minutes. Safe for many threads.
 */
public final class Pace {

    /** Long enough for a burst to pass; longer waits belong to the caller, who knows its deadline. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    /**
     * A fourth of a rate may be called at once and the rest evenly, so that no stretch of time sees more than the rate, however
     * the platform counts: from the first call, sliding, or by the clock.
     */
    private static final int AT_ONCE = 4;

    private final List<Rate> rates;
    private final TimeMeter time;
    private final BlockingStrategy waiting;
    private final Cache<String, Bucket> buckets;

    /** @param rates all are kept, for each line by itself; empty keeps none */
    public Pace(List<Rate> rates) {
        this(rates, TimeMeter.SYSTEM_NANOTIME, BlockingStrategy.PARKING);
    }

    Pace(List<Rate> rates, TimeMeter time, BlockingStrategy waiting) {
        this.rates = List.copyOf(rates);
        this.time = time;
        this.waiting = waiting;
        // A bucket that was left alone for the longest rate is full, as a new one is.
        this.buckets = Caffeine.newBuilder()
                .expireAfterAccess(Rate.LONGEST.plusSeconds(1))
                .ticker(time::currentTimeNanos)
                .build();
    }

    /**
     * Calls when it is its turn.
     *
     * @param line whose calls count together: app and function
     * @return the call's outcome; {@link Outcome.NotYet}, and nothing was called, when its turn is not within a moment
     */
    public <T> Outcome<T> keep(String line, Supplier<Outcome<T>> call) {
        if (rates.isEmpty()) {
            return call.get();
        }
        Bucket bucket = buckets.get(line, any -> full());
        try {
            if (!bucket.asBlocking().tryConsume(1, LONGEST_WAIT, waiting)) {
                return later(bucket);
            }
        } catch (InterruptedException e) {
            // The call itself sees it, and is not made.
            Thread.currentThread().interrupt();
        }
        return call.get();
    }

    private Bucket full() {
        var bucket = Bucket.builder().withCustomTimePrecision(time);
        for (Rate rate : rates) {
            int atOnce = Math.max(1, rate.calls() / AT_ONCE);
            bucket.addLimit(limit -> limit.capacity(atOnce).refillGreedy(rate.calls() - atOnce, rate.per()));
        }
        return bucket.build();
    }

    private static <T> Outcome<T> later(Bucket bucket) {
        Duration pause = Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
        return new Outcome.NotYet<>(
                new Failure(
                        Failure.Kind.THROTTLED,
                        "This app's calls are at the rate that the platform allows; the next ones wait for their turn.",
                        null,
                        null),
                pause.isPositive() ? pause : LONGEST_WAIT);
    }
}
