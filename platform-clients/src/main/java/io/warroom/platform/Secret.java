package io.warroom.platform;

/** A secret in memory: it never shows in a log, an error or a dump made by {@code toString}. */
public final class Secret {

    private final String value;

    private Secret(String value) {
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
        return new Secret(value);
    }

    /** The secret itself: for the call that needs it, and nothing else. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
