package io.warroom.e2e.faults;

import java.util.List;

/** How a group of workers shares partitions, with what makes a lost worker missed soon. */
enum Protocol {
    CLASSIC(List.of(
            "--spring.kafka.consumer.properties.session.timeout.ms=6000",
            "--spring.kafka.consumer.properties.heartbeat.interval.ms=1000")),
    /** KIP-848: sessions are the broker's business there. */
    CONSUMER(List.of("--spring.kafka.consumer.properties.group.protocol=consumer"));

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> arguments;

    Protocol(List<String> arguments) {
        this.arguments = arguments;
    }

    List<String> arguments() {
        return arguments;
    }
}
