package io.warroom.simulator.lark;

import io.warroom.simulator.witness.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of a list; the token is the index of its first row. */
record Page(int start, int end) {
    /** Gives null when the query is malformed. */
    static @Nullable Page of(Call call, int usual, int most) {
        String size = call.query("page_size");
        String token = call.query("page_token");
        if (!size.matches("\\d{0,4}") || !token.matches("\\d{0,7}")) {
            return null;
        }
        int rows = size.isEmpty() ? usual : Integer.parseInt(size);
        int start = token.isEmpty() ? 0 : Integer.parseInt(token);
        return rows < 1 || rows > most ? null : new Page(start, start + rows);
    }

    <T> List<T> of(List<T> rows) {
        return rows.subList(Math.min(start, rows.size()), Math.min(end, rows.size()));
    }
}
