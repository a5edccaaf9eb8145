package io.warroom.simulator.wecom;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What people read of a message. */
final class Text {
    /** The bytes of UTF-8 that a text may have (path/90236, 90248). */
    static final int MOST_BYTES = 2048;

    private Text() {}

    /** Gives what people read of a message's own part. */
    static String of(JsonNode part) {
        JsonNode shown = part.has("articles")
                ? part.path("articles").path(0)
                : part.has("main_title") ? part.path("main_title") : part;
        String title = shown.path("title").asString("");
        String below = Stream.of("content", "description", "desc")
                .map(field -> shown.path(field).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return title.isEmpty() ? below : title + "\n" + below;
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
