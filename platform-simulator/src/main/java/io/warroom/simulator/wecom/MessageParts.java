package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;

import io.warroom.simulator.witness.Answer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a message of a type must hold (path/90248, 90236, 99110); the codes by the global table (path/90313). */
final class MessageParts {
    private static final int MOST_ARTICLES = 8;

    private MessageParts() {}

    /** Gives the refusal, or null for a message that is sound as far as its required parts go. */
    static @Nullable Answer refusal(String type, JsonNode part) {
        return switch (type) {
            case "textcard" -> {
                Answer title = titled(part);
                yield title != null
                        ? title
                        : missing(part, "description") ? error(41033, "missing description") : linked(part);
            }
            case "news", "mpnews" -> {
                JsonNode articles = part.path("articles");
                if (!articles.isArray() || articles.isEmpty() || articles.size() > MOST_ARTICLES) {
                    yield error(40058, type + ".articles must have 1 to " + MOST_ARTICLES + " articles");
                }
                for (JsonNode article : articles) {
                    Answer refusal = titled(article);
                    refusal = refusal == null && type.equals("news") && missing(article, "appid")
                            ? linked(article)
                            : refusal;
                    if (refusal != null) {
                        yield refusal;
                    }
                }
                yield null;
            }
            default -> null;
        };
    }

    private static @Nullable Answer titled(JsonNode part) {
        return missing(part, "title") ? error(41016, "missing title") : null;
    }

    private static @Nullable Answer linked(JsonNode part) {
        return missing(part, "url") ? error(41010, "missing url") : null;
    }

    private static boolean missing(JsonNode part, String field) {
        return part.path(field).asString("").isBlank();
    }
}
