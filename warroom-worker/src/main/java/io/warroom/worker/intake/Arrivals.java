package io.warroom.worker.intake;

import io.warroom.worker.opening.DisownedException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How far declarations have arrived, at the broker and in this worker. Thread-safe. */
final class Arrivals {

    private final IncidentIntake declarations;
    private final Admin admin;
    private final String topic;

    /** @param topic of the declarations */
    Arrivals(IncidentIntake declarations, Admin admin, String topic) {
        this.declarations = declarations;
        this.admin = admin;
        this.topic = topic;
    }

    /**
     * Every declaration of the partition below this offset is done.
     *
     * @throws DisownedException when this worker does not read the partition
     */
    long done(int partition) {
        return declarations
                .done(partition)
                .orElseThrow(() -> new DisownedException("partition " + partition + " is another worker's"));
    }

    /**
     * Where the partition's declarations end now, by its broker.
     *
     * @throws KafkaException when the broker does not say
     */
    long end(int partition) throws InterruptedException {
        var asked = new TopicPartition(topic, partition);
        try {
            return admin.listOffsets(
                            Map.of(asked, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .partitionResult(asked)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw new KafkaException("the end of " + asked + " is not known", e.getCause());
        }
    }
}
