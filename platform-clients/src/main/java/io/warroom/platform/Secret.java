package io.warroom.platform;

import java.util.function.Supplier;

/** A secret in memory: it never shows in a log, an error or a dump made by {@code toString}. */
public final class Secret {

    private final Supplier<String> value;

    private Secret(Supplier<String> value) {
        this.value = value;
    }

    /**
     * Takes the secret as it was typed.
     *
     * @throws IllegalArgumentException when {@code value} is blank
     */
    public static Secret of(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a secret must not be blank");
        }
        return new Secret(() -> value);
    }

    /**
     * A secret that is not kept in memory.
     *
     * @param opened gives it, never blank, each time that it is revealed; safe for many threads
     */
    public static Secret openedWhenNeeded(Supplier<String> opened) {
        return new Secret(opened);
    }

    /** The secret itself: for the call that needs it, and nothing else. */
    public String reveal() {
        return value.get();
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
