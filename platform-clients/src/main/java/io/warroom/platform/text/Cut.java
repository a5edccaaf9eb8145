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

    /** The same in one line: a control character, which JSON would have to escape and WeCom then refuses (path/90455), is a blank. */
    public static String toLine(String text, int max) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(point -> line.appendCodePoint(shown(point)));
        return toCharacters(line.toString(), max);
    }

    /** What stands for a character in a text of ours: half of a pair cannot be written, nor a control character read. */
    static int shown(int point) {
        return Character.isISOControl(point) ? ' ' : Character.getType(point) == Character.SURROGATE ? '\ufffd' : point;
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
