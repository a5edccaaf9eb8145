package io.warroom.worker.intake;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Keeps threads in the order in which their turns were asked for, by key. Asking never blocks. Thread-safe. */
final class Turns<K> {

    /** One turn; it must be closed, awaited or not. */
    static final class Turn implements AutoCloseable {

        private final CompletableFuture<Void> before;
        private final CompletableFuture<Void> own;
        private final CompletableFuture<Void> skipped = new CompletableFuture<>();

        private Turn(@Nullable CompletableFuture<Void> before, CompletableFuture<Void> own) {
            this.before = before == null ? CompletableFuture.completedFuture(null) : before;
            this.own = own;
        }

        /** A turn that nobody is before. */
        static Turn free() {
            return new Turn(null, new CompletableFuture<>());
        }

        /** A turn that never comes: nothing is to be done. */
        static Turn skipped() {
            var turn = new Turn(new CompletableFuture<>(), new CompletableFuture<>());
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
            var _ = own.thenRun(action);
        }

        /** The next may go, as soon as all before this one have gone. */
        @Override
        public void close() {
            if (before.isDone()) {
                own.complete(null);
            } else {
                // On a thread of its own: a long row of turns that were skipped would overflow one stack.
                var _ = before.thenRunAsync(() -> own.complete(null), Thread::startVirtualThread);
            }
        }
    }

    private final ConcurrentMap<K, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

    /** A turn behind all that were asked for by this key. */
    Turn queue(K key) {
        var own = new CompletableFuture<Void>();
        var turn = new Turn(last.put(key, own), own);
        var _ = own.thenRun(() -> last.remove(key, own));
        return turn;
    }

    /** Keys with a turn that is not closed. */
    int size() {
        return last.size();
    }
}
