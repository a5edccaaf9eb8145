package io.warroom.e2e.faults;

import io.warroom.e2e.Product;
import io.warroom.e2e.SampleTenants;
import io.warroom.e2e.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code end-to-end/greedy}: see the usage below. */
final class GreedyCommand {

    private static final String USAGE = """
            usage: end-to-end/greedy [--scale 0.1] [--rate N] [--alone 60s]
            One tenant against the rest in one run. The sample tenants declare incidents steadily, first alone, then while one
            greedy tenant posts 2,500 declarations of 950 KB, 1,000 updates of 1,000 people on one incident, 100,000 incidents
            that wait for an app, 5,000 declarations of one incident on a platform that hangs, changes its key in a loop with
            verify=false, and keeps 20 consoles open.
              --scale   share of all these counts, above 0 to 1 (1)
              --rate    incidents a second that the others declare (4)
              --alone   how long they are measured without the greedy tenant (60s)
            Exit 1 when a mark is missed.
            """;

    private static final double MAX_LATENCY_RATIO = 1.2;
    private static final double MAX_HEAP_RATIO = 1.3;
    private static final Duration MAX_DASHBOARD_LAG = Duration.ofSeconds(2);
    private static final int WORKERS = 2;

    private final PrintStream out = System.out;
    private double scale = 1;
    private int rate = 4;
    private Duration alone = Duration.ofSeconds(60);
    private boolean kept = true;

    private GreedyCommand() {}

    public static void main(String[] arguments) throws Exception {
        System.exit(new GreedyCommand().run(arguments));
    }

    private int run(String[] arguments) throws Exception {
        try {
            if (!understood(arguments)) {
                out.print(USAGE);
                return 0;
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        var folder = Files.createTempDirectory("warroom-greedy-");
        out.printf("scale %.3f, %d incidents a second of others; logs are in %s%n", scale, rate, folder);
        try (var product = new Product(folder, "greedy-", Product.Routes.direct())) {
            compare(product);
        }
        out.println(kept ? "every mark was met" : "a mark was missed; logs are in " + folder);
        return kept ? 0 : 1;
    }

    private void compare(Product product) throws Exception {
        var services = new LinkedHashMap<String, ServiceProcess>();
        for (int i = 1; i <= WORKERS; i++) {
            services.put(
                    "worker " + i,
                    product.launchWorker(
                            "--logging.level.io.warroom=info", "--logging.level.org.springframework.web=info"));
        }
        services.put("config service", product.configService());
        var tenants = SampleTenants.tenants();
        for (var tenant : tenants) {
            SampleTenants.enable(product, tenant);
        }
        for (var service : services.values()) {
            service.awaitReady();
        }
        var greedy = new GreedyTenant(product, scale);
        greedy.enable();
        try (var others = new SteadyTenants(product, tenants, rate)) {
            others.measured(Duration.ofSeconds(10), () -> true);
            var before = others.measured(alone, () -> true);
            var heapBefore = liveHeap(services);
            out.printf("alone: %s%n", before);
            SteadyTenants.Figures with;
            try (var attack = greedy.attack()) {
                with = others.measured(alone, attack::isOver);
                attack.describe().forEach(line -> out.println("  greedy tenant: " + line));
            }
            out.printf("with the greedy tenant: %s%n", with);
            table(before, with, heapBefore, liveHeap(services), services);
        }
    }

    private void table(
            SteadyTenants.Figures before,
            SteadyTenants.Figures with,
            Map<String, Long> heapBefore,
            Map<String, Long> heapWith,
            Map<String, ServiceProcess> services)
            throws IOException {
        out.printf("%-42s %12s %12s %8s %8s%n", "measure", "alone", "with", "ratio", "mark");
        double ratio = with.p99Millis() / (double) Math.max(1, before.p99Millis());
        row(
                "others: declared to opened, p99 (ms)",
                before.p99Millis(),
                with.p99Millis(),
                "%.2f".formatted(ratio),
                "<= " + MAX_LATENCY_RATIO,
                ratio <= MAX_LATENCY_RATIO);
        row("others: incidents without a room", before.unopened(), with.unopened(), "", "0", with.unopened() == 0);
        row(
                "others' dashboards: lag, p99 (ms)",
                before.lagP99Millis(),
                with.lagP99Millis(),
                "",
                "<= " + MAX_DASHBOARD_LAG.toMillis(),
                with.lagP99Millis() <= MAX_DASHBOARD_LAG.toMillis() && with.shown() > 0);
        for (var service : services.entrySet()) {
            String name = service.getKey();
            long first = heapBefore.getOrDefault(name, 0L);
            long last = heapWith.getOrDefault(name, 0L);
            double more = last / (double) Math.max(1, first);
            row(
                    name + ": live heap (MB)",
                    first >> 20,
                    last >> 20,
                    "%.2f".formatted(more),
                    "<= " + MAX_HEAP_RATIO,
                    first > 0 && last > 0 && more <= MAX_HEAP_RATIO);
            boolean well =
                    service.getValue().isAlive() && !service.getValue().log().contains("OutOfMemoryError");
            row(name + ": ended, or out of memory", 0, well ? 0 : 1, "", "0", well);
        }
    }

    private void row(String measure, long before, long with, String ratio, String mark, boolean met) {
        out.printf("%-42s %,12d %,12d %8s %8s %s%n", measure, before, with, ratio, mark, met ? "ok" : "MISSED");
        kept &= met;
    }

    /** Bytes that a full collection leaves, of each service that is alive. */
    private static Map<String, Long> liveHeap(Map<String, ServiceProcess> services)
            throws IOException, InterruptedException {
        var heap = new LinkedHashMap<String, Long>();
        for (var service : services.entrySet()) {
            if (service.getValue().isAlive()) {
                heap.put(service.getKey(), liveHeap(service.getValue().pid()));
            }
        }
        return heap;
    }

    private static long liveHeap(long pid) throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!command.waitFor(60, TimeUnit.SECONDS)) {
            command.destroyForcibly();
        }
        return histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.trim().split("\\s+", -1)[2]))
                .findFirst()
                .orElse(0);
    }

    private boolean understood(String[] arguments) {
        var rest = new ArrayList<>(Arrays.asList(arguments));
        while (!rest.isEmpty()) {
            String one = rest.removeFirst();
            if (one.equals("-h") || one.equals("--help")) {
                return false;
            }
            if (!List.of("--scale", "--rate", "--alone").contains(one)) {
                throw new IllegalArgumentException("unknown option " + one + "\n" + USAGE);
            }
            String value = rest.isEmpty() ? "" : rest.removeFirst();
            switch (one) {
                case "--scale" -> {
                    scale = value.matches("\\d+(\\.\\d+)?") ? Double.parseDouble(value) : 0;
                    if (scale <= 0 || scale > 1) {
                        throw new IllegalArgumentException("--scale must be above 0 and at most 1");
                    }
                }
                case "--rate" -> {
                    if (!value.matches("[1-9]\\d{0,2}")) {
                        throw new IllegalArgumentException("--rate must be 1 to 999");
                    }
                    rate = Integer.parseInt(value);
                }
                default -> {
                    if (!value.matches("[1-9]\\d{0,3}s")) {
                        throw new IllegalArgumentException("--alone must be in seconds, such as 60s");
                    }
                    alone = Duration.ofSeconds(Long.parseLong(value.substring(0, value.length() - 1)));
                }
            }
        }
        return true;
    }
}
