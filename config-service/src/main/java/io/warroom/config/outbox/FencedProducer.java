package io.warroom.config.outbox;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes in transactions under the one transactional id, each within a time limit. After a failure or a time-out its producer is
 * closed, and the next transaction begins with a new one. For one thread; the producer's own calls run on another thread, so that
 * a call that never returns does not hold up the caller.
 */
final class FencedProducer implements AutoCloseable {

    /** Ends the transaction of a producer that failed; the next producer would end it too. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Supplier<Producer<String, Object>> producers;
    private final Duration limit;
    private @Nullable Producer<String, Object> current;

    /**
     * Makes no producer yet.
     *
     * @param producers makes producers with the shared transactional id
     * @param limit for the start of a producer, and for each transaction
     */
    FencedProducer(Supplier<Producer<String, Object>> producers, Duration limit) {
        this.producers = producers;
        this.limit = limit;
    }

    /** Fences all earlier producers of the transactional id, unless this one has done so since its last failure. */
    void start() throws InterruptedException {
        if (current == null) {
            var producer = producers.get();
            current = producer;
            within(producer, Producer::initTransactions);
        }
    }

    /** Commits what {@code sends} sends; to be called after {@link #start}. */
    void inTransaction(Consumer<Producer<String, Object>> sends) throws InterruptedException {
        var producer = current;
        if (producer == null) {
            throw new IllegalStateException("not started");
        }
        within(producer, it -> {
            it.beginTransaction();
            sends.accept(it);
            it.commitTransaction();
        });
    }

    private void within(Producer<String, Object> producer, Consumer<Producer<String, Object>> calls)
            throws InterruptedException {
        var task = new FutureTask<>(() -> calls.accept(producer), null);
        var thread = Thread.ofVirtual().name("outbox-transaction").start(task);
        boolean done = false;
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            done = true;
        } catch (TimeoutException e) {
            throw new UnansweredException("the broker did not answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (!done) {
                thread.interrupt();
                close();
            }
        }
    }

    /** Closes its producer, if it has one; {@link #start} makes the next. */
    @Override
    public void close() {
        var ending = current;
        current = null;
        if (ending != null) {
            ending.close(CLOSE_TIMEOUT);
        }
    }

    static final class UnansweredException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnansweredException(String message, Exception cause) {
            super(message, cause);
        }
    }
}
