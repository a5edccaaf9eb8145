package io.warroom.benchmarks;

import io.warroom.benchmarks.flow.CostComparison;
import io.warroom.benchmarks.flow.RestartComparison;
import io.warroom.benchmarks.flow.WaitingComparison;
import io.warroom.benchmarks.http.HttpComparison;
import io.warroom.benchmarks.intake.IntakeComparison;
import io.warroom.benchmarks.intake.LatencyComparison;
import io.warroom.benchmarks.intake.RebalanceComparison;
import io.warroom.benchmarks.outbox.OutboxComparison;
import io.warroom.benchmarks.simulator.SimulatorComparison;
import io.warroom.benchmarks.table.TableComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs the comparisons that were asked for, prints their table and writes {@code results.json}. */
final class Benchmarks {

    private static final List<Comparison> ALL = List.of(
            new IntakeComparison(),
            new LatencyComparison(),
            new RebalanceComparison(),
            new TableComparison(),
            new CostComparison(),
            new WaitingComparison(),
            new RestartComparison(),
            new SimulatorComparison(),
            new HttpComparison(),
            new OutboxComparison());

    private Benchmarks() {}

    /** Ends with 1 when a goal was missed, with 2 when asked for what it does not know. */
    public static void main(String[] arguments) throws IOException {
        int runs = 5;
        var ids = new TreeSet<String>();
        var known = new TreeSet<String>();
        ALL.forEach(comparison -> known.addAll(comparison.ids()));
        var rest = new ArrayList<>(List.of(arguments));
        while (!rest.isEmpty()) {
            var argument = rest.removeFirst();
            if (argument.equals("--runs") && !rest.isEmpty() && rest.getFirst().matches("[1-9][0-9]?")) {
                runs = Integer.parseInt(rest.removeFirst());
            } else if (known.contains(argument)) {
                ids.add(argument);
            } else {
                System.err.println("usage: benchmarks/run [--runs 1-99] [ID ...]; the ids are " + known);
                System.exit(2);
            }
        }
        var wanted = ids.isEmpty() ? known : ids;
        var verdicts = new ArrayList<Verdict>();
        for (var comparison : ALL) {
            if (comparison.ids().stream().anyMatch(wanted::contains)) {
                comparison.measure(wanted, runs).stream()
                        .filter(verdict -> wanted.contains(verdict.id()))
                        .forEach(verdicts::add);
            }
        }
        print(verdicts);
        write(verdicts, runs);
        System.exit(verdicts.stream().allMatch(Verdict::ok) ? 0 : 1);
    }

    private static void print(List<Verdict> verdicts) {
        System.out.printf("%-10s %8s %8s %-7s %s%n", "id", "ratio", "mark", "", "what");
        for (var verdict : verdicts) {
            System.out.printf(
                    "%-10s %8.2f %8s %-7s %s, beside %s%n",
                    verdict.id(),
                    verdict.ratio(),
                    verdict.markInWords(),
                    verdict.ok() ? "ok" : "MISSED",
                    verdict.what(),
                    verdict.peer());
        }
    }

    /** What was not measured this time stays as it was, with the commit and the time that it is of. */
    private static void write(List<Verdict> verdicts, int runs) throws IOException {
        var file = Path.of(System.getProperty("benchmarks.results", "results.json"));
        var json = JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
        var list = new ArrayList<Object>();
        if (Files.exists(file)) {
            for (var known : json.readTree(file).path("results")) {
                if (verdicts.stream()
                        .noneMatch(one -> one.id().equals(known.path("id").asString("")))) {
                    list.add(known);
                }
            }
        }
        for (var verdict : verdicts) {
            var one = new LinkedHashMap<String, Object>();
            one.put("at", Instant.now().toString());
            one.put("commit", System.getProperty("benchmarks.commit", "unknown"));
            one.put("runs", runs);
            one.put("id", verdict.id());
            one.put("what", verdict.what());
            one.put("ratio", verdict.ratio());
            one.put("pass", verdict.markInWords());
            one.put("ok", verdict.ok());
            one.put("peer", verdict.peer());
            one.put("figures", verdict.figures());
            list.add(one);
        }
        var report = new LinkedHashMap<String, Object>();
        report.put("machine", machine());
        report.put("results", list);
        Files.writeString(file, json.writeValueAsString(report) + System.lineSeparator());
        System.out.println("Written: " + file);
    }

    private static Map<String, Object> machine() {
        var system = (com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return Map.of(
                "processors",
                Runtime.getRuntime().availableProcessors(),
                "memoryMegabytes",
                system.getTotalMemorySize() / (1024 * 1024),
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                "java",
                System.getProperty("java.vm.version"));
    }
}
