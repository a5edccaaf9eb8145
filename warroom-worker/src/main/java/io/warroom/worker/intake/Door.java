package io.warroom.worker.intake;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a record and says what is to be done with it. Thread-safe. */
interface Door {

    /** A turn among the records that must be read one after the other; called by the consumer's thread, must not block. */
    Turns.Turn queue(ConsumerRecord<byte[], byte[]> record);

    /** Reads it; may wait for the schema registry, so it runs on the record's own thread. */
    Reception receive(ConsumerRecord<byte[], byte[]> record);
}
