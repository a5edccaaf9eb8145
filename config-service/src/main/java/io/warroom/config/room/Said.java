package io.warroom.config.room;

import org.jspecify.annotations.Nullable;

/**
 * What a topic said, and where. Of two the one with the greater place counts: in a partition the later one, and between
 * partitions (a producer that hashes otherwise) the one of the higher partition, so that the order of reading never does.
 *
 * @param value null for a tombstone
 */
record Said<T>(int partition, long offset, @Nullable T value) {

    /** The one that counts. */
    static <T> Said<T> last(@Nullable Said<T> before, Said<T> now) {
        return before == null || before.isBefore(now) ? now : before;
    }

    /** What counts; null when nothing was said, or it was taken back. */
    static <T> @Nullable T valueIn(@Nullable Said<T> said) {
        return said == null ? null : said.value();
    }

    private boolean isBefore(Said<T> other) {
        return partition != other.partition ? partition < other.partition : offset < other.offset;
    }
}
