package io.warroom.worker.ledger;

import io.warroom.worker.opening.DisownedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one partition's records, in transactions of a producer whose transactional id has the partition's number: the next
 * writer of the partition fences this one, whose open transaction is aborted. Callers that write at the same time share a
 * transaction. One virtual thread owns the producer, until {@link #close()}. Thread-safe.
 */
final class PartitionWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PartitionWriter.class);

    private static final int MAX_RECORDS = 500;
    private static final long MAX_BYTES = 4L * 1_024 * 1_024;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /** A worker that lost the partition learns that from its group meanwhile: it must not fence the one that has it now. */
    private static final Duration AFTER_FENCED = Duration.ofSeconds(5);

    /** How late it is seen that this was closed. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private record Pending(ProducerRecord<byte[], byte[]> record, CompletableFuture<RecordMetadata> written) {

        long size() {
            return record.value() == null ? 0 : record.value().length;
        }
    }

    /** The producer can write no more. */
    private static final class LostException extends Exception {

        private static final long serialVersionUID = 1L;

        private final boolean isFenced;

        LostException(Throwable cause) {
            super(cause);
            this.isFenced = isFenced(cause);
        }
    }

    private final IntFunction<Producer<byte[], byte[]>> producers;
    private final int partition;
    private final Runnable lost;
    private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean ready;
    private boolean wasReady;
    private volatile boolean closed;
    private volatile @Nullable Producer<byte[], byte[]> current;

    /**
     * Begins to fence whoever wrote the partition before.
     *
     * @param producers makes a transactional producer for a partition's number
     * @param lost is called when another may have written since, and once more before this is ready again
     */
    PartitionWriter(IntFunction<Producer<byte[], byte[]>> producers, int partition, Runnable lost) {
        this.producers = producers;
        this.partition = partition;
        this.lost = lost;
        this.thread = Thread.ofVirtual().name("partition-writer-" + partition).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Nothing that another wrote can come after what is on the topics now. */
    boolean isReady() {
        return ready;
    }

    /**
     * Returns when the transaction is committed.
     *
     * @throws DisownedException when another worker writes the partition now
     * @throws RuntimeException when the record could not be written
     */
    RecordMetadata write(ProducerRecord<byte[], byte[]> record) {
        var pending = new Pending(record, new CompletableFuture<>());
        queue.add(pending);
        if (closed) {
            failQueued(new DisownedException("partition " + partition + " is another worker's"));
        }
        try {
            return pending.written().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DisownedException disowned) {
                throw disowned;
            }
            throw e;
        }
    }

    private void run() {
        while (!closed) {
            Throwable failure = null;
            Producer<byte[], byte[]> producer = null;
            try {
                producer = producers.apply(partition);
                current = producer;
                producer.initTransactions();
                if (wasReady) {
                    // Whoever began to read when the last producer was lost may have read too little.
                    lost.run();
                }
                wasReady = true;
                ready = true;
                writeAll(producer);
            } catch (LostException | RuntimeException | Error e) {
                failure = e;
            }
            if (producer != null) {
                close(producer);
            }
            if (failure != null) {
                lost(failure);
            }
        }
        failQueued(new DisownedException("partition " + partition + " is another worker's"));
    }

    private static void close(Producer<byte[], byte[]> producer) {
        try {
            producer.close(CLOSE_TIMEOUT);
        } catch (RuntimeException e) {
            log.warn("A producer could not be closed in order", e);
        }
    }

    private void lost(Throwable failure) {
        var why = failure instanceof LostException known ? known : new LostException(failure);
        interrupt();
        if (closed) {
            return;
        }
        log.atWarn()
                .addKeyValue("partition", partition)
                .setCause(why)
                .log(
                        why.isFenced
                                ? "The writer of a partition was fenced; it begins again if the partition is still assigned"
                                : "The producer of a partition failed; a new one is made");
        failQueued(answer(why));
        LockSupport.parkNanos((why.isFenced ? AFTER_FENCED : AFTER_FAILURE).toNanos());
    }

    /** Callers that are answered now must not find what they knew. */
    private void interrupt() {
        if (ready) {
            ready = false;
            lost.run();
        }
    }

    private RuntimeException answer(LostException why) {
        return why.isFenced
                ? new DisownedException("another worker writes partition " + partition)
                : new KafkaException("partition " + partition + " cannot be written now", why);
    }

    private void failQueued(RuntimeException failure) {
        for (var one = queue.poll(); one != null; one = queue.poll()) {
            one.written().completeExceptionally(failure);
        }
    }

    private void writeAll(Producer<byte[], byte[]> producer) throws LostException {
        while (!closed) {
            var first = next();
            if (first == null) {
                continue;
            }
            var batch = new ArrayList<Pending>();
            batch.add(first);
            long bytes = first.size();
            while (batch.size() < MAX_RECORDS && bytes < MAX_BYTES) {
                var more = queue.poll();
                if (more == null) {
                    break;
                }
                batch.add(more);
                bytes += more.size();
            }
            try {
                write(producer, batch);
            } catch (LostException e) {
                interrupt();
                batch.forEach(one -> one.written().completeExceptionally(answer(e)));
                throw e;
            } catch (RuntimeException | Error e) {
                var failure = new KafkaException("partition " + partition + " cannot be written now", e);
                batch.forEach(one -> one.written().completeExceptionally(failure));
                throw e;
            }
        }
    }

    private @Nullable Pending next() {
        try {
            return queue.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("no one interrupts this thread", e);
        }
    }

    /** In one transaction; or, where the broker refuses one record, in several, so that it fails alone. */
    private void write(Producer<byte[], byte[]> producer, List<Pending> batch) throws LostException {
        var sent = new ArrayList<CompletableFuture<RecordMetadata>>();
        try {
            producer.beginTransaction();
            for (var one : batch) {
                sent.add(send(producer, one.record()));
            }
            producer.commitTransaction();
        } catch (RuntimeException e) {
            if (isFenced(e)) {
                throw new LostException(e);
            }
            var cause = cause(sent, e);
            abort(producer);
            if (batch.size() == 1 || cause instanceof RetriableException) {
                batch.forEach(one -> one.written().completeExceptionally(cause));
            } else {
                int half = batch.size() / 2;
                write(producer, batch.subList(0, half));
                write(producer, batch.subList(half, batch.size()));
            }
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).written().complete(sent.get(i).join());
        }
    }

    private static CompletableFuture<RecordMetadata> send(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        var sent = new CompletableFuture<RecordMetadata>();
        var _ = producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                sent.complete(metadata);
            } else {
                sent.completeExceptionally(failure);
            }
        });
        return sent;
    }

    private static void abort(Producer<byte[], byte[]> producer) throws LostException {
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            // Also of one in a state that neither commit nor abort ends.
            throw new LostException(e);
        }
    }

    /** What the broker refused, and not what came of that for the others. */
    private static Throwable cause(List<CompletableFuture<RecordMetadata>> sent, RuntimeException e) {
        return sent.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(CompletableFuture::exceptionNow)
                .filter(failure -> !(failure instanceof TransactionAbortedException))
                .findFirst()
                .orElse(e);
    }

    private static boolean isFenced(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause ->
                        cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException);
    }

    /** A new producer is made: this one times by a clock that was set back. */
    void renewProducer() {
        var producer = current;
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }

    /** What is being written may still be committed; callers that wait for another are refused. Does not wait. */
    @Override
    public void close() {
        closed = true;
        failQueued(new DisownedException("partition " + partition + " is another worker's"));
    }
}
