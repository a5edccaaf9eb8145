package io.warroom.benchmarks.intake;

import java.util.concurrent.Executors;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.AcknowledgingMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;

/** spring-kafka's listener with {@code asyncAcks}, each record on a virtual thread; a consumer for each of six partitions. */
final class AsyncAcks {

    private static final int CONSUMERS = 6;

    private AsyncAcks() {}

    public static void main(String[] arguments) throws InterruptedException {
        var run = Run.of(arguments);
        var tally = new Tally(run.incidents());
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var properties = new ContainerProperties(run.topic());
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        properties.setAsyncAcks(true);
        properties.setMessageListener((AcknowledgingMessageListener<byte[], byte[]>) (message, acknowledgment) ->
                threads.execute(() -> {
                    try {
                        run.work(message.value(), tally);
                        if (acknowledgment != null) {
                            acknowledgment.acknowledge();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        var container = new ConcurrentMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<byte[], byte[]>(run.consumer(run.inFlight() / CONSUMERS)), properties);
        container.setConcurrency(CONSUMERS);
        container.start();
        tally.await().tell();
        System.exit(0);
    }
}
