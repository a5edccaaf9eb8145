package io.warroom.worker.intake;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Something that a partition waits for.
 *
 * @param offset of the record that waits, if one does
 * @param sinceNanos as {@link System#nanoTime()} tells it
 * @param awaited for a person
 */
record Delay(TopicPartition partition, Optional<Long> offset, long sinceNanos, String awaited) {}
