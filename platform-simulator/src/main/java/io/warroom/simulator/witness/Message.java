package io.warroom.simulator.witness;

/** A message as a room shows it; {@code at} is ISO-8601. */
public record Message(String messageId, String type, String text, String raw, String at) {
    /** Gives the same message after it was changed. */
    public Message saying(String otherText, String otherRaw) {
        return new Message(messageId, type, otherText, otherRaw, at);
    }
}
