package io.warroom.worker.opening;

/** What becomes of a room when its incident is resolved. Its people are told in any case that leaves it to them. */
public enum ClosingPolicy {
    /** It stays as it is. */
    KEEP,
    /** It stays, and its name says that the incident is resolved. */
    RENAME,
    /** It is dissolved with its history; where the platform or the app's rights do not allow that, it is renamed. */
    DISSOLVE
}
