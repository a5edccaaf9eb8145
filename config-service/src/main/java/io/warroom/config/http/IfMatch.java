package io.warroom.config.http;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The precondition of a change: the revision, or one of the revisions, that the caller has read. Immutable. */
public final class IfMatch {

    private final @Nullable Set<String> tags;
    private final boolean missing;

    private IfMatch(@Nullable Set<String> tags, boolean missing) {
        this.tags = tags;
        this.missing = missing;
    }

    /** @param header the header {@code If-Match} as received; null and {@code *} accept any revision */
    public static IfMatch of(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return new IfMatch(null, false);
        }
        return new IfMatch(
                Arrays.stream(header.split(",", -1)).map(String::strip).collect(Collectors.toSet()), false);
    }

    /** As {@link #of}, but what is there is changed by nobody who does not say which revision of it. */
    public static IfMatch required(@Nullable String header) {
        return header == null ? new IfMatch(null, true) : of(header);
    }

    /** The entity tag of a revision. Tags are strong: two answers with one tag tell the same state. */
    public static String tag(long revision) {
        return "\"" + revision + "\"";
    }

    /**
     * To be asked before something that is there is changed.
     *
     * @throws Problem 412 when the caller has read another revision than the present one, 428 when it had to say which and did not
     */
    public void require(long revision) {
        if (missing) {
            throw new Problem(
                    HttpStatus.PRECONDITION_REQUIRED,
                    "precondition-required",
                    "Say which state is to be changed: with If-Match: " + tag(revision)
                            + " if it is the one that you have read," + " or with If-Match: * whatever it is.");
        }
        requireIfGiven(revision);
    }

    /** To be asked before something new is made. @throws Problem 412 when the caller has read another revision */
    public void requireIfGiven(long revision) {
        if (tags != null && !tags.contains(tag(revision))) {
            throw new Problem(
                    HttpStatus.PRECONDITION_FAILED,
                    "stale",
                    "It was changed since it was read: it is at revision " + revision
                            + ". Read it again, then repeat the change with If-Match: " + tag(revision) + ".");
        }
    }
}
