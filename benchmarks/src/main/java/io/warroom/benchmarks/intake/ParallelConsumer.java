package io.warroom.benchmarks.intake;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Confluent's parallel-consumer; on the class path of its own release, with kafka-clients 3.9. */
final class ParallelConsumer {

    private ParallelConsumer() {}

    /** In no order. */
    public static void main(String[] arguments) throws InterruptedException {
        run(arguments, ProcessingOrder.UNORDERED);
    }

    static void run(String[] arguments, ProcessingOrder order) throws InterruptedException {
        var run = Run.of(arguments);
        var tally = new Tally(run.incidents());
        var processor =
                ParallelStreamProcessor.createEosStreamProcessor(ParallelConsumerOptions.<byte[], byte[]>builder()
                        .consumer(new KafkaConsumer<>(run.consumer(500)))
                        .ordering(order)
                        .commitMode(ParallelConsumerOptions.CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
                        .maxConcurrency(run.inFlight())
                        .build());
        processor.subscribe(List.of(run.topic()));
        processor.poll(context -> {
            try {
                run.work(context.getSingleConsumerRecord().value(), tally);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        tally.await().tell();
        System.exit(0);
    }
}
