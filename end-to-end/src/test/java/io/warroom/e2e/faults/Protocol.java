package io.warroom.e2e.faults;

import java.util.List;

/** How a group of workers shares partitions. Session timeouts are those that the product ships. */
enum Protocol {
    CLASSIC(List.of()),
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
