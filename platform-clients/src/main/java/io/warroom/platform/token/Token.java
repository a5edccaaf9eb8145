package io.warroom.platform.token;

import io.warroom.platform.Secret;
import java.time.Duration;

/**
 * An access token as it was given.
 *
 * @param life from now
 * @param margin how long before its end a new one is fetched
 */
public record Token(Secret value, Duration life, Duration margin) {}
