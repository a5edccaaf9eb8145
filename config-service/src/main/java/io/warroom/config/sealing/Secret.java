package io.warroom.config.sealing;

import com.fasterxml.jackson.annotation.JsonValue;

/** A secret in the clear, between the request and the sealing. Neither its text nor its JSON shows it. */
public record Secret(String value) {

    @Override
    @JsonValue
    public String toString() {
        return "********";
    }
}
