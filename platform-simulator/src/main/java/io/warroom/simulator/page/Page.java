package io.warroom.simulator.page;

import io.warroom.simulator.witness.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The self-contained HTML page, read once from the class path. */
public final class Page {
    private static final String HTML = read();

    private Page() {}

    /** Gives the page. */
    public static Answer answer() {
        return new Answer(200, "text/html; charset=utf-8", HTML, false);
    }

    private static String read() {
        try (InputStream in = Page.class.getResourceAsStream("page.html")) {
            return new String(Objects.requireNonNull(in, "page.html").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading page.html", e);
        }
    }
}
