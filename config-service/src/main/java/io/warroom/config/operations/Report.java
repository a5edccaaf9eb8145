package io.warroom.config.operations;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says each difference in a line, and in the end how many there were of each kind. */
final class Report {

    private final PrintStream out;
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    Report(PrintStream out) {
        this.out = out;
    }

    void line(String kind, String what) {
        counts.merge(kind, 1, Integer::sum);
        out.printf("  %-9s %s%n", kind, what);
    }

    /** Only counted: it is as it should be. */
    void same() {
        count("same", 1);
    }

    /** Only counted. */
    void count(String kind, int more) {
        counts.merge(kind, more, Integer::sum);
    }

    int count(String kind) {
        return counts.getOrDefault(kind, 0);
    }

    String summary() {
        return counts.isEmpty()
                ? "nothing"
                : String.join(
                        ", ",
                        counts.entrySet().stream()
                                .map(one -> one.getValue() + " " + one.getKey())
                                .toList());
    }
}
