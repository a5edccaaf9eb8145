package io.warroom.worker.intake;

import io.warroom.topic.Undecodable;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/** What an exception comes from, however often it was wrapped. */
final class Causes {

    private Causes() {}

    /** A record is larger than its topic, or our producer, takes: sending it again gives the same answer. */
    static boolean tooLarge(Throwable failure) {
        return chain(failure).anyMatch(RecordTooLargeException.class::isInstance);
    }

    /** The broker or the registry did not do its part: that passes. */
    static boolean passes(Throwable failure) {
        return !tooLarge(failure)
                && chain(failure)
                        .filter(KafkaException.class::isInstance)
                        .map(KafkaException.class::cast)
                        .findFirst()
                        .filter(cause -> !(cause instanceof SerializationException)
                                || Undecodable.why(cause) != Undecodable.NOT_AVRO)
                        .isPresent();
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
