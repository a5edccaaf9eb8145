package io.warroom.config.console;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message to a room as its page shows it.
 *
 * @param is as the API tells it
 * @param said why it was not taken; null when it was
 */
record RoomMessage(Map<?, ?> is, List<Line> lines, Translations.@Nullable Said said) {

    /** Workers write these two, and nothing else of markdown: what others wrote has no such character left. */
    private static final Pattern FIELD = Pattern.compile("\\*\\*(?<name>[^*]+)\\*\\*(: )?(?<value>.*)");

    private static final Pattern LINK = Pattern.compile("\\[(?<name>[^]]+)]\\((?<url>https?://[!-~]+)\\)");

    /**
     * A line of it.
     *
     * @param strong what stands in bold at its beginning; may be empty
     * @param text the rest, or the link's words
     * @param url where it leads; null for a line that is no link
     */
    record Line(String strong, String text, @Nullable String url) {

        static Line of(String markdown) {
            var link = LINK.matcher(markdown);
            if (link.matches()) {
                return new Line("", link.group("name"), link.group("url"));
            }
            var field = FIELD.matcher(markdown);
            return field.matches()
                    ? new Line(field.group("name"), field.group("value"), null)
                    : new Line("", markdown, null);
        }
    }

    static RoomMessage of(Map<?, ?> message, Translations.@Nullable Said said) {
        var lines = String.valueOf(message.get("text"))
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(Line::of)
                .toList();
        return new RoomMessage(message, lines, said);
    }
}
