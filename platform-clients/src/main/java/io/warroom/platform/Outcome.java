package io.warroom.platform;

import java.time.Duration;

/**
 * What one try at something on a platform came to.
 *
 * @param <T> what it gives when it is done
 */
public sealed interface Outcome<T> {

    /** It is done. */
    record Done<T>(T value) implements Outcome<T> {}

    /** The platform refused before acting, or was never reached: the same call may be sent again after the pause. */
    record NotYet<T>(Failure why, Duration pause) implements Outcome<T> {}

    /** The request left and no answer came: look before anything is created again. */
    record Unknown<T>(Failure why) implements Outcome<T> {}

    /** The key was refused: no call for this app until it is rotated. */
    record KeyRejected<T>(Failure why) implements Outcome<T> {}

    /** Sending again cannot help. */
    record Refused<T>(Failure why) implements Outcome<T> {}
}
