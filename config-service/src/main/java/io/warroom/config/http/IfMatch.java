package io.warroom.config.http;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The precondition of a change: the revision, or one of the revisions, that the caller has read. Immutable. */
public final class IfMatch {

    private final @Nullable Set<String> tags;

    private IfMatch(@Nullable Set<String> tags) {
        this.tags = tags;
    }

    /** @param header the header {@code If-Match} as received; null and {@code *} accept any revision */
    public static IfMatch of(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return new IfMatch(null);
        }
        return new IfMatch(
                Arrays.stream(header.split(",", -1)).map(String::strip).collect(Collectors.toSet()));
    }

    /** The entity tag of a revision. Tags are strong: two answers with one tag tell the same state. */
    public static String tag(long revision) {
        return "\"" + revision + "\"";
    }

    /** @throws Problem 412 when the caller has read another revision than the present one */
    public void require(long revision) {
        if (tags != null && !tags.contains(tag(revision))) {
            throw new Problem(
                    HttpStatus.PRECONDITION_FAILED,
                    "stale",
                    "It was changed since it was read: it is at revision " + revision
                            + ". Read it again, then repeat the change with If-Match: " + tag(revision) + ".");
        }
    }
}
