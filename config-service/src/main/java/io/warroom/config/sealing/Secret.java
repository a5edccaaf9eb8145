package io.warroom.config.sealing;

/** A secret in the clear, between the request and the sealing. Its text never shows it. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "********";
    }
}
