package io.warroom.worker.intake;

import java.util.Set;
import java.util.function.Supplier;

/** How workers share a topic's partitions. */
sealed interface Sharing {

    /** As the consumer group assigns them. */
    record ByTheGroup() implements Sharing {}

    /**
     * As they have shared another topic's: the partitions of these numbers. The group only keeps the offsets.
     *
     * @param owned as of now; asked by the consumer's thread
     */
    record AsOwned(Supplier<Set<Integer>> owned) implements Sharing {}
}
