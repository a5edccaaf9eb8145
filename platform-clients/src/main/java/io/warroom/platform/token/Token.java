package io.warroom.platform.token;

import io.warroom.platform.Secret;
import java.time.Duration;

/**
 * An access token as it was given.
 *
 * @param life from now; below a minute or above a day it is not believed: the platforms name two hours, and a token that is over
 *     is dropped on the platform's word
 * @param margin how long before its end a new one is fetched
 */
public record Token(Secret value, Duration life, Duration margin) {

    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(1);

    public Token {
        life = life.compareTo(LEAST) < 0 ? LEAST : life.compareTo(MOST) > 0 ? MOST : life;
    }

    /** Whether it can be a token: it travels in a header or a query. WeCom's have up to 512 bytes (path/91039), Lark advises 4 KB. */
    public static boolean isOne(String value) {
        return value.matches("[\\x21-\\x7e]{1,4096}");
    }
}
