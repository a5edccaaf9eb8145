package io.warroom.platform.pace;

import java.time.Duration;

/**
 * So many calls in any stretch of time of this length.
 *
 * @param calls at least 2
 * @param per positive, at most a minute
 */
public record Rate(int calls, Duration per) {

    static final Duration LONGEST = Duration.ofMinutes(1);

    public Rate {
        if (calls < 2 || !per.isPositive() || per.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a rate is of 2 calls or more in a minute or less");
        }
    }

    public static Rate aSecond(int calls) {
        return new Rate(calls, Duration.ofSeconds(1));
    }

    public static Rate aMinute(int calls) {
        return new Rate(calls, Duration.ofMinutes(1));
    }
}
