package io.warroom.simulator.witness;

/** A message as a room shows it; {@code at} is ISO-8601. */
public record Message(String messageId, String type, String text, String raw, String at) {}
