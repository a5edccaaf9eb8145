package io.warroom.platform.text;

import java.nio.charset.StandardCharsets;

/** Cuts text to a limit without breaking a character. */
public final class Cut {

    private Cut() {}

    /** At most {@code max} code points; what is cut does not end in a space. */
    public static String toCharacters(String text, int max) {
        return text.codePointCount(0, text.length()) <= max
                ? text
                : text.substring(0, text.offsetByCodePoints(0, max)).stripTrailing();
    }

    /** At most {@code max} bytes of UTF-8. */
    public static String toBytes(String text, int max) {
        if (bytes(text) <= max) {
            return text;
        }
        int end = 0;
        int used = 0;
        while (end < text.length()) {
            int next = text.offsetByCodePoints(end, 1);
            used += bytes(text.substring(end, next));
            if (used > max) {
                break;
            }
            end = next;
        }
        return text.substring(0, end);
    }

    /** How many bytes of UTF-8 it takes. */
    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
