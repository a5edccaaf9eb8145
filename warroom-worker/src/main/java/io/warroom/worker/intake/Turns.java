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

        private Turn(@Nullable CompletableFuture<Void> before, CompletableFuture<Void> own) {
            this.before = before == null ? CompletableFuture.completedFuture(null) : before;
            this.own = own;
        }

        /** A turn that nobody is before. */
        static Turn free() {
            return new Turn(null, new CompletableFuture<>());
        }

        /** Whether nobody is before it any more. */
        boolean isNext() {
            return before.isDone();
        }

        /** Returns when every earlier turn of the key is closed. */
        void await() throws InterruptedException {
            try {
                before.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a turn never fails", e);
            }
        }

        /** The next may go, as soon as all before this one have gone. */
        @Override
        public void close() {
            var _ = before.thenRun(() -> own.complete(null));
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
