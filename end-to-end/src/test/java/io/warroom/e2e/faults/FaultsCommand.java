package io.warroom.e2e.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** {@code end-to-end/faults}: see the usage below. */
final class FaultsCommand {

    private static final String USAGE = """
            usage: end-to-end/faults [--short] [--seed N] [--times N] [--protocol classic|consumer|both] [--table FILE] [ID ...]
            Faults against promises; no id means all, --short those of every build with fewer incidents.
              --seed      repeats a run's decisions, though not the machine's timing
              --times     so often in a row, each time with the next seed
              --protocol  both unless told; with --short one a fault, by the seed
              --table     writes the table in Markdown, too, behind the mark that the file has for it
            Seeds of the regression list are run with their faults. Exit 1 when a promise was broken.
            """;

    private static final String MARK = "<!-- what follows is written by end-to-end/faults --table -->";

    /** One thing to run. */
    private record Planned(Fault fault, Protocol protocol, long seed) {}

    private final PrintStream out;
    private boolean brief;
    private long seed = System.currentTimeMillis() & 0xffffff;
    private int times = 1;
    private @Nullable Protocol only;
    private boolean both;
    private @Nullable Path markdown;
    private final List<String> ids = new ArrayList<>();

    private FaultsCommand(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(new FaultsCommand(System.out).run(arguments));
    }

    private int run(String[] arguments) throws Exception {
        List<Fault> wanted;
        try {
            if (!understood(arguments)) {
                out.print(USAGE);
                return 0;
            }
            wanted = ids.isEmpty() ? (brief ? Faults.shortSet() : Faults.all()) : Faults.named(ids);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        var folder = Files.createTempDirectory("warroom-faults-");
        out.println("logs are in " + folder);
        out.println(Table.heading());
        var table = new Table();
        try (var harness = new Harness(folder, !brief)) {
            if (ids.isEmpty()) {
                harness.train();
            }
            for (var planned : plan(wanted)) {
                var row = harness.run(planned.fault(), planned.protocol(), planned.seed());
                table.add(row);
                out.println(Table.line(row));
                if (row.trouble() != null) {
                    out.println("    " + row.trouble());
                }
                row.violations().forEach(words -> out.println("    " + words));
                out.flush();
            }
        }
        if (ids.isEmpty() && !brief) {
            Faults.NOT_RUN.forEach((id, why) -> out.println("%-7s not run: %s".formatted(id, why)));
        }
        if (markdown != null) {
            write(markdown, table);
        }
        if (!table.isKept()) {
            out.println("A promise was broken; the logs are in " + folder);
            return 1;
        }
        delete(folder);
        return 0;
    }

    /** Behind the mark, where the file has one. */
    private static void write(Path file, Table table) throws IOException {
        String before = Files.exists(file) ? Files.readString(file) : "";
        int mark = before.indexOf(MARK);
        Files.writeString(
                file, (mark < 0 ? "" : before.substring(0, mark + MARK.length()) + "\n\n") + table.markdown());
    }

    private boolean understood(String[] arguments) {
        var rest = new ArrayList<>(Arrays.asList(arguments));
        while (!rest.isEmpty()) {
            String one = rest.removeFirst();
            switch (one) {
                case "-h", "--help" -> {
                    return false;
                }
                case "--short" -> brief = true;
                case "--seed" -> seed = number(one, rest);
                case "--times" -> times = (int) number(one, rest);
                case "--table" -> markdown = Path.of(value(one, rest));
                case "--protocol" -> {
                    String protocol = value(one, rest).toUpperCase(Locale.ROOT);
                    both = protocol.equals("BOTH");
                    only = both ? null : Protocol.valueOf(protocol);
                }
                default -> {
                    if (one.startsWith("-")) {
                        throw new IllegalArgumentException("unknown option " + one + "\n" + USAGE);
                    }
                    ids.add(one);
                }
            }
        }
        return true;
    }

    private static String value(String option, List<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(option + " wants a value");
        }
        return rest.removeFirst();
    }

    private static long number(String option, List<String> rest) {
        String value = value(option, rest);
        if (!value.matches("\\d{1,15}")) {
            throw new IllegalArgumentException(option + " wants a whole number");
        }
        return Long.parseLong(value);
    }

    /** By surroundings and protocol, so that both change as seldom as can be. */
    private List<Planned> plan(List<Fault> wanted) {
        var plan = new ArrayList<Planned>();
        for (int time = 0; time < times; time++) {
            var run = new ArrayList<Planned>();
            var random = new Random(seed + time);
            for (var fault : wanted) {
                for (var protocol : protocols(random)) {
                    run.add(new Planned(fault, protocol, seed + time));
                }
            }
            if (time == 0) {
                regressions().stream()
                        .filter(one -> only == null || one.protocol() == only)
                        .filter(one -> wanted.stream()
                                .anyMatch(fault -> fault.id().equals(one.fault().id())))
                        .forEach(run::add);
            }
            run.sort(Comparator.comparing((Planned one) -> one.fault().where()).thenComparing(Planned::protocol));
            plan.addAll(run);
        }
        return plan;
    }

    private List<Protocol> protocols(Random random) {
        boolean first = random.nextBoolean();
        if (only != null) {
            return List.of(only);
        }
        if (both || !brief) {
            return List.of(Protocol.values());
        }
        return List.of(first ? Protocol.CLASSIC : Protocol.CONSUMER);
    }

    /** Each bug that the harness has found, by the fault, protocol and seed that found it. */
    private static List<Planned> regressions() {
        try (var in = Objects.requireNonNull(FaultsCommand.class.getResourceAsStream("/fault-regressions.tsv"))) {
            var known = Faults.all();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", 4))
                    .filter(fields -> !Faults.NOT_RUN.containsKey(fields[0]))
                    .map(fields -> new Planned(
                            known.stream()
                                    .filter(fault -> fault.id().equals(fields[0]))
                                    .findFirst()
                                    .orElseThrow(),
                            Protocol.valueOf(fields[1].toUpperCase(Locale.ROOT)),
                            Long.parseLong(fields[2])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var everything = Files.walk(folder)) {
            for (var path : everything.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
