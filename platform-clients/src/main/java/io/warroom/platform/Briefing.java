package io.warroom.platform;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first message says. Each client renders it in its platform's own card or markdown and cuts it to its limits.
 *
 * @param key at most 32 characters of {@code 0-9a-z}: the same for every repeat of this message
 * @param severity as people say it (P1 ... P5), or null
 * @param missing who should be in the room and is not
 */
public record Briefing(
        String key,
        String incidentId,
        String title,
        @Nullable String severity,
        @Nullable String impact,
        @Nullable String service,
        @Nullable String region,
        @Nullable String description,
        Instant declaredAt,
        List<Person> people,
        List<Missing> missing,
        List<Link> links) {
    public Briefing {
        people = List.copyOf(people);
        missing = List.copyOf(missing);
        links = List.copyOf(links);
    }

    /** A link that helps. */
    public record Link(String title, String url) {}
}
