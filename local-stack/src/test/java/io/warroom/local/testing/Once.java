package io.warroom.local.testing;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A part that is started by the first who asks; a start that failed is tried again by the next. */
final class Once<T> {
    private final Supplier<T> start;
    private @Nullable T started;

    Once(Supplier<T> start) {
        this.start = start;
    }

    synchronized T get() {
        var part = started;
        if (part == null) {
            part = start.get();
            started = part;
        }
        return part;
    }

    synchronized void ifStarted(Consumer<T> stop) {
        if (started != null) {
            stop.accept(started);
        }
    }
}
