package io.warroom.simulator.wecom;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** What people read of a message. */
final class Text {
    /** The bytes of UTF-8 that a text may have (path/90236, 90248). */
    static final int MOST_BYTES = 2048;

    private Text() {}

    /** Gives what people read of a message's own part. */
    static String of(JsonNode part) {
        JsonNode shown = part.has("articles") ? part.path("articles").path(0) : part;
        return shown.has("content")
                ? shown.path("content").asString("")
                : (shown.path("title").asString("") + "\n"
                        + shown.path("description").asString(""));
    }

    /** Gives the beginning that has at most so many bytes, whole characters only. */
    static String cut(String text, int bytes) {
        int end = text.length();
        while (text.substring(0, end).getBytes(StandardCharsets.UTF_8).length > bytes) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end);
    }
}
