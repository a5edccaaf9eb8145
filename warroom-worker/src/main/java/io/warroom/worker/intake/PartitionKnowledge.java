package io.warroom.worker.intake;

import java.util.concurrent.CompletableFuture;

/** What must be known about a partition before its records are taken. Called by the consumer's thread; must not block. */
public interface PartitionKnowledge {

    /** Nothing must be known. */
    PartitionKnowledge NONE = new PartitionKnowledge() {
        @Override
        public CompletableFuture<Void> own(int partition) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void disown(int partition) {}
    };

    /** This worker owns the partition from now on; done when its records may be taken. */
    CompletableFuture<Void> own(int partition);

    /** Another worker may own it now. */
    void disown(int partition);
}
