package io.warroom.worker.contract;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Puts an event of ours on its topic. */
public interface Publication {

    /**
     * Returns when the broker has it.
     *
     * @param record its value is null for a tombstone
     * @throws RuntimeException when it could not be made safe
     */
    void publish(ProducerRecord<String, SpecificRecord> record);
}
