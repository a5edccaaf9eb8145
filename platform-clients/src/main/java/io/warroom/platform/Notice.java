package io.warroom.platform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to a room that is open already. Each client renders it in its platform's own card or markdown and cuts it to its
 * limits.
 *
 * @param key at most 32 characters of {@code 0-9a-z}: the same for every repeat of this message
 * @param title what it is about, in a line
 * @param facts shown below the title, in this order
 * @param text below the facts, its lines are kept; or null
 */
public record Notice(
        String key,
        String title,
        List<Fact> facts,
        @Nullable String text) {
    public Notice {
        facts = List.copyOf(facts);
    }

    /** A name and what it is now. */
    public record Fact(String name, String value) {}
}
