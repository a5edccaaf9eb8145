package io.warroom.worker.intake;

import io.warroom.worker.opening.DisownedException;
import org.apache.kafka.common.KafkaException;

/** How far declarations have arrived, at the broker and in this worker. Thread-safe. */
interface Arrivals {

    /**
     * Every declaration of the partition below this offset is done.
     *
     * @throws DisownedException when this worker does not read the partition
     */
    long done(int partition);

    /**
     * Where the partition's declarations end now, by its broker.
     *
     * @throws KafkaException when the broker does not say
     */
    long end(int partition) throws InterruptedException;
}
