package io.warroom.simulator.page;

import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A message as a client of the platform shows it: a card's head apart from its text, and the markdown that all platforms have. */
record Spoken(String title, List<Piece> pieces) {
    /** A piece of text; {@code href} is empty where it leads nowhere. */
    record Piece(String text, boolean bold, String href) {}

    private static final Pattern LINE_ENDS = Pattern.compile(" *\n *");
    private static final Pattern MARKS =
            Pattern.compile("\\\\([\\\\*_\\[\\]()`~#>|-])|\\*\\*(.+?)\\*\\*|\\[([^\\]]+)\\]\\((https?:[^)\\s]+)\\)");

    static Spoken of(Message message) {
        JsonNode raw = Json.object(message.raw());
        if (message.type().equals("interactive") && raw.has("header")) {
            String text = StreamSupport.stream(raw.path("elements").spliterator(), false)
                    .map(element -> element.path("text")
                            .path("content")
                            .asString(element.path("content").asString("")))
                    .filter(one -> !one.isEmpty())
                    .collect(Collectors.joining("\n"));
            return new Spoken(raw.path("header").path("title").path("content").asString(""), pieces(text));
        }
        // DingTalk's title is for the list of chats only.
        JsonNode parameters = Json.object(
                raw.path("msg_param_map").asString(raw.path("msgParam").asString("")));
        for (String name : List.of("markdown_content", "markdown", "text")) {
            if (parameters.path(name).isString()) {
                return new Spoken("", pieces(parameters.path(name).asString()));
            }
        }
        return new Spoken("", pieces(message.text()));
    }

    /** Gives the text without its marks. */
    String plain() {
        String text = pieces.stream().map(Piece::text).collect(Collectors.joining());
        return title.isEmpty() ? text : title + " " + text;
    }

    private static List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        add(pieces, LINE_ENDS.matcher(text).replaceAll("\n"), false);
        return pieces;
    }

    private static void add(List<Piece> pieces, String text, boolean bold) {
        int at = 0;
        for (MatchResult mark : MARKS.matcher(text).results().toList()) {
            plain(pieces, text.substring(at, mark.start()), bold);
            at = mark.end();
            if (mark.group(2) != null) {
                add(pieces, mark.group(2), true);
            } else if (mark.group(4) != null) {
                pieces.add(new Piece(mark.group(3), bold, mark.group(4)));
            } else {
                plain(pieces, mark.group(1), bold);
            }
        }
        plain(pieces, text.substring(at), bold);
    }

    private static void plain(List<Piece> pieces, String text, boolean bold) {
        Piece last = pieces.isEmpty() ? null : pieces.getLast();
        if (text.isEmpty()) {
            return;
        }
        if (last != null && last.bold() == bold && last.href().isEmpty()) {
            pieces.set(pieces.size() - 1, new Piece(last.text() + text, bold, ""));
        } else {
            pieces.add(new Piece(text, bold, ""));
        }
    }
}
