package io.warroom.platform;

/** What looking for a room came to. */
public sealed interface Sighting {

    /** It is there and it is ours. */
    record Found(Room room) implements Sighting {}

    /** It is not there: it may be created. */
    record Absent() implements Sighting {}

    /** The key belongs to a room that is provably not ours, or is gone for good: the next generation's key must be used. */
    record Foreign() implements Sighting {}

    /** The platform cannot look rooms up by key, but de-duplicates: sending the same create again is safe. */
    record RepeatCreate() implements Sighting {}
}
