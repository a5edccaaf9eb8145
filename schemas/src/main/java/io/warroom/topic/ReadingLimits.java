package io.warroom.topic;

import org.apache.avro.SystemLimitException;

/** What a process that reads our topics sets before it reads the first record. */
public final class ReadingLimits {

    /**
     * Items of one array or map, at most: a hundred times what any of our records may have, so that a record with too many is
     * told so by its own limits, and one that claims millions takes no memory. Avro alone lets each record take a quarter of the heap.
     */
    static final int MOST_ITEMS = 100_000;

    private ReadingLimits() {}

    /** Sets the limits of this process, but where its operator set others. Without effect once Avro has read a record. */
    public static void apply() {
        if (System.getProperty(SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY) == null) {
            System.setProperty(SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY, Integer.toString(MOST_ITEMS));
        }
    }
}
