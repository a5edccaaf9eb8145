package io.warroom.platform.pace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.BlockingStrategy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
     * Waits for the turn to call, for a moment.
     *
     * @param line whose calls count together: app and function
     * @return empty when it is its turn, or when the thread was interrupted, which stays so; else, and nothing may be called, how
     *     long to wait
     */
    public Optional<Duration> await(String line) {
        if (rates.isEmpty()) {
            return Optional.empty();
        }
        Bucket bucket = buckets.get(line, any -> full());
        try {
            if (bucket.asBlocking().tryConsume(1, LONGEST_WAIT, waiting)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        var pause = Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
        return Optional.of(pause.isPositive() ? pause : LONGEST_WAIT);
    }

    private Bucket full() {
        var bucket = Bucket.builder().withCustomTimePrecision(time);
        for (Rate rate : rates) {
            int atOnce = Math.max(1, rate.calls() / AT_ONCE);
            bucket.addLimit(limit -> limit.capacity(atOnce).refillGreedy(rate.calls() - atOnce, rate.per()));
        }
        return bucket.build();
    }
}
