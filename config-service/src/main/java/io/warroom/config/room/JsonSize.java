package io.warroom.config.room;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Bounds texts and lists by their size as JSON in UTF-8. Sizes are upper bounds. Stateless. */
final class JsonSize {

    private static final String CUT = "…";
    private static final int CUT_BYTES = 3;

    private JsonSize() {}

    /** Bytes of the text as a JSON string, without its quotation marks. */
    static int bytes(@Nullable String text) {
        if (text == null) {
            return 4;
        }
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += bytes(text.charAt(i));
        }
        return bytes;
    }

    /** The text itself, or as much of its beginning as fits, with an ellipsis. */
    static String cut(String text, int maxBytes) {
        if (bytes(text) <= maxBytes) {
            return text;
        }
        int bytes = CUT_BYTES;
        int end = 0;
        while (end < text.length()) {
            int next = text.offsetByCodePoints(end, 1);
            for (int i = end; i < next; i++) {
                bytes += bytes(text.charAt(i));
            }
            if (bytes > maxBytes) {
                break;
            }
            end = next;
        }
        return text.substring(0, end) + CUT;
    }

    /** As {@link #cut}; null stays null. */
    static @Nullable String cutIfAny(@Nullable String text, int maxBytes) {
        return text == null ? null : cut(text, maxBytes);
    }

    /** The first entries that fit. */
    static <T> List<T> first(List<T> entries, int maxBytes, ToIntFunction<T> size) {
        int bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += size.applyAsInt(entries.get(i));
            if (bytes > maxBytes) {
                return List.copyOf(entries.subList(0, i));
            }
        }
        return List.copyOf(entries);
    }

    /** The last entries that fit. */
    static <T> List<T> last(List<T> entries, int maxBytes, ToIntFunction<T> size) {
        return first(entries.reversed(), maxBytes, size).reversed();
    }

    /** The last entries that fit, with the first one in place of others. */
    static <T> List<T> firstAndLast(List<T> entries, int maxBytes, ToIntFunction<T> size) {
        var last = last(entries, maxBytes, size);
        if (last.size() == entries.size()) {
            return last;
        }
        var first = entries.getFirst();
        var kept = new ArrayList<T>();
        kept.add(first);
        kept.addAll(last(entries.subList(1, entries.size()), maxBytes - size.applyAsInt(first), size));
        return List.copyOf(kept);
    }

    private static int bytes(char c) {
        if (c == '"' || c == '\\') {
            return 2;
        }
        if (c < 0x20) {
            return 6;
        }
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
