package io.warroom.benchmarks.intake;

import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;

/** The same, in each tenant's order: one of its incidents at a time. */
final class ParallelConsumerByKey {

    private ParallelConsumerByKey() {}

    public static void main(String[] arguments) throws InterruptedException {
        ParallelConsumer.run(arguments, ProcessingOrder.KEY);
    }
}
