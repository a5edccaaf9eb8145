package io.warroom.platform.people;

/** How somebody can be looked up. */
public record Contact(Kind kind, String value) {

    /** By what. */
    public enum Kind {
        MOBILE,
        EMAIL
    }
}
