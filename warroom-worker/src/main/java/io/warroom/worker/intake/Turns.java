package io.warroom.worker.intake;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;

/** Keeps threads in the order in which their turns were asked for, by key. Asking never blocks. Thread-safe. */
final class Turns<K> {

    /** One turn; it must be closed, awaited or not. */
    static final class Turn implements AutoCloseable {

        private final CompletableFuture<Void> before;
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final CompletableFuture<Void> skipped = new CompletableFuture<>();

        /** Done when this turn and all before it are closed. A long row of them ends in one loop, not in nested calls. */
        private final CompletableFuture<Void> over;

        private Turn(CompletableFuture<Void> before) {
            this.before = before;
            this.over = CompletableFuture.allOf(before, closed);
        }

        /** A turn that nobody is before. */
        static Turn free() {
            return new Turn(CompletableFuture.completedFuture(null));
        }

        /** A turn that never comes: nothing is to be done. */
        static Turn skipped() {
            var turn = new Turn(new CompletableFuture<>());
            turn.skip();
            return turn;
        }

        /** Whether nobody is before it any more. */
        boolean isNext() {
            return before.isDone();
        }

        /**
         * Waits until every earlier turn of the key is closed.
         *
         * @return false when it was skipped first: nothing is to be done
         */
        boolean await() throws InterruptedException {
            try {
                CompletableFuture.anyOf(before, skipped).get();
                return before.isDone();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a turn never fails", e);
            }
        }

        /** Ends its wait. */
        void skip() {
            skipped.complete(null);
        }

        /** @param action runs when it is closed and all before it are */
        void whenClosed(Runnable action) {
            var _ = over.thenRun(action);
        }

        /** The next may go, as soon as all before this one have gone. */
        @Override
        public void close() {
            closed.complete(null);
        }
    }

    private final ConcurrentMap<K, Turn> last = new ConcurrentHashMap<>();

    /** A turn behind all that were asked for by this key. */
    Turn queue(K key) {
        var turn = last.compute(
                key, (any, before) -> new Turn(before == null ? CompletableFuture.completedFuture(null) : before.over));
        var _ = turn.over.thenRun(() -> last.remove(key, turn));
        return turn;
    }

    /** Keys with a turn that is not closed. */
    int size() {
        return last.size();
    }
}
