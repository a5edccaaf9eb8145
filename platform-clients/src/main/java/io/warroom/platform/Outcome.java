package io.warroom.platform;

import java.time.Duration;
import java.util.function.Function;

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

    /** Goes on with the value when it is done; any trouble stays as it is. */
    default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
        return switch (this) {
            case Done<T> done -> next.apply(done.value());
            case NotYet<T> notYet -> new NotYet<>(notYet.why(), notYet.pause());
            case Unknown<T> unknown -> new Unknown<>(unknown.why());
            case KeyRejected<T> rejected -> new KeyRejected<>(rejected.why());
            case Refused<T> refused -> new Refused<>(refused.why());
        };
    }

    /** The same for a call that only reads: when no answer came, nothing was changed and it may be sent again. */
    default Outcome<T> ofReading(Duration pause) {
        return this instanceof Unknown<T>(var why) ? new NotYet<>(why, pause) : this;
    }
}
