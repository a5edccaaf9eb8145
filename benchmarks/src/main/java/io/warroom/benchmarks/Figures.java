package io.warroom.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one run measured: names and numbers, units at the end of each name.
 *
 * @param values in the order of their names
 */
public record Figures(Map<String, Double> values) {

    public Figures {
        values = new TreeMap<>(values);
    }

    /** @throws IllegalArgumentException when it was not measured */
    public double get(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " was not measured, only " + values.keySet());
        }
        return value;
    }

    /** Tells the parent process, as {@link #parse} reads it. */
    public void tell() {
        ChildJvm.say(
                ChildJvm.Word.FIGURES,
                values.entrySet().stream()
                        .map(figure -> figure.getKey() + "=" + figure.getValue())
                        .collect(Collectors.joining(" ")));
    }

    /** Reads a line of {@link #tell()}. */
    public static Figures parse(String line) {
        var values = new LinkedHashMap<String, Double>();
        for (var figure : line.strip().split(" ", -1)) {
            int equals = figure.indexOf('=');
            values.put(figure.substring(0, equals), Double.valueOf(figure.substring(equals + 1)));
        }
        return new Figures(values);
    }

    /** CPU time of this JVM until now, in seconds. */
    public static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }
}
