package io.warroom.e2e.faults;

import io.warroom.e2e.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code end-to-end/soak}: many incidents, workers of which one is killed ({@code -9}) every so often and replaced, and platforms
 * that fail in every way for a share of all calls. Until every incident has ended; then it is counted.
 */
final class SoakCommand {

    private static final String USAGE = """
            usage: end-to-end/soak [--incidents N] [--workers N] [--kill-every 2s] [--faults 5%] [--seed N] [--protocol classic|consumer]
            Incidents with workers killed and replaced all the while, in turn, each when it has worked for that long; and a share of
            all platform calls gone wrong.
            Exit 1 unless every incident ended once and has its one room, or none where it failed.
            """;

    /** Every way in which the simulator's platforms fail, but for refusals: those end an incident. */
    private static final List<String> KINDS = List.of(
            "LATENCY",
            "HANG",
            "RESET_BEFORE",
            "RESET_AFTER",
            "RESET_WITHIN",
            "DRIP",
            "HTTP_500",
            "HTTP_502_HTML",
            "HTTP_503_JSON",
            "THROTTLED",
            "TOKEN_REVOKED",
            "REDIRECT",
            "WRONG_TYPE",
            "TRUNCATED_JSON",
            "WRONG_BODY",
            "OVERSIZED");

    private static final List<String> CREATES = List.of("appchat/create", "v1.0/im/sceneGroup/create", "im/v1/chats");

    /** Of all time that it may take, whatever the machine: beyond it nothing moves any more. */
    private static final Duration NOTHING_ENDS = Duration.ofMinutes(12);

    /** What a worker's log says for each result that it told. */
    private static final String WORKED = "Incident ended";

    /** One of the workers, and since when it has told results. */
    private static final class Running {
        private final ServiceProcess process;
        private long workingSinceNanos;
        private boolean works;

        Running(ServiceProcess process) {
            this.process = process;
        }

        boolean hasWorkedFor(Duration time) throws IOException {
            if (!works && process.log().contains(WORKED)) {
                works = true;
                workingSinceNanos = System.nanoTime();
            }
            return works && System.nanoTime() - workingSinceNanos >= time.toNanos();
        }
    }

    private final PrintStream out = System.out;
    private int incidents = 2_000;
    private int workers = 3;
    private Duration killEvery = Duration.ofSeconds(2);
    private double faults = 0.05;
    private long seed = System.currentTimeMillis() & 0xffffff;
    private Protocol protocol = Protocol.CLASSIC;

    private SoakCommand() {}

    public static void main(String[] arguments) throws Exception {
        System.exit(new SoakCommand().run(arguments));
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
        var folder = Files.createTempDirectory("warroom-soak-");
        out.printf(
                "%,d incidents, %d workers, one killed every %.1f s, %.1f %% of calls go wrong, %s, seed %d; logs in %s%n",
                incidents,
                workers,
                killEvery.toMillis() / 1_000.0,
                faults * 100,
                protocol.name().toLowerCase(Locale.ROOT),
                seed,
                folder);
        try (var brokers = new Brokers(folder, 1);
                var stage = new Stage(brokers, folder, "soak-")) {
            stage.protocol(protocol);
            stage.workerWatch.lookEvery(Duration.ofSeconds(2));
            long begun = System.nanoTime();
            stage.startFrom(StartCache.trained(stage, folder));
            out.printf("made a cache of the worker's classes in %d s%n", seconds(begun));
            return soak(stage) ? 0 : 1;
        }
    }

    private boolean soak(Stage stage) throws Exception {
        var running = new ArrayList<Running>();
        for (int i = 0; i < workers; i++) {
            running.add(new Running(launch(stage, i)));
        }
        for (var worker : running) {
            worker.process.awaitReady();
        }
        platformFaults(stage);
        long begun = System.nanoTime();
        var keys = stage.declare("soak" + seed, incidents, stage.tenants);
        out.printf("declared in %d s%n", seconds(begun));
        int kills = 0;
        long lastKill = System.nanoTime();
        long lastWord = System.nanoTime();
        int ended = 0;
        long lastEnded = System.nanoTime();
        while (true) {
            Thread.sleep(50);
            int now = stage.topics.ended(keys);
            if (now > ended) {
                lastEnded = System.nanoTime();
            }
            ended = now;
            if (System.nanoTime() - lastWord > Duration.ofSeconds(10).toNanos()) {
                lastWord = System.nanoTime();
                out.printf(
                        "%5d s  %,8d ended, %,6d wait, %,d kills%n",
                        seconds(begun), ended, stage.topics.waiting(keys), kills);
                out.flush();
            }
            if (ended == keys.size() && stage.topics.waiting(keys) == 0) {
                break;
            }
            if (System.nanoTime() - lastEnded > NOTHING_ENDS.toNanos()) {
                out.println("nothing ends any more: " + stage.topics.state(keys));
                break;
            }
            // Where starting takes all the CPU, a clock alone would kill none but beginners, and nothing would ever be
            // in work.
            int victim = kills % workers;
            if (!killEvery.isZero()
                    && System.nanoTime() - lastKill >= killEvery.toNanos()
                    && running.get(victim).hasWorkedFor(killEvery)) {
                lastKill = System.nanoTime();
                stage.kill(running.get(victim).process);
                running.set(victim, new Running(launch(stage, victim)));
                kills++;
            }
        }
        out.printf(
                "all is told after %d s and %,d kills, one each %.1f s%n",
                seconds(begun), kills, seconds(begun) / (double) Math.max(kills, 1));
        stage.heal();
        for (var worker : running) {
            worker.process.awaitReady();
        }
        return counted(stage, keys);
    }

    /** Under a name of its own, whoever comes in a killed worker's place has its partitions at once (classic protocol). */
    private ServiceProcess launch(Stage stage, int number) throws Exception {
        var more = new ArrayList<String>();
        if (protocol == Protocol.CLASSIC) {
            more.add("--spring.kafka.consumer.properties.group.instance.id=soak-" + number);
        }
        // Talk would take much of the CPU of a worker that lives for seconds.
        more.add("--logging.level.io.warroom=info");
        more.add("--logging.level.org.springframework.web=info");
        return stage.launch(List.of("-Xmx512m"), more);
    }

    private void platformFaults(Stage stage) throws Exception {
        var all = new ArrayList<Map<String, Object>>();
        double share = faults / KINDS.size();
        if (share <= 0) {
            return;
        }
        for (String kind : KINDS) {
            var fault = new HashMap<String, Object>(Map.of("kind", kind, "share", share));
            switch (kind) {
                case "LATENCY" -> fault.put("millis", 800);
                case "HANG" -> fault.put("millis", 3_000);
                case "DRIP" -> fault.put("millis", 5);
                default -> {}
            }
            if (kind.equals("THROTTLED")) {
                // Throttled look-ups are not asked again for a minute.
                for (String create : CREATES) {
                    var one = new HashMap<>(fault);
                    one.put("endpoint", create);
                    all.add(one);
                }
            } else {
                all.add(fault);
            }
        }
        // Some are refused for good: they end in war-room-failed, and have no room.
        all.add(Map.of(
                "kind", "REFUSED", "share", share, "platform", "WECOM", "endpoint", "appchat/create", "code", "60011"));
        stage.product.simulator("PUT", "/faults", Map.of("seed", seed, "faults", all));
    }

    private boolean counted(Stage stage, List<String> keys) throws Exception {
        int opened = 0;
        int failed = 0;
        int repeats = 0;
        var reasons = new TreeMap<String, Integer>();
        var wrong = new ArrayList<String>();
        var rooms = stage.rooms(keys);
        int roomCount = 0;
        for (String key : keys) {
            var story = stage.topics.of(key);
            var kinds =
                    story.endings.stream().map(Story.Ending::opened).distinct().toList();
            var its = Stage.ids(rooms.getOrDefault(key, List.of()));
            roomCount += its.size();
            repeats += Math.max(0, story.endings.size() - 1);
            if (kinds.size() != 1) {
                wrong.add(key + " has " + (kinds.isEmpty() ? "no result" : "both results: " + story.endings));
            } else if (kinds.getFirst()) {
                opened++;
                if (!its.equals(story.endings.stream()
                        .map(Story.Ending::room)
                        .distinct()
                        .toList())) {
                    wrong.add(key + " names " + story.endings + ", and there is " + its);
                }
            } else {
                failed++;
                reasons.merge(story.endings.getFirst().why(), 1, Integer::sum);
                if (!its.isEmpty()) {
                    wrong.add(key + " failed and has " + its + ": "
                            + story.endings.getFirst().why());
                }
            }
        }
        new RoomJudge(rooms, stage.topics, (invariant, detail) -> wrong.add(invariant + ": " + detail))
                .firstMessages(keys);
        wrong.addAll(stage.commits.takeViolations());
        stage.workerWatch.readLogs();
        wrong.addAll(stage.workerWatch.takeLeaks());
        wrong.addAll(stage.topics.leaks());
        stage.workerWatch.takeUnbounded().forEach(wrong::add);
        out.printf(
                "%,d terminal results for %,d incidents: %,d opened, %,d failed; %,d rooms; %,d results were told again%n",
                opened + failed, keys.size(), opened, failed, roomCount, repeats);
        reasons.forEach((why, count) -> out.printf("  %,d failed: %s%n", count, why));
        wrong.stream().limit(50).forEach(words -> out.println("  WRONG: " + words));
        boolean right = wrong.isEmpty() && opened + failed == keys.size() && roomCount == opened;
        out.println(right ? "every promise was kept" : wrong.size() + " promises were broken");
        return right;
    }

    private static long seconds(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    }

    private boolean understood(String[] arguments) {
        var rest = new ArrayList<>(Arrays.asList(arguments));
        while (!rest.isEmpty()) {
            String one = rest.removeFirst();
            if (one.equals("-h") || one.equals("--help")) {
                return false;
            }
            if (!List.of("--incidents", "--workers", "--kill-every", "--faults", "--seed", "--protocol")
                    .contains(one)) {
                throw new IllegalArgumentException("unknown option " + one + "\n" + USAGE);
            }
            if (rest.isEmpty()) {
                throw new IllegalArgumentException(one + " wants a value");
            }
            String value = rest.removeFirst();
            switch (one) {
                case "--incidents" -> incidents = Integer.parseInt(value);
                case "--workers" -> workers = Integer.parseInt(value);
                case "--kill-every" -> killEvery = duration(value);
                case "--faults" -> faults = Double.parseDouble(value.replace("%", "")) / 100;
                case "--seed" -> seed = Long.parseLong(value);
                default -> protocol = Protocol.valueOf(value.toUpperCase(Locale.ROOT));
            }
        }
        return true;
    }

    private static Duration duration(String value) {
        if (!value.matches("\\d{1,6}(ms|s)")) {
            throw new IllegalArgumentException("--kill-every wants 2s or 500ms; 0s kills nobody");
        }
        return value.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(value.substring(0, value.length() - 1)));
    }
}
