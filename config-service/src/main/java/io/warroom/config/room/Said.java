package io.warroom.config.room;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What a topic said, and where. Of two the one with the greater place counts: that of the later era, in a partition the later one, and
 * between partitions (a producer that hashes otherwise) the one of the higher partition, so that the order of reading never does.
 *
 * @param era which topic of its name; 0 in what was stored before eras were counted
 * @param at the event's own time where that decides before the place; null otherwise, and in what was stored before it did
 * @param value null for a tombstone
 */
record Said<T>(
        int era,
        int partition,
        long offset,
        @Nullable Instant at,
        @Nullable T value) {

    /** What counts less comes first. */
    static final Comparator<Said<?>> BY_PLACE = Comparator.<Said<?>>comparingInt(Said::era)
            .thenComparingInt(Said::partition)
            .thenComparingLong(Said::offset);

    private static final Comparator<Said<?>> BY_TIME =
            Comparator.comparing(Said<?>::sortTime).thenComparing(BY_PLACE);

    /** The one at the greater place. */
    static <T> Said<T> last(@Nullable Said<T> before, Said<T> now) {
        return before == null || BY_PLACE.compare(before, now) < 0 ? now : before;
    }

    /** The one of the later event; of two at the same time the one at the greater place. */
    static <T> Said<T> latest(@Nullable Said<T> before, Said<T> now) {
        return before == null || BY_TIME.compare(before, now) < 0 ? now : before;
    }

    /** What counts; null when nothing was said, or it was taken back. */
    static <T> @Nullable T valueIn(@Nullable Said<T> said) {
        return said == null ? null : said.value();
    }

    /** Whether the event is before {@code time}; one without a time is not. */
    boolean isBefore(Instant time) {
        return at != null && at.isBefore(time);
    }

    private Instant sortTime() {
        return at == null ? Instant.MIN : at;
    }
}
