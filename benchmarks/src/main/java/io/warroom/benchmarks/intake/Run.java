package io.warroom.benchmarks.intake;

import io.warroom.event.EventClasses;
import io.warroom.event.IncidentDeclared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What every peer is told on its command line.
 *
 * @param inFlight incidents at once, at most
 */
record Run(String brokers, String topic, SimulatedCalls calls, int incidents, int inFlight) {

    static Run of(String[] arguments) {
        EventClasses.trust();
        return new Run(
                arguments[0],
                arguments[1],
                SimulatedCalls.valueOf(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
    }

    String[] arguments() {
        return new String[] {brokers, topic, calls.name(), Integer.toString(incidents), Integer.toString(inFlight)};
    }

    /** For a consumer of bytes that begins at the start, in a group of its own. */
    Map<String, Object> consumer(int mostPolled) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", brokers);
        settings.put("group.id", "g-" + UUID.randomUUID());
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.records", mostPolled);
        return settings;
    }

    /** All peers decode what they work on. */
    static IncidentDeclared decode(byte[] value) {
        try {
            return IncidentDeclared.getDecoder().decode(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long number(String incidentId) {
        return Long.parseLong(incidentId.substring(incidentId.indexOf('-') + 1));
    }

    /** One incident: decoded, the calls made, counted. */
    void work(byte[] value, Tally tally) throws InterruptedException {
        var declared = decode(value);
        long incident = number(declared.getIncidentId());
        calls.make(incident);
        tally.ended(incident, declared.getDeclaredAt());
    }
}
