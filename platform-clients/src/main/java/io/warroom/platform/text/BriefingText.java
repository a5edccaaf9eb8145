package io.warroom.platform.text;

import io.warroom.platform.Briefing;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Person;
import io.warroom.platform.Person.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Messages in the markdown that all platforms share: bold and links. */
public final class BriefingText {
    private static final int FIELD_BYTES = 300;
    private static final int TEXT_BYTES = 4_000;
    /** What gets room last. */
    private static final int LAST_RANK = 5;

    private BriefingText() {}

    /**
     * Renders what fits: title, severity, commander and links come first in line for room, the description last.
     *
     * @param newline between lines, as the platform wants it
     */
    public static String render(Briefing briefing, int maxBytes, String newline) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(0, "**" + Cut.toBytes(plain(briefing.title()), FIELD_BYTES) + "**"));
        return fit(with(briefing, lines), maxBytes, newline);
    }

    /** The same without the title, for a card that shows it in its header. */
    public static String belowTitle(Briefing briefing, int maxBytes, String newline) {
        return fit(with(briefing, new ArrayList<>()), maxBytes, newline);
    }

    /** Renders what fits of a later message: its title and facts come first in line for room, its text last. */
    public static String render(Notice notice, int maxBytes, String newline) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(0, "**" + Cut.toBytes(plain(notice.title()), FIELD_BYTES) + "**"));
        return fit(with(notice, lines, newline), maxBytes, newline);
    }

    /** The same without the title, for a card that shows it in its header. */
    public static String belowTitle(Notice notice, int maxBytes, String newline) {
        return fit(with(notice, new ArrayList<>(), newline), maxBytes, newline);
    }

    private static List<Line> with(Notice notice, List<Line> lines, String newline) {
        notice.facts().forEach(fact -> field(lines, 0, fact.name(), fact.value()));
        String text = notice.text();
        if (text != null && !text.isBlank()) {
            String plain = text.lines().map(BriefingText::plain).collect(Collectors.joining(newline));
            lines.add(new Line(LAST_RANK, Cut.toBytes(plain, TEXT_BYTES)));
        }
        return lines;
    }

    /** Adds the lines in the order shown; a line's rank says who gets room first. */
    private static List<Line> with(Briefing briefing, List<Line> lines) {
        field(lines, 0, "Severity", briefing.severity());
        field(lines, 2, "Impact", briefing.impact());
        field(lines, 2, "Service", briefing.service());
        field(lines, 2, "Region", briefing.region());
        field(lines, 0, "In command", names(briefing, Role.COMMANDER));
        field(lines, 3, "Communications", names(briefing, Role.COMMUNICATIONS));
        field(lines, 3, "Responders", names(briefing, Role.RESPONDER));
        for (Missing missing : briefing.missing()) {
            field(lines, 4, "Missing", missing.person().name() + ": " + missing.detail());
        }
        field(lines, LAST_RANK, "What happened", briefing.description());
        for (Briefing.Link link : briefing.links()) {
            String url = address(link.url());
            if (url != null) {
                lines.add(new Line(1, "[" + Cut.toBytes(plain(link.title()), 100) + "](" + url + ")"));
            }
        }
        return lines;
    }

    /** Text of others as text only: nobody is mentioned, nothing becomes a link or a format. */
    public static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.strip().codePoints().forEach(point -> {
            switch (point) {
                // The full-width form looks the same and means nothing to a renderer.
                case '<', '>', '@', '[', ']', '*', '`', '#', '~', '&', '|', '\\', '!' ->
                    plain.appendCodePoint(point + 0xfee0);
                default -> plain.appendCodePoint(Cut.shown(point));
            }
        });
        return plain.toString();
    }

    /** As many names as a line holds, and how many more there are. */
    private static String names(Briefing briefing, Role role) {
        List<String> names = briefing.people().stream()
                .filter(person -> person.role() == role)
                .map(Person::name)
                .toList();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            String next = (i == 0 ? "" : ", ") + names.get(i);
            if (i > 0 && Cut.bytes(line + next) > FIELD_BYTES - " and 1000 more".length()) {
                return line + " and " + (names.size() - i) + " more";
            }
            line.append(next);
        }
        return line.toString();
    }

    private static void field(List<Line> lines, int rank, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            lines.add(new Line(
                    rank,
                    "**" + name + "**: " + Cut.toBytes(plain(value), rank == LAST_RANK ? TEXT_BYTES : FIELD_BYTES)));
        }
    }

    private static @Nullable String address(String url) {
        return url.matches("https?://[!-~]{1,1000}")
                ? url.replace("(", "%28")
                        .replace(")", "%29")
                        .replace("<", "%3C")
                        .replace(">", "%3E")
                : null;
    }

    private static String fit(List<Line> lines, int maxBytes, String newline) {
        String[] shown = new String[lines.size()];
        int left = maxBytes;
        for (int rank = 0; rank <= LAST_RANK; rank++) {
            for (int i = 0; i < shown.length; i++) {
                Line line = lines.get(i);
                if (line.rank() == rank && left > 0) {
                    int room = left - Cut.bytes(newline);
                    // A link that does not fit whole is left out; text is cut.
                    boolean whole = Cut.bytes(line.text()) <= room;
                    if (whole || (rank != 1 && room > 40)) {
                        shown[i] = Cut.toBytes(line.text(), room);
                        left = room - Cut.bytes(shown[i]);
                    }
                }
            }
        }
        List<String> kept = new ArrayList<>();
        for (String line : shown) {
            if (line != null) {
                kept.add(line);
            }
        }
        return String.join(newline, kept);
    }

    private record Line(int rank, String text) {}
}
