package io.warroom.simulator.witness;

import java.util.List;

/** A message to people, in no room; immutable. */
public record DirectMessage(List<String> to, Message message) {
    public DirectMessage {
        to = List.copyOf(to);
    }
}
