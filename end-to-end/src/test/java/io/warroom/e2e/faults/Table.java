package io.warroom.e2e.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Faults by invariants, for a terminal and for the documentation. */
final class Table {

    private final List<Row> rows = new ArrayList<>();

    void add(Row row) {
        rows.add(row);
    }

    boolean isKept() {
        return rows.stream().allMatch(Row::kept);
    }

    static String heading() {
        var heading = new StringBuilder("%-7s %-8s %9s %6s %5s ".formatted("fault", "protocol", "seed", "inc.", "s"));
        for (var invariant : Invariant.values()) {
            heading.append("%-4s".formatted(invariant));
        }
        return heading.toString();
    }

    static String line(Row row) {
        var line = new StringBuilder("%-7s %-8s %9d %6d %5d "
                .formatted(
                        row.fault().id(),
                        row.protocol().name().toLowerCase(java.util.Locale.ROOT),
                        row.seed(),
                        row.incidents(),
                        row.took().toSeconds()));
        for (var invariant : Invariant.values()) {
            line.append("%-4s".formatted(row.mark(invariant)));
        }
        return line + row.fault().words();
    }

    /** In Markdown: a row a fault; each place has a mark for the classic protocol and one for the consumer protocol. */
    String markdown() {
        var text = new StringBuilder("| fault | what goes wrong |");
        for (var invariant : Invariant.values()) {
            text.append(' ').append(invariant).append(" |");
        }
        text.append("\n|---|---|")
                .append("---|".repeat(Invariant.values().length))
                .append('\n');
        var byFault = new LinkedHashMap<String, Map<Protocol, List<Row>>>();
        rows.forEach(row -> byFault.computeIfAbsent(row.fault().id(), none -> new EnumMap<>(Protocol.class))
                .computeIfAbsent(row.protocol(), none -> new ArrayList<>())
                .add(row));
        for (var fault : Faults.all()) {
            var its = byFault.get(fault.id());
            if (its == null) {
                continue;
            }
            text.append("| ")
                    .append(fault.id())
                    .append(" | ")
                    .append(fault.words())
                    .append(" |");
            for (var invariant : Invariant.values()) {
                text.append(' ');
                for (var protocol : Protocol.values()) {
                    text.append(mark(its.getOrDefault(protocol, List.of()), invariant));
                }
                text.append(" |");
            }
            text.append('\n');
        }
        Faults.NOT_RUN.forEach((id, why) -> text.append("| ")
                .append(id)
                .append(" | not run: ")
                .append(why)
                .append(" |")
                .append(" |".repeat(Invariant.values().length))
                .append('\n'));
        return text.toString();
    }

    private static String mark(List<Row> runs, Invariant invariant) {
        if (runs.isEmpty()) {
            return "·";
        }
        var marks = runs.stream().map(row -> row.mark(invariant)).collect(Collectors.toSet());
        if (marks.contains("!!") || marks.contains("??")) {
            return "✗";
        }
        return marks.contains("ok") ? "✓" : "–";
    }
}
