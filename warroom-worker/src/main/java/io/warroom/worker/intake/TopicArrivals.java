package io.warroom.worker.intake;

import io.warroom.worker.opening.DisownedException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Asks the intake of the declarations, and their broker. */
final class TopicArrivals implements Arrivals {

    private final IntFunction<OptionalLong> done;
    private final Supplier<Admin> admin;
    private final String topic;

    /**
     * Asks these.
     *
     * @param done up to which offset a partition's declarations are done; empty for one that is not read here
     * @param topic of the declarations
     */
    TopicArrivals(IntFunction<OptionalLong> done, Supplier<Admin> admin, String topic) {
        this.done = done;
        this.admin = admin;
        this.topic = topic;
    }

    @Override
    public long done(int partition) {
        return done.apply(partition)
                .orElseThrow(() -> new DisownedException("partition " + partition + " is another worker's"));
    }

    @Override
    public long end(int partition) throws InterruptedException {
        var asked = new TopicPartition(topic, partition);
        try {
            return admin.get()
                    .listOffsets(
                            Map.of(asked, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .partitionResult(asked)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new KafkaException("the end of " + asked + " is not known", e.getCause());
        }
    }
}
