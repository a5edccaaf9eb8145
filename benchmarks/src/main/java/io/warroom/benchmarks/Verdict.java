package io.warroom.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * One goal, and whether it was met.
 *
 * @param id of the goal
 * @param what it says, in one line
 * @param ratio ours to the peer's or the limit's, the median of the runs
 * @param direction which side of {@code mark} is good
 * @param mark the ratio that passes
 * @param peer what it was measured against, in the same run
 * @param figures behind the ratio, units at the end of their names: the median of the runs
 */
public record Verdict(
        String id,
        String what,
        double ratio,
        Direction direction,
        double mark,
        String peer,
        Map<String, Double> figures) {

    /** Which side is good. */
    public enum Direction {
        AT_LEAST,
        AT_MOST
    }

    public Verdict {
        figures = Map.copyOf(figures);
    }

    boolean ok() {
        return switch (direction) {
            case AT_LEAST -> ratio >= mark;
            case AT_MOST -> ratio <= mark;
        };
    }

    String markInWords() {
        return (direction == Direction.AT_LEAST ? ">= " : "<= ") + mark;
    }

    /** The middle one; of an even number the mean of both. @throws IllegalArgumentException when there is none */
    public static double median(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
