package io.warroom.config.idempotency;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The JSON of an answer, sent as it is. Spring writes what it sends to the log at TRACE, texts in full: this says nothing of
 * itself, because a new token is in one answer.
 */
public record AnswerBody(@JsonValue @JsonRawValue String json) {

    @Override
    public String toString() {
        return "an answer";
    }
}
