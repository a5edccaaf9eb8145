package io.warroom.config.access;

import org.jspecify.annotations.Nullable;

/** Who makes the request that a thread answers. Safe for concurrent use. */
@FunctionalInterface
public interface CurrentCaller {

    /** Null when nobody has signed in. */
    @Nullable
    Caller find();
}
