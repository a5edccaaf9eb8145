package io.warroom.platform.threads;

import java.util.Optional;

/** Something that runs on a {@link SupervisedThread}. Liveness reads this of every such component of a process. Thread-safe. */
public interface Supervised {

    /** Why a restart of the process would help, for a person; empty when it would not. */
    Optional<String> threadFailure();

    /** How often the thread was started again after a failure. */
    long threadRestarts();
}
