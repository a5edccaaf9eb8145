package io.warroom.worker.opening;

import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * How long one incident is tried: asks again after the pause that the platform wants (with jitter), until the deadline.
 * One instance an incident; not safe for use by two threads.
 */
final class Patience {

    /** Waits; replaced in tests. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** What became of asking again and again. */
    sealed interface Settled<T> {
        record Done<T>(T value) implements Settled<T> {}

        /**
         * The key was refused, sending again cannot help, or the deadline would have passed.
         *
         * @param pause how long the platform wants to be left alone; zero when it does not say
         */
        record GivenUp<T>(Failure why, Duration pause) implements Settled<T> {}
    }

    /** The first pause where nobody tells one; doubles up to {@link #LONGEST}. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final InstantSource time;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final Instant deadline;
    private Duration next = SHORTEST;

    Patience(InstantSource time, Sleeper sleeper, RandomGenerator random, Duration total) {
        this.time = time;
        this.sleeper = sleeper;
        this.random = random;
        this.deadline = time.instant().plus(total);
    }

    /** Asks until it is done or given up; only for calls that may be repeated whatever became of the last one. */
    <T> Settled<T> settle(Supplier<Outcome<T>> ask) throws InterruptedException {
        while (true) {
            switch (ask.get()) {
                case Outcome.Done<T>(var value) -> {
                    return new Settled.Done<>(value);
                }
                case Outcome.KeyRejected<T>(var why) -> {
                    return new Settled.GivenUp<>(why, Duration.ZERO);
                }
                case Outcome.Refused<T>(var why) -> {
                    return new Settled.GivenUp<>(why, Duration.ZERO);
                }
                case Outcome.Unknown<T>(var why) -> {
                    if (!pause(Duration.ZERO)) {
                        return new Settled.GivenUp<>(why, Duration.ZERO);
                    }
                }
                case Outcome.NotYet<T>(var why, var pause) -> {
                    if (!pause(pause)) {
                        return new Settled.GivenUp<>(why, pause);
                    }
                }
            }
        }
    }

    /**
     * Waits at least as long as asked, and longer each time.
     *
     * @return false, without waiting, when the deadline would have passed
     */
    boolean pause(Duration asked) throws InterruptedException {
        Duration pause = asked.compareTo(next) > 0 ? asked : next;
        // Up to a quarter more, so that incidents that were stopped together do not come back together.
        pause = pause.plusMillis(random.nextLong(pause.toMillis() / 4 + 1));
        if (time.instant().plus(pause).isAfter(deadline)) {
            return false;
        }
        next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
        sleeper.sleep(pause);
        return true;
    }
}
